"""Clips whose text changes while it stands: rolling captions, growth, typewriter, karaoke."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from benchmarks.clips.lettering import Look, Patch, Place
from benchmarks.clips.recipe import Recipe
from benchmarks.clips.showing import Draw, Showing, growing, steady, sung, then
from benchmarks.clips.studio import Studio


def rolling(studio: Studio) -> Recipe:
    """Live captions: a new line comes in below and pushes the one before up; white on a black box, left-aligned."""
    look = studio.look("mono", 0.85, outline=0, box=(0, 0, 0, 255))
    lines = studio.lines(10, longest=38)
    patches = [studio.lettered(line, look, Place("left", 0.12, 0.9)) for line in lines]
    draws = [(steady(patch), steady(patch.moved(0, -row(look)))) for patch in patches]
    return studio.recipe(rolled(lines, draws, rolling_starts(studio, 10)))


def rolling_words(studio: Studio) -> Recipe:
    """Automatic captions: the same, but the lower line grows word by word."""
    look = studio.look("sans", 0.95, outline=0, box=(8, 8, 8, 190))
    lines, starts = studio.lines(9, longest=40), rolling_starts(studio, 9)
    draws = []
    for line, (now, upcoming) in zip(lines, pairwise(starts), strict=False):
        stages = word_patches(studio, line, look, Place("left", 0.16, 0.9))
        growth = growing(stages, spread(len(stages), 0.7 * (upcoming - now)))
        draws.append((growth, steady(stages[-1].moved(0, -row(look)))))
    return studio.recipe(rolled(lines, draws, starts))


def row(look: Look) -> int:
    """Pixels from one line to the next."""
    return round(look.leading * look.size)


def rolling_starts(studio: Studio, count: int) -> list[int]:
    """When each line comes, and when the last two have gone."""
    starts = [studio.frames(0.8)]
    for _ in range(count + 1):
        starts.append(starts[-1] + studio.frames(studio.random.uniform(1.4, 2.4)))
    return starts


def rolled(lines: Sequence[str], draws: Sequence[tuple[Draw, Draw]], starts: Sequence[int]) -> list[Showing]:
    """Each line from its coming until it is pushed out of the upper row; the last two go together.

    ``draws`` holds how each line is drawn in the lower row, from its coming on, and how in the upper one.
    """
    showings = []
    for number, (line, (below, above)) in enumerate(zip(lines, draws, strict=True)):
        first, pushed = starts[number], starts[number + 1]
        last = min(starts[number + 2], starts[len(lines)])
        showings.append(Showing(first, last, then(below, above, pushed - first), line))
    return showings


def spread(count: int, frames: float) -> list[int]:
    """The first frames of that many stages of equal length."""
    return [round(number * frames / count) for number in range(count)]


def word_patches(studio: Studio, text: str, look: Look, place: Place) -> list[Patch]:
    """The text with one word more each time."""
    ends = [index for index, letter in enumerate(text) if letter in " \n"] + [len(text)]
    return [studio.lettered(text[:end], look, place) for end in ends]


def words_left(studio: Studio) -> Recipe:
    """A line that grows word by word from a fixed left edge, then stays a while."""
    return by_word(studio, Place("left", 0.14, 0.9))


def words_centred(studio: Studio) -> Recipe:
    """The same, centred: what stands already shifts with every word."""
    return by_word(studio, Place())


def by_word(studio: Studio, place: Place) -> Recipe:
    look = studio.look("bold")
    spans = studio.spans(7, on=(2.0, 3.0), off=(0.0, 0.8))
    showings = []
    for text, (first, last) in zip(studio.lines(7, longest=38), spans, strict=True):
        stages = word_patches(studio, text, look, place)
        showings.append(Showing(first, last, growing(stages, spread(len(stages), 0.6 * (last - first))), text))
    return studio.recipe(showings)


def typewriter(studio: Studio) -> Recipe:
    """Two lines written letter by letter; left-aligned, the first line stands where it will stand."""
    look, place = studio.look("mono", 0.8), Place("left", 0.13, 0.82)
    spans = studio.spans(6, on=(3.0, 4.0), off=(0.2, 0.8))
    pairs = [text for text in studio.lines(9, "en_long", longest=99) if text.count("\n") == 1][:6]
    showings = []
    for text, (first, last) in zip(pairs, spans, strict=False):
        stages = letter_patches(studio, text, look, place)
        showings.append(Showing(first, last, growing(stages, spread(len(stages), 0.7 * (last - first))), text))
    return studio.recipe(showings)


def letter_patches(studio: Studio, text: str, look: Look, place: Place) -> list[Patch]:
    """The text with one letter more each time; the second line begins one row below the first."""
    below = Place(place.side, place.across, place.down + look.leading * look.size / studio.size[1])
    ends = [end for end in range(1, len(text) + 1) if not text[:end].endswith(("\n", " "))]
    return [studio.lettered(text[:end], look, below if "\n" in text[:end] else place) for end in ends]


def karaoke(studio: Studio) -> Recipe:
    """White lines that a second colour runs through while they stand."""
    looks = [studio.look("bold"), studio.look("bold", fill=(70, 200, 255))]
    if studio.set == "unseen":
        looks = [studio.look("bold"), studio.look("bold", fill=(255, 120, 40))]
    showings = []
    spans = studio.spans(7, on=(2.2, 3.2), off=(0.0, 0.9))
    for text, (first, last) in zip(studio.lines(7, longest=36), spans, strict=True):
        plain, colour = (studio.lettered(text, look) for look in looks)
        showings.append(Showing(first, last, sung(plain, colour, 0.85 * (last - first)), text))
    return studio.recipe(showings)


KINDS = {
    "rolling": rolling,
    "rolling_words": rolling_words,
    "words_left": words_left,
    "words_centred": words_centred,
    "typewriter": typewriter,
    "karaoke": karaoke,
}
