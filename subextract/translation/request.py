"""In which words a chat model is asked for translations, and what of its answer is one.

The request and the answer are JSON with a number for each passage, so that none can be joined, split or shifted unseen.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from subextract.languages.names import name
from subextract.translation.balance import columns
from subextract.translation.protocols import Passage, Task

VERSION = 1  # of these words; answers to others are asked for again

_RULES = """You translate the subtitles of a film {languages}.
The user gives "lines", each with an id and its text, and maybe "before" and "after": the lines around them, there \
only for you to understand them.
Answer with one JSON object that has the id of each line as a key and its translation as a string, and nothing else.
- Translate each line by itself. Never join, split, leave out, shift or number lines, even where a sentence goes on in \
the next one.
- Write as people speak in films, short enough to be read in time; "most" is how many letters can be read.
- Keep numbers in digits, names, and the tags <i>, <b>, <u> around the words that mean the same.
- Give no explanation, no alternative, no original."""
_GLOSSARY = '\n- Translate the terms in "glossary" as it says.'
_ABOUT = '\n- "film" says what the film is about.'
_AGAIN = '\n- "wrong" says what was wrong with an earlier translation of that line.'

TOKENS_PER_LETTER = 3  # that a letter of the answer may take, where the tokenizer knows no words of the script
SPARE_TOKENS = 24  # for what stands around a translation
THINKING = 1024  # tokens that a model which thinks first may take for that


def messages(window: Sequence[Passage], task: Task, wrong: Mapping[int, str] | None = None) -> list[dict[str, str]]:
    """The prompt. ``wrong`` are the faults of earlier translations, by number."""
    terms = {term: wanted for passage in window for term, wanted in task.terms(passage.text).items()}
    parts = {
        "film": task.about,
        "glossary": terms,
        "before": list(window[0].before),
        "lines": [_line(passage, (wrong or {}).get(passage.number)) for passage in window],
        "after": list(window[-1].after),
    }
    source = f"from {name(task.source)} " if task.source else ""
    rules = _RULES.format(languages=f"{source}into {name(task.to)}")
    rules += _GLOSSARY * bool(terms) + _ABOUT * bool(task.about) + _AGAIN * bool(wrong)
    asked = json.dumps({part: value for part, value in parts.items() if value}, ensure_ascii=False)
    return [{"role": "system", "content": rules}, {"role": "user", "content": asked}]


def _line(passage: Passage, wrong: str | None) -> dict[str, Any]:
    line = {"id": str(passage.number), "text": passage.text, "most": passage.max_columns, "wrong": wrong}
    return {part: value for part, value in line.items() if value is not None}


def form(window: Sequence[Passage]) -> dict[str, Any]:
    """The form of the answer for servers that hold the model to it: each id once, with a string."""
    ids = [str(passage.number) for passage in window]
    schema = {
        "type": "object",
        "properties": {one: {"type": "string"} for one in ids},
        "required": ids,
        "additionalProperties": False,
    }
    return {"type": "json_schema", "json_schema": {"name": "translations", "strict": True, "schema": schema}}


def max_tokens(window: Sequence[Passage]) -> int:
    """A limit that no sound answer reaches, so that a loop ends."""
    return THINKING + SPARE_TOKENS * len(window) + TOKENS_PER_LETTER * sum(columns(passage.text) for passage in window)


def found(answer: str, window: Sequence[Passage]) -> dict[int, str]:
    """The translations in an answer by their numbers; what is there twice, or no text, is not there."""
    ids = {str(passage.number): passage.number for passage in window}
    pairs = _pairs(answer)
    times = Counter(key for key, _ in pairs)
    return {
        ids[key]: " ".join(value.split())
        for key, value in pairs
        if key in ids and times[key] == 1 and isinstance(value, str) and value.strip()
    }


def _pairs(answer: str) -> list[tuple[str, Any]]:
    """The names and values of the first JSON object in an answer; whatever else a model says around it is ignored."""
    decoder = json.JSONDecoder(object_pairs_hook=_Pairs)
    text = answer.rpartition("</think>")[2]
    start = text.find("{")
    while start >= 0:
        try:
            value, _ = decoder.raw_decode(text, start)
            return list(value)
        except (ValueError, RecursionError):
            start = text.find("{", start + 1)
    return []


class _Pairs(list[tuple[str, Any]]):
    """An object with all its names, also those that are there twice."""
