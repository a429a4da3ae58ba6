"""How the value of a setting is written: times, regions, names, numbers, languages and tracks."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from subextract.languages import codes
from subextract.types import Box

_TIME = re.compile(r"(?P<number>\d+(?:[.,]\d+)?)(?P<unit>ms|s)?")
_CLOCK = re.compile(r"(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>\d{1,2}(?:[.,]\d+)?)")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8})*", re.IGNORECASE)


class Region(NamedTuple):
    """A part of the picture; each side is a share of its width or height, from 0 to 1.

    ``language`` is that of its text, where it is known.
    """

    left: float
    top: float
    right: float
    bottom: float
    language: str | None = None

    def box(self, width: int, height: int) -> Box:
        """The same part in a picture of ``width`` by ``height`` pixels; a pixel that is touched belongs to it."""
        return Box(
            math.floor(self.left * width),
            math.floor(self.top * height),
            math.ceil(self.right * width),
            math.ceil(self.bottom * height),
        )


AUTO = "auto"
REGIONS: dict[str, Region | None] = {
    AUTO: None,
    # 0.4 of the height: two lines of large text above the black bar of a wide film start higher than the lower third.
    "bottom": Region(0, 0.6, 1, 1),
    "top": Region(0, 0, 1, 0.4),
    "full": Region(0, 0, 1, 1),
}


TRACKS = (AUTO, "hard", "all")


def parse_time(value: object) -> int | None:
    """Milliseconds of ``90`` (seconds), ``90s``, ``1500ms``, ``1:30`` or ``00:01:30.5``; an int is milliseconds."""
    if value is None:
        return None
    milliseconds = _milliseconds(value.strip()) if isinstance(value, str) else value
    if type(milliseconds) is not int or milliseconds < 0:
        raise ValueError(f"{value!r} is not a time; write it like 90, 1:30, 00:01:30.5, 90s or 1500ms")
    return milliseconds


def _milliseconds(text: str) -> int | None:
    if plain := _TIME.fullmatch(text):
        number = Decimal(plain["number"].replace(",", "."))
        return round(number if plain["unit"] == "ms" else number * 1000)
    if clock := _CLOCK.fullmatch(text):
        hours, minutes = int(clock["hours"] or 0), int(clock["minutes"])
        seconds = Decimal(clock["seconds"].replace(",", "."))
        if seconds < 60 and (minutes < 60 or clock["hours"] is None):
            return round((hours * 3600 + minutes * 60 + seconds) * 1000)
    return None


def clock(milliseconds: int) -> str:
    """A time as people read it: ``0:01:30``."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


def absolute(path: Path | None) -> Path | None:
    """A path of a setting without ``~``, and from the root on, whatever folder is worked in later."""
    return path and Path(os.path.abspath(path.expanduser()))


def parse_region(value: object) -> Region | tuple[Region, ...] | None:
    """A region, or several: a named one or four shares ``left,top,right,bottom``, each with ``=LANGUAGE`` or without.

    Several stand one after the other, with commas, or are a list. None is ``auto``: the zones are found per video.
    """
    words = _words(value)
    if value is None or (words and all(word == AUTO for word in words)):
        return None
    if found := _regions(value):
        return found[0] if len(found) == 1 else found
    raise ValueError(_no_region(value, words))


def _words(value: object) -> list[str]:
    """The parts between commas."""
    parts = value if isinstance(value, list | tuple) else [value]
    return [word.strip() for part in parts if isinstance(part, str) for word in part.split(",") if word.strip()]


def _no_region(value: object, words: Sequence[str]) -> str:
    """Why a value names no regions."""
    names = ", ".join(REGIONS)
    ways = f"write {names}, or left,top,right,bottom as shares of the picture from 0 to 1, like 0,0.75,1,1"
    if value in ("", [], ()):
        return f"no region is named; {ways}"
    if AUTO in words:
        return f"{AUTO} finds every place by itself and does not go with other regions; leave out {AUTO}, or the others"
    if alone := next((word for word in words if word.partition("=")[0].strip() == AUTO), None):
        return f"{alone!r} names a language and no place; give the language with --language, or a place like bottom=en"
    parts = [part for part in value if isinstance(part, str)] if isinstance(value, list) else []
    shown = next((part for part in parts if not _regions(part)), value)
    return f"{shown!r} is not a region; {ways}"


def _regions(value: object) -> tuple[Region, ...]:
    """The regions that a value names; none where a part of it is not one."""
    if isinstance(value, str):
        return _written(value)
    if not isinstance(value, Sequence):
        return ()
    if one := _sides(value):
        return (one,)
    parts = [_regions(part) for part in value]
    return tuple(region for part in parts for region in part) if all(parts) else ()


def _written(text: str) -> tuple[Region, ...]:
    """``top=ja, 0,0.75,1,1=en``."""
    found: list[Region] = []
    words = [word.strip() for word in text.split(",")]
    while words:
        count = 1 if words[0].partition("=")[0].strip() in REGIONS else 4
        *sides, last = words[:count]
        last, given, language = (part.strip() for part in last.partition("="))
        named = REGIONS[last] if count == 1 else _sides([*sides, last])
        if named is None:
            return ()
        found.append(named._replace(language=parse_language(language)) if given else named)
        del words[:count]
    return tuple(found)


def _sides(values: Sequence[object]) -> Region | None:
    language = values[4] if len(values) == 5 else None
    if len(values) not in (4, 5) or not isinstance(language, str | None):
        return None
    try:
        left, top, right, bottom = (float(value) for value in values[:4])  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    fits = 0 <= left < right <= 1 and 0 <= top < bottom <= 1
    return Region(left, top, right, bottom, parse_language(language)) if fits else None


def parse_names(value: object) -> object:
    """``"srt, vtt"`` as a tuple; a name given twice counts once."""
    names = value.split(",") if isinstance(value, str) else value
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        return names
    return tuple(dict.fromkeys(name.strip().lower() for name in names if name.strip()))


def at_least_one(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ValueError("at least one format is needed, like srt or srt,vtt")
    return names


KEPT = {"signs": "sign", "credits": "credits", "static": "static"}
"""What can be kept besides subtitles, and the kind that its cues have (Cue.kind)."""


def parse_kept(names: tuple[str, ...]) -> tuple[str, ...]:
    unknown = [name for name in names if name not in KEPT]
    if unknown:
        raise ValueError(f"{unknown[0]!r} cannot be kept; choose from {', '.join(KEPT)}, several with commas")
    return names


def parse_files(value: object) -> object:
    """One file or several, as a tuple."""
    files: Sequence[object] = [value] if isinstance(value, str) or not isinstance(value, Sequence) else value
    return tuple(_file(each) for each in ([] if value is None else files))


def _file(value: object) -> Path:
    if not isinstance(value, str | Path):
        raise ValueError(f"{value!r} is no file; name one, or several as a list")
    return Path(value).expanduser()


def parse_count(value: object) -> object:
    """A whole number of things, from 0 on."""
    number = int(value) if isinstance(value, str) and value.strip().isdecimal() else value
    if type(number) is not int or number < 0:
        raise ValueError(f"{value!r} is not a number of them; write 1, 2, 3 ..., or 0 for what suits the machine")
    return number


def parse_languages(codes: str | None) -> str | None:
    """One tag, or several with commas: ``ko,en``."""
    if codes is None:
        return None
    return ",".join(dict.fromkeys(str(parse_language(code)) for code in codes.split(",")))


def parse_language(code: str | None) -> str | None:
    if code is None:
        return None
    tag = _tag(code)
    if tag is None or not codes.exists(tag.split("-")[0]):
        close = _meant(code.split("-")[0]) or "write it like en, ja, pt-BR or zh-Hant"
        raise ValueError(f"{code!r} is not a language code; {close}")
    return tag


def _tag(code: str) -> str | None:
    """The code as it is written, also where no language has it; None where it is not like one."""
    written = code.strip().replace("_", "-")
    if not LANGUAGE.fullmatch(written):
        return None
    first, *rest = written.split("-")
    # The case that BCP 47 (RFC 5646, 2.1.1) recommends: four letters are a script, two a country.
    return "-".join([first.lower(), *(_CASE.get(len(part), str.lower)(part) for part in rest)])


_CASE = {2: str.upper, 4: str.title}


def _meant(word: str) -> str:
    """``perhaps ja (Japanese) is meant`` of ``jp``; nothing where that is anybody's guess."""
    likely = [f"{code} ({codes.NAMES[code]})" for code in codes.meant(word)]
    return f"perhaps {' or '.join(likely)} is meant" if likely else ""


def parse_track(wanted: str) -> str:
    name = wanted.strip()
    if name in TRACKS or name.isdecimal():
        return name
    if tag := _tag(name):  # a file may call a language as it likes
        return tag
    hint, close = f"{', '.join(TRACKS)}, a number, or a language like en", _meant(name)
    raise ValueError(f"{wanted!r} is no track; write {hint}{close and '; '}{close}")
