"""Reads the files of --replace and --ignore: replacements, their places, and unwanted texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import regex

from subextract.errors import UsageError
from subextract.languages.identification import is_unspaced
from subextract.listed import entries
from subextract.options import parse_language
from subextract.text import is_wide

REPLACE, IGNORE = "--replace", "--ignore"
LONGEST_MATCH = 2.0  # s; a sane expression takes a millionth of that for a line, one that backtracks never ends

SECTION = re.compile(r"\[([^\[\]=]*)\]")
EVERY = "all"  # the name of the section for all languages
EXPRESSION = re.compile(r"/((?:[^/\\]|\\.)+)/(i?)")
REPLACED = re.compile(rf"{EXPRESSION.pattern}\s*=\s*(.*)")


@dataclass(frozen=True, slots=True)
class Expression:
    """A regular expression of the user, and the place that a mistake in it is told with.

    Raises UsageError where it takes too long on a line: Python's own would let no Ctrl-C in meanwhile.
    """

    pattern: regex.Pattern[str]
    place: str

    def replaced(self, by: str | Callable[[regex.Match[str]], str], line: str) -> str:
        try:
            return self.pattern.sub(by, line, timeout=LONGEST_MATCH)
        except TimeoutError as exc:
            raise self._endless(line) from exc

    def finds(self, line: str) -> bool:
        try:
            return self.pattern.search(line, timeout=LONGEST_MATCH) is not None
        except TimeoutError as exc:
            raise self._endless(line) from exc

    def _endless(self, line: str) -> UsageError:
        return UsageError(f"{self.place}: its expression takes too long on {line!r}; write it in a simpler way.")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: whole words that are written so, or matches of an expression, are replaced in a line.

    ``language`` is the one of the lines that it is about (BCP 47); None for all.
    """

    wrong: Expression
    text: str
    language: str | None = None
    literal: bool = True

    def applied(self, line: str) -> str:
        return self.wrong.replaced(self._of if self.literal else self.text, line)

    def _of(self, found: regex.Match[str]) -> str:
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
    """Texts that are never wanted: whole lines, compared by ``plain``, and what an expression finds something in."""

    texts: frozenset[str] = frozenset()
    expressions: tuple[Expression, ...] = ()

    def holds(self, line: str) -> bool:
        return plain(line) in self.texts or any(each.finds(line) for each in self.expressions)


def plain(text: str) -> str:
    """A text as it is compared: in small letters, with one space where there is any."""
    return " ".join(text.casefold().split())


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of a file, which a setting named that is called so where the user wrote it."""

    called: str
    path: Path
    number: int

    def __str__(self) -> str:
        return f"{self.called}: line {self.number} of {self.path}"

    def fault(self, reason: str) -> UsageError:
        return UsageError(f"{self}: {reason}.")

    def expression(self, written: str, flags: str) -> Expression:
        try:
            return Expression(regex.compile(written, regex.IGNORECASE if flags else 0), str(self))
        except regex.error as exc:
            raise self.fault(f"its regular expression makes no sense ({exc})") from exc


def rules(path: Path, called: str = REPLACE) -> tuple[Rule, ...]:
    """The replacements of a file, in their order. UsageError says which line of which file makes no sense.

    ``called`` is the setting as the user wrote it, which named the file.
    """
    language: str | None = None
    found = []
    for number, line in entries(path, called):
        place = _Place(called, path, number)
        if section := SECTION.fullmatch(line):
            language = _language(section[1].strip(), place)
        else:
            found.append(_rule(line, language, place))
    return tuple(found)


def _language(name: str, place: _Place) -> str | None:
    if name.lower() == EVERY:
        return None
    try:
        return parse_language(name)
    except ValueError as exc:
        raise place.fault(f"{exc}; [{EVERY}] is for all languages") from exc


def _rule(line: str, language: str | None, place: _Place) -> Rule:
    if line.startswith("/"):
        found = REPLACED.fullmatch(line)
        if found is None:
            raise place.fault("it is not like: /regular expression/ = text")
        expression = place.expression(found[1], found[2])
        try:
            # Where nothing is found, nobody looks at the text; so it is tried on what always finds something.
            place.expression(f"{found[1]}|", found[2]).replaced(found[3], "")
        except (regex.error, IndexError) as exc:
            raise place.fault(f"the text behind = makes no sense ({exc})") from exc
        return Rule(expression, found[3], language, literal=False)
    wrong, separator, right = line.partition("\t" if "\t" in line else "=")
    if not (separator and wrong.strip()):
        raise place.fault("it is not like: wrong = right")
    return Rule(place.expression(re.escape(wrong.strip()), ""), right.strip(), language)


def unwanted(path: Path, called: str = IGNORE) -> Unwanted:
    """The texts of a file, like ``rules``. UsageError says which line of which file makes no sense."""
    texts, expressions = set(), []
    for number, line in entries(path, called):
        place = _Place(called, path, number)
        if found := EXPRESSION.fullmatch(line):
            expressions.append(place.expression(found[1], found[2]))
        elif line.startswith("/"):
            raise place.fault("it is not like: /regular expression/")
        else:
            texts.add(plain(line))
    return Unwanted(frozenset(texts), tuple(expressions))
