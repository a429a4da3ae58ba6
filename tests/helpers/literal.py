"""Videos whose texts are written down: what stands where and when, without a picture that is looked at.

The pictures of a text hold its number, which is all that the readers of these tests need.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from subextract import burned, ocr
from subextract.durations import AWAITED
from subextract.errors import DecodeError
from subextract.options import Options
from subextract.past import Past
from subextract.pipeline import Extraction
from subextract.scan.scanning import ScanJob, Scanned
from subextract.types import Batch, Box, Clip, Evidence, Image, Line, Look, Video
from subextract.verdict import Film, Seen

WIDTH, HEIGHT = 1280, 720
FILM = Film(WIDTH, HEIGHT, 600_000)
WORDS = ("the", "harbour", "lights", "go", "out", "at", "nine", "when", "nobody", "looks", "and", "we", "say", "so")
SIGNS = ("EXIT", "Bar", "HOTEL", "SALE 50%", "Police", "TAXI")


@dataclass(frozen=True, slots=True)
class Shown:
    """A text on the screen: how it stays and looks, and what it says."""

    evidence: Evidence
    said: str
    kind: str | None = None

    def clip(self, number: int) -> Clip:
        one = self.evidence
        line = one.box.moved(-one.box.left, -one.box.top)
        return Clip(one.start, one.end, picture(number), one.box, (line,), kind=self.kind, frames=(), evidence=(one,))

    def seen(self) -> Seen:
        return Seen.of(self.clip(0), [Line(self.said, self.evidence.box, 0.97)])


def picture(number: int) -> Image:
    """A small picture that holds a number; of noise, which no format makes smaller."""
    image: Image = np.random.default_rng(number).integers(0, 256, (8, 16, 3), dtype=np.uint8)
    image[0, 0] = number >> 16, number >> 8 & 255, number & 255
    return image


def number_of(image: Image) -> int:
    high, middle, low = map(int, image[0, 0])
    return high << 16 | middle << 8 | low


def subtitle(start: int, said: str, stay: int = 2000) -> Shown:
    half = 7 * len(said)
    look = Look(30.0, 4.0, (250, 250, 250), (10, 10, 10), 5.0, 5.0, 40.0)
    return Shown(Evidence(start, start + stay, Box(WIDTH // 2 - half, 620, WIDTH // 2 + half, 655), look), said)


def sign(start: int, said: str, chance: random.Random, stay: int = 1500) -> Shown:
    """A sign somewhere, in some colours, which comes and goes with a shot."""
    left, top, high = chance.randint(0, 900), chance.randint(0, 500), chance.randint(20, 50)
    fill, edge = ((chance.randint(60, 200), chance.randint(60, 200), chance.randint(60, 200)) for _ in range(2))
    look = Look(0.7 * high, float(chance.randint(3, 8)), fill, edge, 40.0, 40.0, 30.0)
    box = Box(left, top, left + 5 * high, top + high)
    evidence = Evidence(start, start + stay, box, look, cut_in=True, cut_out=True, steadiness=0.8, found=0.7)
    return Shown(evidence, said)


def a_film(minutes: int, seed: int = 1, pause: int = 4000) -> list[Shown]:
    """Subtitles every few seconds and signs in between, in order of start."""
    chance = random.Random(seed)
    found: list[Shown] = []
    time = 1000
    while time < 60_000 * minutes - 4000:
        said = " ".join(chance.choice(WORDS) for _ in range(chance.randint(3, 8))).capitalize() + chance.choice(".?!")
        stay = 900 + 40 * len(said)
        found.append(subtitle(time, said, stay))
        if chance.random() < 0.4:
            found.append(sign(time + chance.randint(0, 2000), chance.choice(SIGNS), chance))
        time += stay + chance.randint(40, pause)
    return sorted(found, key=lambda one: (one.evidence.start, one.evidence.box.top))


@dataclass
class Quick:
    """Reads what is written down; ``shown`` are the numbers of all that it was given."""

    texts: Sequence[Shown]
    shown: list[int] = field(default_factory=list)

    def said(self, text: Shown) -> str:
        return text.said

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        numbers = [number_of(clip.image) for clip in clips]
        self.shown += numbers
        return [[Line(self.said(self.texts[number]), self.texts[number].evidence.box, 0.97)] for number in numbers]

    def close(self) -> None:
        pass


class Costly(Quick):
    """Reads the same, and says that it did."""

    def said(self, text: Shown) -> str:
        return f"{text.said} (costly)"


@dataclass
class Screen:
    """A video with texts. It is looked at in steps of ``stride`` ms, and breaks off at ``broken`` (ms)."""

    texts: Sequence[Shown]
    minutes: int
    stride: int = 1000
    broken: int | None = None
    readers: dict[str, Quick] = field(default_factory=dict)

    @property
    def video(self) -> Video:
        return Video("film.mp4", WIDTH, HEIGHT, duration=60_000 * self.minutes)

    def scanned(self, task: ScanJob, *_: Any) -> Iterator[Scanned]:
        """What trackers would answer: a text when it is gone, and everything before what is still up."""
        first = task.start if task.first is None else task.first
        end = min(task.end or self.video.duration or 0, self.broken or 1 << 62)
        clips = [text.clip(number) for number, text in enumerate(self.texts)]
        waiting = [clip for clip in clips if first <= clip.start < end]
        for seen in (*range(first + self.stride, end, self.stride), end + 10_000):
            up = [clip.start for clip in waiting if clip.start <= seen < clip.end and seen - clip.start < AWAITED]
            known = min([seen - 2000, *up])
            over = [clip for clip in waiting if clip.end <= seen and clip.start < known]
            waiting = [clip for clip in waiting if clip not in over]
            yield Scanned(Batch(max(0, known), over), min(seen, end), {}, 0)
        if self.broken:
            raise DecodeError("film.mp4 breaks off.")

    def reader(self, name: str, **_: Any) -> Quick:
        name = "rapidocr" if name == "auto" else name
        made = self.readers.setdefault(name, (Quick if name == "rapidocr" else Costly)(self.texts))
        return made

    def extraction(self, path: Path, past: Past | None = None, **settings: Any) -> Extraction:
        start = past.position if past else settings.pop("start", 0)
        return Extraction(path, Options(track="hard", **(settings | {"start": start})), None, past)


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """A screen in the place of the pictures of every video, and readers that know what stands there."""
    shown = Screen(a_film(6), 6)
    show(shown, monkeypatch)
    return shown


def show(shown: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subextract.soft.choosing.probe", lambda path: shown.video)
    monkeypatch.setattr(burned, "decoding", lambda *_, **__: None)
    monkeypatch.setattr(burned, "stills", lambda *_, **__: iter(()))
    monkeypatch.setattr(burned, "survey", lambda *_, **__: ())
    monkeypatch.setattr(burned, "prefetch", lambda source, _: closable(source))
    monkeypatch.setattr(burned, "scan", shown.scanned)
    monkeypatch.setattr(ocr, "detector", lambda **_: Blind())
    monkeypatch.setattr(ocr, "reader", shown.reader)


def closable(source: Iterator[Any]) -> Iterator[Any]:
    """A generator of the same, made here and now."""
    yield from source


class Blind:
    def detect(self, images: Sequence[Image]) -> list[list[Box]]:
        return [[] for _ in images]
