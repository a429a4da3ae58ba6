"""What a clip draws from: the lines, fonts, pictures and dice of its set.

The two sets share no line, no font file and no frame rate, and are painted by different brushes but for the clouds:
``shown`` is to tune on, ``unseen`` to judge by. Every clip has dice of its own, so one more clip changes no other.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.clips import pictures
from benchmarks.clips.lettering import Look, Patch, Place, lettered
from benchmarks.clips.pictures import Palette
from benchmarks.clips.recipe import Recipe, Scene
from benchmarks.clips.showing import Showing, steady

FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)


@dataclass(frozen=True)
class Material:
    """What tells one set from the other. Fonts by purpose; ``cjk`` holds regular and bold."""

    fonts: dict[str, str]
    kinds: tuple[str, ...]
    palettes: tuple[Palette, ...]
    rates: tuple[Fraction, ...]
    height: float
    """Of the letters, as a share of the height of the picture."""


SETS = {
    "shown": Material(
        {
            "sans": "NotoSans-Regular.ttf",
            "bold": "NotoSans-Bold.ttf",
            "serif": "NotoSerif-Regular.ttf",
            "italic": "NotoSans-Italic.ttf",
            "thin": "DejaVuSans-ExtraLight.ttf",
            "mono": "DejaVuSansMono.ttf",
            "cjk": "NotoSansCJK-Regular.ttc",
            "marks": "DejaVuSans.ttf",
            "th": "NotoSansThai-Regular.ttf",
            "hi": "NotoSansDevanagari-Regular.ttf",
            "ar": "NotoSansArabic-Regular.ttf",
            "he": "DejaVuSans.ttf",
        },
        ("clouds", "houses", "leaves", "room"),
        (pictures.DUSK, pictures.FOREST, pictures.STONE, pictures.NEON),
        (Fraction(25), Fraction(24)),
        0.066,
    ),
    "unseen": Material(
        {
            "sans": "DejaVuSansCondensed.ttf",
            "bold": "DejaVuSansCondensed-Bold.ttf",
            "serif": "DejaVuSerifCondensed.ttf",
            "italic": "DejaVuSerifCondensed-Italic.ttf",
            "thin": "NotoSerifDisplay-Regular.ttf",
            "mono": "DejaVuSansMono-Bold.ttf",
            "cjk": "NotoSerifCJK-Bold.ttc",
            "marks": "NotoSerifCJK-Regular.ttc",
            "th": "NotoSerifThai-Bold.ttf",
            "hi": "NotoSerifDevanagari-Bold.ttf",
            "ar": "NotoNaskhArabic-Bold.ttf",
            "he": "DejaVuSans-Bold.ttf",
        },
        ("waves", "people", "street", "clouds"),
        (pictures.SEA, pictures.DUSK, pictures.EARTH, pictures.STONE),
        (FILM, NTSC),
        0.059,
    ),
}
CJK_FACES = {"ja": 0, "ko": 1, "zh": 2}  # in the collections of Noto CJK


@cache
def all_lines() -> dict[str, dict[str, Any]]:
    loaded: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("lines.json").read_text(encoding="utf-8"))
    return loaded


@dataclass(frozen=True)
class Studio:
    """The workplace of one clip."""

    set: str
    name: str
    seed: int
    random: np.random.Generator
    rate: Fraction
    size: tuple[int, int] = (640, 360)

    @property
    def material(self) -> Material:
        return SETS[self.set]

    def frames(self, seconds: float) -> int:
        return max(1, round(seconds * float(self.rate)))

    def lines(self, count: int, language: str = "en", longest: int = 60) -> list[Any]:
        """That many different lines of the set; over again when it has fewer."""
        known = [line for line in all_lines()[self.set][language] if len(line) <= longest or not isinstance(line, str)]
        order = [known[index] for index in self.random.permutation(len(known))]
        return [order[number % len(order)] for number in range(count)]

    def look(self, purpose: str = "sans", scale: float = 1.0, **changes: Any) -> Look:
        """A look with the set's font for that purpose or language."""
        size = round(scale * self.material.height * min(self.size[1], 1.6 * self.size[0]))
        face = CJK_FACES.get(purpose, 0)
        fonts = self.material.fonts
        name = fonts["cjk"] if purpose in CJK_FACES else fonts.get(purpose, fonts["sans"])
        return Look(name, size, face, **({"outline": max(1, round(size / 12))} | changes))

    def pick(self, shown: Any, unseen: Any) -> Any:
        """The one that belongs to the set."""
        return shown if self.set == "shown" else unseen

    def lettered(self, text: str, look: Look, place: Place | None = None) -> Patch:
        return lettered(text, look, place or Place(), self.size)

    def spans(
        self, count: int, on: tuple[float, float] = (1.2, 2.8), off: tuple[float, float] = (0.0, 1.0)
    ) -> list[tuple[int, int]]:
        """First and last frame of that many subtitles, one after the other; ``on`` and ``off`` in seconds."""
        spans, now = [], self.frames(self.random.uniform(0.4, 1.2))
        for _ in range(count):
            last = now + self.frames(self.random.uniform(*on))
            spans.append((now, last))
            now = last + round(self.random.uniform(*off) * float(self.rate))
        return spans

    def subtitles(
        self, texts: Sequence[str], look: Look, place: Place | None = None, spans: Sequence[tuple[int, int]] = ()
    ) -> list[Showing]:
        """Plain ones, one after the other unless told when."""
        return [
            Showing(first, last, steady(self.lettered(text, look, place)), text)
            for text, (first, last) in zip(texts, spans or self.spans(len(texts)), strict=True)
        ]

    def scenes(self, frames: int, cuts: Sequence[int] | None = None) -> list[Scene]:
        """Pictures of the set, cut every few seconds or where told."""
        if cuts is None:
            cuts = [round(each) for each in np.arange(self.random.uniform(2, 5), frames / float(self.rate), 4.7)]
            cuts = [self.frames(cut + self.random.uniform(-1, 1)) for cut in cuts]
        kinds = self.random.permutation(self.material.kinds)
        return [self.scene(first, str(kinds[n % len(kinds)])) for n, first in enumerate([0, *cuts])]

    def scene(self, first: int, kind: str, palette: Palette | None = None) -> Scene:
        palettes = self.material.palettes
        return Scene(
            first,
            kind,
            palette or palettes[int(self.random.integers(len(palettes)))],
            (float(self.random.uniform(-22, 22)), float(self.random.uniform(-6, 6))),
            float(self.random.choice([0.0, 0.0, 0.012])),
            float(self.random.choice([0.0, 1.5])),
            shapes=bool(self.random.random() < 0.6),
        )

    def recipe(self, showings: Sequence[Showing], **changes: Any) -> Recipe:
        """The clip with these showings, a little longer than the last of them."""
        frames = max([showing.last for showing in showings if showing.text] or [0]) + self.frames(0.7)
        settings: dict[str, Any] = {
            "size": self.size,
            "rate": self.rate,
            "frames": frames,
            "seed": int(self.random.integers(1 << 30)),
            "showings": tuple(showings),
        } | changes
        if "scenes" not in settings:
            settings["scenes"] = self.scenes(settings["frames"])
        return Recipe(**settings)


def studio(name: str, of_set: str, seed: int) -> Studio:
    random = np.random.default_rng([seed, zlib.crc32(f"{of_set}/{name}".encode())])
    rates = SETS[of_set].rates
    return Studio(of_set, name, seed, random, rates[int(random.integers(len(rates)))])
