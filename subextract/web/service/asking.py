"""Which settings a job may have of its own, and what becomes of those that a client sends."""

from __future__ import annotations

import difflib
import json
import math
from collections.abc import Mapping
from typing import Any

from subextract import formats
from subextract.errors import SubextractError, UsageError
from subextract.options import SETTINGS, Options, Setting, overlaid
from subextract.web.problems import Problem
from subextract.web.service.decided import DECIDED, SERVERS
from subextract.web.service.results import WHOLE

NAMES = [one.name for one in SETTINGS if one.name not in DECIDED | SERVERS]
ALLOWED: tuple[Setting, ...] = tuple(one for one in SETTINGS if one.name in NAMES)


def parsed(text: str | None) -> dict[str, Any]:
    """The options that a client sends as a JSON object."""
    if text is None or not text.strip():
        return {}
    try:
        return checked(json.loads(text))
    except (ValueError, RecursionError):
        raise Problem(422, 'The options are no JSON; send an object like {"language": "en"}.') from None


def checked(said: object) -> dict[str, Any]:
    """The options by the names of the settings; Problem where one is unknown or not for clients."""
    if not isinstance(said, dict):
        raise Problem(422, 'The options are no JSON object; send one like {"language": "en"}.')
    found = {str(name).replace("-", "_"): value for name, value in said.items()}
    for name, value in found.items():
        if reason := (DECIDED | SERVERS).get(name):
            raise Problem(422, f"{name} is not for a job: {reason}.")
        if name not in NAMES:
            raise Problem(422, _unknown(name))
        if not _is_plain(value):
            raise Problem(422, f"{name}: a value is a text, a number, true or false, or a list of texts and numbers.")
    if found.get("track") == "all":
        raise Problem(422, "track: a job reads one track; ask for each in a job of its own.")
    return found


def options_of(base: Options, said: Mapping[str, Any]) -> Options:
    """With which options a job is read. What can be looked at and had in any format later is made besides.

    UsageError where they make no sense.
    """
    chosen = overlaid(base, said)
    for name in chosen.format:
        formats.by_name(name)
    return chosen.model_copy(
        update={
            "format": tuple(dict.fromkeys((WHOLE, *chosen.format))),  # first: its part shows what is found so far
            "review": True,
            "output": None,
            "overwrite": False,
            "resume": True,
            "mux": False,
            "track": "auto" if chosen.track == "all" else chosen.track,
        }
    )


def refusal_of(error: SubextractError) -> Problem:
    """Why a job cannot be read so: because of what the client says, or of what the server lacks."""
    return Problem(422 if isinstance(error, UsageError) else 503, str(error))


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, NAMES, n=1)
    hint = f"perhaps {close[0]!r} is meant" if close else f"there are {', '.join(NAMES)}"
    return f"A job has no setting {name!r}; {hint}."


def _is_plain(value: object) -> bool:
    if isinstance(value, list):
        return all(not isinstance(each, bool | list) and _is_plain(each) for each in value)
    if isinstance(value, str):
        return is_text(value)
    return isinstance(value, bool | int) or (isinstance(value, float) and math.isfinite(value))


def is_text(value: str) -> bool:
    """Whether it can be written as UTF-8; JSON may hold halves of letters."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in value
