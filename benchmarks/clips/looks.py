"""Clips about how the text and the film look: contrast, letters, boxes, colours, small, combed, grainy, coarse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

from benchmarks.clips import pictures
from benchmarks.clips.lettering import Look, Place
from benchmarks.clips.recipe import Recipe
from benchmarks.clips.showing import Showing, steady
from benchmarks.clips.studio import Studio

SPEAKERS = ((255, 236, 40), (60, 236, 255), (90, 240, 90), (255, 110, 235), (255, 70, 60))


def plain(studio: Studio, look: Look, count: int = 9, longest: int = 42, **changes: Any) -> Recipe:
    """Subtitles one after the other in that look."""
    return studio.recipe(studio.subtitles(studio.lines(count, longest=longest), look), **changes)


def bright_scenes(studio: Studio, count: int = 5) -> list[Any]:
    """Pictures that are nearly white."""
    kinds = studio.random.permutation(studio.material.kinds)
    firsts = [studio.frames(5.3 * number) for number in range(count)]
    return [
        replace(studio.scene(first, str(kinds[number % len(kinds)]), pictures.WHITEOUT), shapes=False, lit=False)
        for number, first in enumerate(firsts)
    ]


def white_on_white(studio: Studio) -> Recipe:
    grey = studio.pick((70, 70, 70), (110, 110, 116))
    look = studio.look("sans", outline=1, outline_colour=grey, shadow=studio.pick(0, 1))
    return plain(studio, look, scenes=bright_scenes(studio))


def dark_on_light(studio: Studio) -> Recipe:
    dark = studio.pick((16, 16, 20), (58, 12, 12))
    look = studio.look("bold", fill=dark, outline=studio.pick(1, 0), outline_colour=(240, 240, 240))
    return plain(studio, look, scenes=bright_scenes(studio))


def thin(studio: Studio) -> Recipe:
    return plain(studio, studio.look("thin", outline=1, outline_colour=(20, 20, 20)))


def serif(studio: Studio) -> Recipe:
    return plain(studio, studio.look("serif", fill=studio.pick((255, 250, 236), (250, 240, 140)), shadow=2, outline=1))


def italic(studio: Studio) -> Recipe:
    return plain(studio, studio.look("italic"))


def boxed(studio: Studio) -> Recipe:
    """On a bar of each line's width, opaque or half transparent."""
    return plain(studio, studio.look("sans", outline=0, box=studio.pick((0, 0, 0, 255), (20, 24, 40, 150))))


def transparent(studio: Studio) -> Recipe:
    """Letters through which the picture shows."""
    look, opacity = studio.look("bold"), studio.pick(0.55, 0.5)
    texts = studio.lines(9, longest=40)
    spans = studio.spans(9)
    return studio.recipe(
        [
            Showing(first, last, steady(studio.lettered(text, look), opacity), text)
            for text, (first, last) in zip(texts, spans, strict=True)
        ]
    )


def speaker_colours(studio: Studio) -> Recipe:
    """Yellow, cyan, green, magenta and red in turn, mostly without a gap."""
    texts, spans = studio.lines(11, longest=42), studio.spans(11, off=(0.0, 0.15))
    colours = [SPEAKERS[index] for index in studio.random.permutation(5)]
    return studio.recipe(
        [
            Showing(first, last, steady(studio.lettered(text, studio.look(fill=colours[number % 5]))), text)
            for number, (text, (first, last)) in enumerate(zip(texts, spans, strict=True))
        ]
    )


def tiny(studio: Studio) -> Recipe:
    """240 lines, letters of 12 pixels."""
    studio = replace(studio, size=(426, 240))
    return plain(studio, replace(studio.look(studio.pick("bold", "sans")), size=12, outline=1), longest=46)


def interlaced(studio: Studio) -> Recipe:
    """50 fields a second woven into 25 frames: whatever moves has combs."""
    studio = replace(studio, size=(720, 576), rate=Fraction(25))
    recipe = plain(studio, studio.look(scale=0.85), interlaced=True)
    fast = [replace(scene, pan=(4 * scene.pan[0], scene.pan[1])) for scene in recipe.scenes]
    return replace(recipe, scenes=fast)


def letterbox(studio: Studio) -> Recipe:
    """Subtitles in the black bar below a wide picture."""
    look = studio.look(scale=0.95, outline=studio.pick(0, 1), fill=studio.pick((255, 255, 255), (220, 220, 220)))
    return studio.recipe(studio.subtitles(studio.lines(9), look, Place(down=0.936)), bars=46)


def upright(studio: Studio) -> Recipe:
    """9:16, with two-line text in the middle of the screen."""
    studio = replace(studio, size=(540, 960))
    look = studio.look("bold", 0.72, outline=4, fill=studio.pick((255, 255, 255), (255, 232, 60)))
    texts = [halved(text) for text in studio.lines(9, longest=44)]
    return studio.recipe(studio.subtitles(texts, look, Place(down=studio.pick(0.58, 0.66))))


def halved(text: str) -> str:
    """Broken at the space nearest to the middle."""
    spaces = [index for index, letter in enumerate(text) if letter == " "]
    middle = min(spaces, key=lambda index: abs(index - len(text) / 2))
    return f"{text[:middle]}\n{text[middle + 1 :]}"


def grainy(studio: Studio) -> Recipe:
    return plain(studio, studio.look(), grain=studio.pick(14.0, 18.0), crf=27)


def low_bitrate(studio: Studio) -> Recipe:
    """Smeared by H.264 that has too few bits."""
    return plain(studio, studio.look("bold"), crf=studio.pick(38, 39))


def blocky(studio: Studio) -> Recipe:
    """Coarse blocks and ringing around the letters: MPEG-4 part 2 in AVI, as in the days of DivX."""
    return plain(studio, studio.look("sans"), codec="mpeg4", bits=studio.pick(420_000, 340_000), suffix="avi")


def variable_rate(studio: Studio) -> Recipe:
    """Frames that last 20 to 80 ms, in Matroska."""
    durations = studio.pick((40, 40, 20, 60, 33, 33, 34), (17, 33, 17, 33, 50, 80, 42))
    studio = replace(studio, rate=Fraction(1000 * len(durations), sum(durations)))
    return plain(studio, studio.look(), durations=durations, suffix="mkv")


def ten_bit(studio: Studio) -> Recipe:
    return plain(studio, studio.look(), codec="libx265", pixels="yuv420p10le", suffix="mkv", crf=24)


def uhd(studio: Studio) -> Recipe:
    """3840x2160; short, because every frame costs."""
    studio = replace(studio, size=(3840, 2160))
    return plain(studio, studio.look(scale=0.75), count=3)


KINDS: dict[str, Callable[[Studio], Recipe]] = {
    "white_on_white": white_on_white,
    "dark_on_light": dark_on_light,
    "thin": thin,
    "serif": serif,
    "italic": italic,
    "boxed": boxed,
    "transparent": transparent,
    "speaker_colours": speaker_colours,
    "tiny": tiny,
    "interlaced": interlaced,
    "letterbox": letterbox,
    "upright": upright,
    "grainy": grainy,
    "low_bitrate": low_bitrate,
    "blocky": blocky,
    "variable_rate": variable_rate,
    "ten_bit": ten_bit,
    "uhd": uhd,
}
