"""Which words of the cues are replaced because a recogniser never learns them, and which texts are never wanted.

Nothing is replaced or left out that no file of the user names.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from subextract.formats.event import with_changed
from subextract.formats.styled import plain_of, with_tags
from subextract.languages.identification import language_of, main_script, scripts
from subextract.languages.packs import same_language
from subextract.types import Cue
from subextract.wording.lists import IGNORE, REPLACE, Rule, Unwanted, plain, rules, unwanted

Languages = Mapping[str | None, str | None]
"""The language of the lines in each script."""


@dataclass(frozen=True, slots=True)
class Wording:
    """The rules of the two files."""

    rules: tuple[Rule, ...] = ()
    unwanted: Unwanted = field(default_factory=Unwanted)

    @classmethod
    def of(
        cls,
        replaced: Sequence[Path] = (),
        ignored: Sequence[Path] = (),
        called: Mapping[str, str] = MappingProxyType({}),
    ) -> Wording:
        """The rules of the files of --replace and --ignore, one after the other.

        ``called`` is how the user wrote the two settings where that was no flag. UsageError names the file and the line
        that makes no sense.
        """
        of_a_file = [rules(path, called.get("replace", REPLACE)) for path in replaced]
        never = [unwanted(path, called.get("ignore", IGNORE)) for path in ignored]
        texts = frozenset[str]().union(*(each.texts for each in never))
        expressions = tuple(expression for each in never for expression in each.expressions)
        return cls(tuple(rule for some in of_a_file for rule in some), Unwanted(texts, expressions))

    @property
    def leaves_out(self) -> bool:
        """Whether there may be fewer cues than were read."""
        return bool(self.rules or self.unwanted != Unwanted())

    @property
    def needs_all(self) -> bool:
        """Whether it matters in which language the film is."""
        return any(rule.language for rule in self.rules)

    def applied(self, cues: Sequence[Cue], among: Sequence[Cue] | None = None) -> list[Cue]:
        """The cues with what is to be replaced replaced, without what is not wanted.

        One that was changed says in ``as_read`` what it said before. Lines of cues whose language is not known are in
        the language of all lines in their script, of the cues themselves or of those ``among`` which they are.
        """
        if not self.leaves_out:
            return list(cues)
        languages = _languages(among or cues) if self.needs_all else {}
        changed = (self._changed(cue, languages) for cue in cues)
        return [cue for cue in changed if cue.text or cue.as_read is None]

    def _changed(self, cue: Cue, languages: Languages) -> Cue:
        lines = [] if plain(cue.text) in self.unwanted.texts else cue.text.split("\n")
        wanted = [(number, line) for number, line in enumerate(lines) if not self.unwanted.holds(line)]
        said = [(number, line, self._replaced(line, cue.language, languages)) for number, line in wanted]
        kept = [(number, after) for number, before, after in said if after or not before]
        text = "\n".join(line for _, line in kept)
        if text == cue.text:
            return cue
        italics = tuple(place for place, (number, _) in enumerate(kept) if number in cue.italics)
        numbers = [number for number, _ in kept]
        styled = self._styled(cue, numbers, text, languages)
        text = text if text.strip() else ""
        changed = replace(cue, text=text, styled=styled, italics=italics, as_read=cue.text)
        return replace(changed, markup=self._markup(changed, numbers, languages)) if cue.markup and text else changed

    def _markup(self, changed: Cue, kept: Sequence[int], languages: Languages) -> str:
        """The event of an ASS script with what the cue says now."""
        speaks = changed.language

        def change(part: str) -> str:
            return self._applied(part, speaks, languages)

        return with_changed(changed.markup or "", change, kept, with_tags(changed))

    def _styled(self, cue: Cue, kept: Sequence[int], text: str, languages: Languages) -> str | None:
        """The lines that are kept with their styles; None where a style begins or ends within what was replaced."""
        before = (cue.styled or "").split("\n")
        if not cue.styled or len(before) != len(cue.text.split("\n")):
            return None
        after = "\n".join(self._replaced(before[number], cue.language, languages) for number in kept)
        return after if plain_of(after) == text else None

    def _replaced(self, line: str, language: str | None, languages: Languages) -> str:
        found = self._applied(line, language, languages)
        return line if found == line else found.strip()

    def _applied(self, line: str, language: str | None, languages: Languages) -> str:
        found = line
        for rule in self.rules:
            if rule.language is None or _speaks(language or languages.get(_script(line)), rule.language):
                found = rule.applied(found)
        return found


def _speaks(language: str | None, wanted: str) -> bool:
    return language is not None and same_language(language, wanted)


def _languages(cues: Iterable[Cue]) -> Languages:
    by_script: dict[str | None, list[str]] = defaultdict(list)
    for cue in cues:
        for line in cue.text.split("\n"):
            by_script[_script(line)].append(line)
    return {script: language_of(lines) for script, lines in by_script.items()}


def _script(line: str) -> str | None:
    return main_script(scripts(line))
