"""Clips of what people reported of other programs: a visual novel, and a translation in a box over the original."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from benchmarks.clips.asides import FOREVER
from benchmarks.clips.growing import letter_patches, spread
from benchmarks.clips.lettering import Patch, Place
from benchmarks.clips.recipe import Recipe
from benchmarks.clips.showing import Showing, growing, steady
from benchmarks.clips.studio import Studio

NAMES = ("Emily", "Emily", "Emily", "Captain Brand", "Captain Brand", "Emily", "Emily")
WIDE_LETTERS = 20  # of the line under the box; about two thirds of the picture
LATER = 2  # frames by which the box comes later, and goes earlier, than what it covers


def novel(studio: Studio) -> Recipe:
    """A picture that stands still, a panel, a name, and below it text that is typed at a letter a frame."""
    look, place = studio.look("sans", 0.8, outline=0), Place("left", 0.1, 0.83)
    single = studio.lines(5, longest=44)
    pairs = [text for text in studio.lines(9, "en_long", longest=99) if text.count("\n") == 1]
    showings, now = [], studio.frames(0.8)
    for text in (single[0], pairs[0], *single[1:3], pairs[1], *single[3:]):
        stages = letter_patches(studio, text, look, place)
        last = now + len(stages) + studio.frames(studio.random.uniform(0.9, 1.6))
        showings.append(Showing(now, last, growing(stages, spread(len(stages), len(stages))), text))
        now = last
    scene = replace(studio.scene(0, studio.material.kinds[0]), pan=(0.0, 0.0), zoom=0.0, shake=0.0, shapes=False)
    aside = [Showing(0, FOREVER, steady(_panel(studio))), *_names(studio, showings)]
    return studio.recipe([*aside, *showings], scenes=[scene], frames=now + studio.frames(0.7), grain=0.0)


def _panel(studio: Studio) -> Patch:
    width, height = studio.size
    panel = np.full((round(0.3 * height), round(0.9 * width), 4), 0.7, np.float32)
    panel[..., :3] = np.array([20, 24, 60]) * 0.7
    return Patch(panel, 0.05 * width, 0.67 * height)


def _names(studio: Studio, showings: list[Showing]) -> list[Showing]:
    look = studio.look("bold", 0.85, fill=(255, 220, 90), outline=0)
    patches = [studio.lettered(name, look, Place("left", 0.08, 0.72)) for name in NAMES]
    return [Showing(each.first, each.last, steady(patch)) for each, patch in zip(showings, patches, strict=True)]


def boxed_over(studio: Studio) -> Recipe:
    """English in an opaque box over a longer line in Chinese or Japanese, whose ends stick out."""
    language = studio.pick("zh", "ja")
    below, above = studio.look(language), studio.look("sans", 0.75, outline=0, box=(0, 0, 0, 255))
    showings = []
    texts = zip(studio.lines(7, longest=30), studio.lines(7, language, 99), studio.spans(7), strict=True)
    for text, original, (first, last) in texts:
        wide = (original * WIDE_LETTERS)[:WIDE_LETTERS]
        showings.append(Showing(first, last, steady(studio.lettered(wide, below))))
        showings.append(Showing(first + LATER, last - LATER, steady(studio.lettered(text, above)), text))
    return studio.recipe(showings, frames=showings[-1].last + studio.frames(1.5))


KINDS = {"novel": novel, "boxed_over": boxed_over}
