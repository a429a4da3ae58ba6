"""Clips about where: left, right, top, two places at once, two languages, upright columns, many lines."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.clips.lettering import Place, columns, placed
from benchmarks.clips.looks import halved
from benchmarks.clips.recipe import Recipe
from benchmarks.clips.showing import Showing, steady
from benchmarks.clips.studio import Studio


def left(studio: Studio) -> Recipe:
    return aligned(studio, Place("left", 0.07, 0.9))


def right(studio: Studio) -> Recipe:
    return aligned(studio, Place("right", 0.93, 0.9))


def aligned(studio: Studio, place: Place) -> Recipe:
    """Lines at one side, every third of two lines."""
    texts = studio.lines(9, longest=40)
    texts = [halved(text) if number % 3 == 2 else text for number, text in enumerate(texts)]
    return studio.recipe(studio.subtitles(texts, studio.look(), place))


def top(studio: Studio) -> Recipe:
    """All at the top."""
    return studio.recipe(studio.subtitles(studio.lines(9), studio.look(), Place(down=0.1)))


def top_and_bottom(studio: Studio) -> Recipe:
    """Mostly at the bottom, now and then one at the top."""
    showings = []
    texts, spans = studio.lines(10), studio.spans(10, off=(0.0, 0.6))
    for number, (text, (first, last)) in enumerate(zip(texts, spans, strict=True)):
        place = Place(down=0.1 if number % 3 == 1 else 0.91)
        showings.append(Showing(first, last, steady(studio.lettered(text, studio.look(), place)), text))
    return studio.recipe(showings)


def two_zones(studio: Studio) -> Recipe:
    """The translation at the top, the original at the bottom, each with times of its own that overlap."""
    language = studio.pick("de", "es")
    above = studio.look(fill=studio.pick((255, 236, 60), (140, 236, 255)))
    translated = studio.subtitles(
        studio.lines(8, longest=40), above, Place(down=0.1), studio.spans(8, on=(1.6, 2.6), off=(0.2, 0.9))
    )
    original = studio.subtitles(
        studio.lines(8, language, 40), studio.look(), None, studio.spans(8, on=(1.6, 2.6), off=(0.2, 0.9))
    )
    return studio.recipe([*translated, *original])


def bilingual(studio: Studio) -> Recipe:
    """Two languages in one cue, the upper one larger."""
    upper, lower = studio.pick(("zh", "en"), ("ja", "en"))
    looks = [studio.look(upper, 1.05), studio.look("sans", 0.75)]
    showings = []
    pairs = zip(studio.lines(8, upper), studio.lines(8, lower), studio.spans(8), strict=True)
    for one, other, (first, last) in pairs:
        patch = placed([one, other], looks, Place(), studio.size)
        showings.append(Showing(first, last, steady(patch), f"{one}\n{other}"))
    return studio.recipe(showings)


def columns_ja(studio: Studio) -> Recipe:
    return upright_columns(studio, "ja", 0.93)


def columns_zh(studio: Studio) -> Recipe:
    return upright_columns(studio, "zh", studio.pick(0.93, 0.14))


def upright_columns(studio: Studio, language: str, right_edge: float) -> Recipe:
    """One or two columns, read from top to bottom and from right to left."""
    lines = studio.lines(9, language, 14)
    texts = [lines[0], f"{lines[1]}\n{lines[2]}", lines[3], lines[4], f"{lines[5]}\n{lines[6]}", lines[7], lines[8]]
    look = studio.look(language, 0.9)
    spans = studio.spans(7, on=(1.8, 3.0), off=(0.1, 0.9))
    return studio.recipe(
        [
            Showing(first, last, steady(columns(text, look, (right_edge, 0.08), studio.size)), text)
            for text, (first, last) in zip(texts, spans, strict=True)
        ]
    )


def columns_beside(studio: Studio) -> Recipe:
    """One to three columns at the left, each with times of its own that overlap those of the lines at the bottom."""
    above, below = studio.pick(("ja", "zh"), ("zh", "ja"))
    lines = studio.lines(10, above, 14)
    texts = [lines[0], "\n".join(lines[1:3]), lines[3], "\n".join(lines[4:7]), lines[7], "\n".join(lines[8:10])]
    corner = studio.pick((0.22, 0.1), (0.36, 0.06))
    look = studio.look(above, 0.8, fill=studio.pick((255, 255, 255), (255, 236, 60)))
    columned = [
        Showing(first, last, steady(columns(text, look, corner, studio.size)), text)
        for text, (first, last) in zip(texts, studio.spans(6, on=(1.6, 2.6), off=(0.2, 0.9)), strict=True)
    ]
    spans = studio.spans(8, on=(1.4, 2.4), off=(0.1, 0.9))
    return studio.recipe([*columned, *studio.subtitles(studio.lines(8, below), studio.look(below), None, spans)])


def many_lines(studio: Studio) -> Recipe:
    """Two and three long lines, 1280x720."""
    studio = replace(studio, size=(1280, 720))
    texts = studio.lines(8, "en_long", 120)
    spans = studio.spans(8, on=(2.2, 3.2), off=(0.0, 0.6))
    return studio.recipe(studio.subtitles(texts, studio.look(scale=0.8), Place(down=0.92), spans))


KINDS = {
    "left": left,
    "right": right,
    "top": top,
    "top_and_bottom": top_and_bottom,
    "two_zones": two_zones,
    "bilingual": bilingual,
    "columns_ja": columns_ja,
    "columns_zh": columns_zh,
    "columns_beside": columns_beside,
    "many_lines": many_lines,
}
