"""Where another one begins to speak within a cue, as colours and places tell, and how dashes say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from subextract.formats.styled import parts
from subextract.tags import Letter, letters_in, plain, styled
from subextract.types import Cue

DASHES = "-‐‑–—−"
DASH = "- "


def dashed(cue: Cue) -> Cue:
    """The cue with each speaker on a line of its own behind a dash; as it is where nothing tells that there are two."""
    said = list(_turns(letters_in(parts(cue)), cue.turns))
    if len(said) < 2:
        return cue
    letters = [letter for turn in said for letter in [*_with_dash(turn), ("\n", frozenset[str]())]][:-1]
    return replace(cue, text=plain(letters), styled=styled(letters) or None, italics=(), words=(), turns=())


def _turns(letters: Sequence[Letter], places: Sequence[int]) -> Iterator[list[Letter]]:
    """The letters of each speaker. Marks between two speakers belong to the first of them."""
    turn, line, colour, begins = list[Letter](), 0, "", True
    for letter, on in letters:
        line += letter == "\n"
        begins = begins or (letter == "\n" and line in places)
        if letter.isalnum():
            own = next((tag for tag in on if tag.startswith("c.")), "")
            if any(each.isalnum() for each, _ in turn) and (begins or own != colour):
                cut = _cut(turn, own)
                yield turn[:cut]
                turn = turn[cut:]
            colour, begins = own, False
        turn.append((letter, on))
    if any(letter.isalnum() for letter, _ in turn):
        yield turn


def _cut(turn: Sequence[Letter], colour: str) -> int:
    """Behind the last letter of a turn, with the marks that follow it in its own word or in its own colour."""
    last = max(place for place, (letter, _) in enumerate(turn) if letter.isalnum())
    own = next((tag for tag in turn[last][1] if tag.startswith("c.")), "")
    for place in range(last + 1, len(turn)):
        letter, on = turn[place]
        theirs = next((tag for tag in on if tag.startswith("c.")), "")
        if letter == "\n" or (letter.isspace() and own == colour) or (not letter.isspace() and theirs != own):
            return place
    return len(turn)


def _with_dash(turn: Sequence[Letter]) -> list[Letter]:
    first = next(place for place, (letter, _) in enumerate(turn) if not letter.isspace())
    last = max(place for place, (letter, _) in enumerate(turn) if not letter.isspace())
    kept = list(turn[first : last + 1])
    return kept if kept[0][0] in DASHES else [(letter, kept[0][1]) for letter in DASH] + kept
