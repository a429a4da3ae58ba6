"""How each family of translation models takes the languages, and which languages it knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from subextract.errors import EngineError, UsageError
from subextract.languages.names import known, name, tag
from subextract.languages.tags import SHORT
from subextract.translation.protocols import Task

CODES_LISTED = 12  # codes that a message lists

# Languages that models have under the code of the one of theirs that most people mean (ISO 639-3 "macrolanguages").
_MEANT = {
    "ar": ("arb",), "az": ("azj",), "et": ("ekk",), "fa": ("pes",), "ku": ("kmr",), "lv": ("lvs",), "mg": ("plt",),
    "mn": ("khk",), "ms": ("zsm",), "ne": ("npi",), "no": ("nob", "nb"), "nb": ("nob", "no"), "nn": ("nno", "no"),
    "om": ("gaz",), "or": ("ory",), "ps": ("pbt",), "sq": ("als",), "sw": ("swh",), "uz": ("uzn",), "yi": ("ydd",),
    "zh": ("cmn",), "fil": ("tgl", "tl"), "tl": ("fil",), "he": ("iw",), "jv": ("jw",),
}  # fmt: skip
_SCRIPTS = {"Kore": "Hang"}  # ISO 15924 has one name for Korean as it is written, and one for its letters
_CODE = re.compile(r"(?P<language>[A-Za-z]{2,3})(?:[_-](?P<rest>\w+))?")


@dataclass(frozen=True, slots=True)
class Told:
    """How a model is told: ``before`` stands before each text, ``settings`` go into the generation."""

    before: str = ""
    settings: dict[str, Any] = field(default_factory=dict)


def told(tokenizer: Any, model: str, task: Task) -> Told:
    """Tell the tokenizer of a model the languages.

    Raises EngineError where the model lacks one of them, UsageError where it must know from which and nobody does.
    """
    if hasattr(tokenizer, "supported_language_codes"):
        return _marian(tokenizer, model, task)
    codes = list(getattr(tokenizer, "lang_code_to_id", None) or filter(_CODE.fullmatch, tokenizer.all_special_tokens))
    if not codes or not hasattr(tokenizer, "src_lang"):
        raise EngineError(f"How {model} is told the languages is not known; name a model of Marian, NLLB or M2M100.")
    to = _chosen(codes, task.to, f"{model} does not translate into")
    if task.source is None:
        raise UsageError("The language of the subtitles is not certain; name it, as in --from en (--language en).")
    tokenizer.src_lang = _chosen(codes, task.source, f"{model} does not translate from")
    number = tokenizer.get_lang_id(to) if hasattr(tokenizer, "get_lang_id") else tokenizer.convert_tokens_to_ids(to)
    return Told(settings={"forced_bos_token_id": number})


def _marian(tokenizer: Any, model: str, task: Task) -> Told:
    """A model for one pair of languages, or into several, of which one is named before the text."""
    source, target = tokenizer.source_lang, tokenizer.target_lang
    if source and task.source and _is_one(source) and not _fits(source, task.source):
        raise EngineError(_another(f"{model} translates from {name(source)}, not from {name(task.source)}"))
    if codes := tokenizer.supported_language_codes:
        return Told(before=f">>{_chosen([code.strip('<>') for code in codes], task.to, f'{model} does not know')}<< ")
    if target and _is_one(target) and not _fits(target, task.to):
        raise EngineError(_another(f"{model} translates into {name(target)}, not into {name(task.to)}"))
    return Told()


def _is_one(code: str) -> bool:
    """Whether a code is that of a language, not of a group of them as in models into all Romance languages."""
    return bool(known(code).script)


def _fits(code: str, wanted: str) -> bool:
    return bool(_ranked([code], wanted))


def _chosen(codes: Iterable[str], wanted: str, otherwise: str) -> str:
    """The code among those of a model that means a language."""
    there = list(codes)
    if fitting := _ranked(there, wanted):
        return fitting[0]
    some = ", ".join(sorted(there)[:CODES_LISTED]) + (" ..." if len(there) > CODES_LISTED else "")
    raise EngineError(_another(f"{otherwise} {name(wanted)}, only {some}"))


def _another(what: str) -> str:
    return f"{what}; name another model with --translator-model."


def _ranked(codes: Iterable[str], wanted: str) -> list[str]:
    """The codes that mean a language, the best one first: that which also has its script."""
    language = known(wanted)
    primary = tag(wanted).split("-")[0].lower()
    letters = {primary, *(long for long, short in SHORT.items() if short == primary), *_MEANT.get(primary, ())}
    script = _SCRIPTS.get(language.script, language.script)
    rests = [part.lower() for part in (script, *tag(wanted).split("-")[1:])]
    found = []
    for code in codes:
        parts = _CODE.fullmatch(code)
        if parts and parts["language"].lower() in letters:
            rest = (parts["rest"] or "").lower()
            found.append((rest not in rests, bool(rest), parts["language"].lower() != primary, code))
    return [code for _, _, _, code in sorted(found)]
