"""Where a line of characters that are all equally wide has gaps: Chinese and Japanese part clauses by them.

Such characters stand at a steady pitch. A gap moves what follows by a quarter of a character, half of one or a whole
one, which no typeface does by itself. Recognisers see the room, too, but are seldom sure that it is a space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from subextract.ocr.rapid.binarize import separated, spans
from subextract.text import Letter, is_wide
from subextract.types import Image

NARROW_MARK = 0.5  # pitches: how wide narrow marks are
SEEN = 0.001  # chance from which room was seen: between none of 805 pairs of characters, in half of the narrowest gaps
MOVED = 0.12  # pitches: half of the narrowest gap that typefaces have for a space, a quarter of an em
MOVED_FAR = 0.4  # the same where there is but a trace of a space
SEEN_BEHIND, MOVED_BEHIND = 0.02, NARROW_MARK / 2  # the same behind a mark, whose own room varies
NARROW_SPACE = 0.2  # pitches that are empty beside letters of another script where there is a space; 0.16 where none is
EVEN_PITCH = 0.25  # of the pitch, by which the distances of neighbours differ by chance: places are read in such steps
TIGHT = 25  # percentile of the distances: a pitch without gap even if two in three hold one
FILLED_PITCH = 0.92  # of the pitch that the ink of a character takes, common fonts
MARKS = "，。、？！：；,.?!:;"  # end clauses; the room of the wide ones is their own


def with_gaps(picture: Image, letters: Sequence[Letter]) -> tuple[Letter, ...]:
    """The letters of a line (RGB, as the recogniser saw it), with a space in each gap between wide ones."""
    apart = [letters[index].place - letters[index - 1].place for index in _pairs(letters)]
    if not apart:
        return tuple(letters)
    pitch = _pitch(apart) if len(apart) > 1 else _size(picture, letters)
    gaps = {index for index in range(1, len(letters)) if pitch and _is_gap(picture, letters, index, pitch)}
    return tuple(
        replace(letter, space=max(letter.space, 0.5)) if index in gaps else letter
        for index, letter in enumerate(letters)
    )


def _pairs(letters: Sequence[Letter]) -> list[int]:
    """The numbers of the letters that are a pitch from the one before, if there is no gap."""
    return [index for index in range(1, len(letters)) if all(map(_is_character, letters[index - 1 : index + 1]))]


def _is_character(letter: Letter) -> bool:
    """Whether it takes a whole pitch and is no mark."""
    return is_wide(letter.text) and letter.text.isalnum()


def _pitch(apart: Sequence[float]) -> float:
    """The usual distance (px) of neighbours without a gap between them; 0 where no two are alike."""
    tight = np.percentile(apart, TIGHT)
    usual = [one for one in apart if abs(one - tight) <= EVEN_PITCH * tight]
    return float(np.mean(usual)) if usual else 0.0


def _size(picture: Image, letters: Sequence[Letter]) -> float:
    """The pitch of two characters, by their size; 0 where their ink is not known. Two alone have no usual distance."""
    ink = separated(picture, letters)
    found = spans(ink) if ink is not None else []
    if not found:
        return 0.0
    height = max(span.bottom for span in found) - min(span.top for span in found)
    return max(height, *(span.width for span in found)) / FILLED_PITCH  # a one is wide, but not high


def _is_gap(picture: Image, letters: Sequence[Letter], index: int, pitch: float) -> bool:
    """Whether there is a gap before a letter: it is moved, and room was seen there."""
    if _is_seam(letters[index - 1], letters[index]):
        return letters[index].space > 0 and _empty(picture, letters, index) >= NARROW_SPACE * pitch
    is_behind = letters[index - 1].text in MARKS
    seen, min_moved = (SEEN_BEHIND, MOVED_BEHIND) if is_behind else (SEEN, MOVED)
    chance = letters[index].space
    return chance > 0 and _moved(letters, index, pitch) >= (min_moved if chance >= seen else MOVED_FAR)


def _is_seam(before: Letter, letter: Letter) -> bool:
    """Whether a character and a letter or digit of another script stand side by side."""
    return before.text.isalnum() and letter.text.isalnum() and is_wide(before.text) != is_wide(letter.text)


def _moved(letters: Sequence[Letter], index: int, pitch: float) -> float:
    """By how many pitches a letter is farther from the character before than it must be."""
    first, taken = index - 1, 1.0
    if index > 1 and letters[first].text in MARKS:
        taken += 1.0 if is_wide(letters[first].text) else NARROW_MARK
        first -= 1
    if not _is_character(letters[first]) or not _is_character(letters[index]):
        return 0.0
    return (letters[index].place - letters[first].place) / pitch - taken


def _empty(picture: Image, letters: Sequence[Letter], index: int) -> float:
    """The widest stretch (px) without ink between two letters."""
    ink = separated(picture, letters)
    if ink is None:
        return 0.0
    start, end = (round(letters[number].place) for number in (index - 1, index))
    inked = np.flatnonzero(ink[:, start : end + 1].any(axis=0)) + start
    edges = np.concatenate([[start], inked, [end]])
    return float(np.diff(edges).max()) - 1
