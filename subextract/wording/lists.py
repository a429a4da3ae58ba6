"""What the files of --replace and --ignore say: what is replaced by what, where, and what is never wanted."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from subextract.errors import UsageError
from subextract.language import is_unspaced
from subextract.listed import entries
from subextract.options import parse_language
from subextract.text import is_wide

REPLACE, IGNORE = "--replace", "--ignore"

SECTION = re.compile(r"\[([^\[\]=]*)\]")
EVERY = "all"  # the name of the section for all languages
EXPRESSION = re.compile(r"/((?:[^/\\]|\\.)+)/(i?)")
REPLACED = re.compile(rf"{EXPRESSION.pattern}\s*=\s*(.*)")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is replaced in a line: whole words that are written so, or what ``pattern`` finds.

    ``language`` is the one of the lines that it is about (BCP 47); None for all.
    """

    pattern: re.Pattern[str]
    text: str
    language: str | None = None
    literal: bool = True

    def applied(self, line: str) -> str:
        return self.pattern.sub(self._of if self.literal else self.text, line)

    def _of(self, found: re.Match[str]) -> str:
        """The other text, unless what was found is a part of a longer word."""
        line, start, end = found.string, found.start(), found.end()
        inside = _joined(line[start - 1 : start], line[start]) or _joined(line[end - 1], line[end : end + 1])
        return found[0] if inside else self.text


def _joined(before: str, after: str) -> bool:
    """Whether two letters belong to one word, as far as spaces part the words of their scripts.

    Korean has spaces but puts its particles behind names without one.
    """
    return all(
        letter and unicodedata.category(letter)[0] in "LMN" and not is_unspaced(letter) and not is_wide(letter)
        for letter in (before, after)
    )


@dataclass(frozen=True, slots=True)
class Unwanted:
    """Texts that are never wanted: whole lines, compared by ``plain``, and what a pattern finds something in."""

    texts: frozenset[str] = frozenset()
    patterns: tuple[re.Pattern[str], ...] = ()

    def holds(self, line: str) -> bool:
        return plain(line) in self.texts or any(pattern.search(line) for pattern in self.patterns)


def plain(text: str) -> str:
    """A text as it is compared: in small letters, with one space where there is any."""
    return " ".join(text.casefold().split())


def rules(path: Path) -> tuple[Rule, ...]:
    """The replacements of a file, in their order. UsageError says which line of which file makes no sense."""
    language: str | None = None
    found = []
    for number, line in entries(path, REPLACE):
        if section := SECTION.fullmatch(line):
            language = _language(section[1].strip(), number, path)
        else:
            found.append(_rule(line, language, number, path))
    return tuple(found)


def _language(name: str, number: int, path: Path) -> str | None:
    if name.lower() == EVERY:
        return None
    try:
        return parse_language(name)
    except ValueError as exc:
        raise _fault(REPLACE, number, path, f"{exc}; [{EVERY}] is for all languages") from exc


def _rule(line: str, language: str | None, number: int, path: Path) -> Rule:
    if line.startswith("/"):
        found = REPLACED.fullmatch(line)
        if found is None:
            raise _fault(REPLACE, number, path, "it is not like: /regular expression/ = text")
        pattern = _compiled(found[1], found[2], REPLACE, number, path)
        try:
            pattern.sub(found[3], "")  # says whether the text makes sense, too
        except (re.error, IndexError) as exc:
            raise _fault(REPLACE, number, path, f"the text behind = makes no sense ({exc})") from exc
        return Rule(pattern, found[3], language, literal=False)
    wrong, separator, right = line.partition("\t" if "\t" in line else "=")
    if not (separator and wrong.strip()):
        raise _fault(REPLACE, number, path, "it is not like: wrong = right")
    return Rule(re.compile(re.escape(wrong.strip())), right.strip(), language)


def unwanted(path: Path) -> Unwanted:
    """The texts of a file. UsageError says which line of which file makes no sense."""
    texts, patterns = set(), []
    for number, line in entries(path, IGNORE):
        if found := EXPRESSION.fullmatch(line):
            patterns.append(_compiled(found[1], found[2], IGNORE, number, path))
        elif line.startswith("/"):
            raise _fault(IGNORE, number, path, "it is not like: /regular expression/")
        else:
            texts.add(plain(line))
    return Unwanted(frozenset(texts), tuple(patterns))


def _compiled(expression: str, flags: str, flag: str, number: int, path: Path) -> re.Pattern[str]:
    try:
        return re.compile(expression, re.IGNORECASE if flags else 0)
    except re.error as exc:
        raise _fault(flag, number, path, f"its regular expression makes no sense ({exc})") from exc


def _fault(flag: str, number: int, path: Path, reason: str) -> UsageError:
    return UsageError(f"{flag}: line {number} of {path}: {reason}.")
