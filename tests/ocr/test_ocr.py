"""Whether every detector and reader does what the pipeline expects."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from types import SimpleNamespace
from typing import NamedTuple

import cv2
import numpy as np
import pytest

from fixtures.checkpoints import random_checkpoint
from subextract import ocr
from subextract.ocr.protocols import Detector, Reader
from subextract.options import Options, VlmOptions
from subextract.types import Box, Clip, Image, Line
from tests.helpers.outlined import GREEN, clip_of, flat, painted


def moved(clip: Clip) -> list[Box | None]:
    return [box.moved(clip.box.left, clip.box.top) for box in clip.lines]


def tesseract_packs() -> set[str]:
    if not shutil.which("tesseract"):
        return set()
    return set(subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True).stdout.splitlines()[1:])


class Counting:
    """The simplest reader: says how wide each line is."""

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        return [
            [Line(f"wide {box.width}", box.moved(clip.box.left, clip.box.top)) for box in clip.lines] for clip in clips
        ]

    def close(self) -> None:
        pass


class Subject(NamedTuple):
    """A reader under test; ``reads``: it reads what is painted, so that the text itself is known."""

    reader: Reader
    reads: bool


@pytest.fixture(scope="module")
def rapid() -> Reader:
    return ocr.reader("rapidocr", language="en")


@pytest.fixture(scope="module")
def tiny(one_thread: None, tmp_path_factory: pytest.TempPathFactory) -> VlmOptions:
    """A model with random weights, which reads nothing sensible."""
    folder = random_checkpoint(tmp_path_factory.mktemp("checkpoints") / "hunyuan")
    return Options(model=str(folder), device="cpu", dtype="fp32").asked


@pytest.fixture(params=["counting", "rapidocr", "fake tesseract", "tesseract", "hunyuan", "cascade"])
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    name = request.param
    if name == "tesseract" and "eng" not in tesseract_packs():
        pytest.skip("needs the program Tesseract and its pack eng: apt-get install tesseract-ocr")
    if name == "fake tesseract":
        request.getfixturevalue("fake_tesseract")
    made: dict[str, Callable[[], Reader]] = {
        "counting": Counting,
        "rapidocr": lambda: request.getfixturevalue("rapid"),
        "fake tesseract": lambda: ocr.reader("tesseract", language="ko"),
        "tesseract": lambda: ocr.reader("tesseract", language="en"),
        "hunyuan": lambda: ocr.reader("hunyuan", asked=request.getfixturevalue("tiny")),
        "cascade": lambda: ocr.reader("cascade", asked=request.getfixturevalue("tiny")),
    }
    reader = made[name]()
    yield Subject(reader, reads=name in ("rapidocr", "tesseract"))
    reader.close()


def test_a_reader_answers_nothing_with_nothing(subject: Subject) -> None:
    assert subject.reader.read([]) == []


def test_a_clip_without_lines_has_no_text(subject: Subject) -> None:
    empty = Clip(0, 1000, flat(GREEN), Box(0, 0, 480, 60))
    assert subject.reader.read([empty, empty]) == [[], []]
    assert [len(lines) for lines in subject.reader.read([empty, clip_of("Good evening"), empty])] == [0, 1, 0]


def test_lines_come_in_the_order_of_their_boxes_in_pixels_of_the_video(subject: Subject) -> None:
    clip = clip_of("Where were you", "last night?")
    turned = Clip(0, 1000, clip.image, clip.box, clip.lines[::-1])
    (first,), (second,) = (subject.reader.read([one]) for one in (clip, turned))
    assert [line.box for line in first] == moved(clip)
    assert [line.box for line in second] == moved(turned)
    assert [line.text for line in second] == [line.text for line in first][::-1]
    if subject.reads:
        assert [line.text for line in first] == ["Where were you", "last night?"]


def test_a_score_is_a_share_or_unknown(subject: Subject) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (60, 480, 3)).astype(np.uint8)
    unreadable = Clip(0, 1000, noise, Box(0, 0, 480, 60), (Box(10, 10, 300, 40),))
    lines = [line for found in subject.reader.read([clip_of("Good evening"), unreadable]) for line in found]
    assert len(lines) == 2
    assert all(line.score is None or 0 <= line.score <= 1 for line in lines)


def test_a_batch_is_read_like_one_clip_after_the_other(subject: Subject) -> None:
    clips = [clip_of("Good evening"), clip_of("Where were you", "last night?"), clip_of("No")]
    together = subject.reader.read(clips)
    alone = [subject.reader.read([clip])[0] for clip in clips]
    assert [[(line.text, line.box) for line in one] for one in together] == [
        [(line.text, line.box) for line in one] for one in alone
    ]


@pytest.mark.parametrize("box", [Box(0, 0, 1, 1), Box(479, 59, 480, 60), Box(0, 0, 480, 60), Box(0, 0, 480, 3)])
def test_a_box_of_any_size_is_one_line(subject: Subject, box: Box) -> None:
    (lines,) = subject.reader.read([Clip(0, 1000, flat(GREEN), Box(5, 7, 485, 67), (box,))])
    assert [line.box for line in lines] == [box.moved(5, 7)]


def test_a_reader_can_be_closed_twice(subject: Subject) -> None:
    subject.reader.close()
    subject.reader.close()


# --- detectors ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def detector() -> Detector:
    return ocr.detector()


def test_who_finds_and_who_reads_use_as_many_threads_as_they_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rapid = import_module("subextract.ocr.rapid.reader")
    told: list[int | None] = []
    monkeypatch.setattr(rapid, "session", lambda model, threads: told.append(threads))
    monkeypatch.setattr(rapid, "symbols", lambda recogniser: [])
    ocr.detector(threads=1)
    ocr.detector()
    ocr.reader(threads=2)
    ocr.reader()
    checkpoint = import_module("subextract.ocr.vlm.checkpoint")

    def of_checkpoint(*_: object, threads: int | None) -> SimpleNamespace:
        told.append(threads)
        return SimpleNamespace(batch=None)

    monkeypatch.setattr(checkpoint, "Checkpoint", of_checkpoint)
    ocr.reader("hunyuan", threads=3)  # and the reader that checks it
    assert told == [1, None, 2, None, 3, 3]


def test_a_detector_answers_nothing_with_nothing(detector: Detector) -> None:
    assert detector.detect([]) == []


def test_two_lines_are_found_where_they_are(detector: Detector) -> None:
    clip = clip_of("Where were you", "last night?")
    (boxes,) = detector.detect([clip.image])
    assert len(boxes) == 2
    for found, true in zip(sorted(boxes, key=lambda box: box.top), clip.lines, strict=True):
        assert found.intersection(true).area > 0.7 * found.union(true).area


@pytest.mark.parametrize(
    "picture",
    [
        flat(GREEN),
        np.random.default_rng(1).integers(0, 255, (96, 320, 3)).astype(np.uint8),
        np.tile(np.linspace(0, 255, 320).astype(np.uint8)[None, :, None], (96, 1, 3)),
    ],
    ids=["flat", "noise", "gradient"],
)
def test_a_picture_without_text_has_no_lines(detector: Detector, picture: Image) -> None:
    assert detector.detect([picture]) == [[]]


@pytest.mark.parametrize(("width", "height"), [(1, 1), (33, 17), (481, 59)])
def test_a_picture_of_any_size_is_looked_at(detector: Detector, width: int, height: int) -> None:
    assert detector.detect([flat(GREEN, width, height)]) == [[]]


def test_boxes_lie_inside_of_their_picture(detector: Detector) -> None:
    image = painted(flat(GREEN), "Where were you last night?")[:, 50:333]
    (boxes,) = detector.detect([image])
    assert boxes
    assert all(box.intersection(Box(0, 0, 283, 60)) == box for box in boxes)


def test_single_frames_decide_what_the_mean_leaves_in_doubt(rapid: Reader) -> None:
    clean = clip_of("Good evening")
    (box,) = clean.lines
    smeared = clean.image.copy()
    part = slice(box.left + box.width // 4, box.left + box.width // 2)
    smeared[box.top : box.bottom, part] = cv2.blur(smeared[box.top : box.bottom, part], (61, 61))
    alone, together = (replace(clean, image=smeared, frames=frames) for frames in ((), (clean.image, clean.image)))
    ((doubtful,),), ((sure,),) = rapid.read([alone]), rapid.read([together])
    assert (doubtful.score or 1) < (sure.score or 0)
    assert (doubtful.text != "Good evening", sure.text) == (True, "Good evening")
