"""Whether the lines of several videos fill the batches of a model, and are read as those of each alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from subextract import ocr, stream
from subextract.cluster import reading
from subextract.cluster.clips import Collector, from_bytes
from subextract.cluster.messages import Order, Video
from subextract.cluster.node import Row, first_row
from subextract.cluster.reading import Together
from subextract.errors import EngineError
from subextract.ocr.vlm.checkpoint import Copy
from subextract.ocr.vlm.protocol import Answer, Question
from subextract.options import Options
from tests.helpers.files import FIXTURES

SETTINGS = {"engine": "hunyuan", "model": str(FIXTURES / "reading-checkpoint"), "device": "cpu", "dtype": "fp32"}
VIDEOS = 9  # of five lines each: 45 of the 48 places of six batches
TEXTS = [line for line in (FIXTURES / "capitals.gt.srt").read_text("utf-8").splitlines() if line[:1].isalpha()]

pytestmark = pytest.mark.usefixtures("one_thread")


def order(tmp_path: Path) -> Order:
    return Order(str(tmp_path / "out"), str(tmp_path / "index"), "abc", SETTINGS, split=True)


def row(number: int, clips: Sequence[bytes]) -> Row:
    return first_row(Video(str(number), f"/films/{number}.mp4", str(number))) | {"clips": list(clips)}


@pytest.fixture(scope="module")
def clips() -> list[bytes]:
    """What a scan shows the model of a video."""
    collector = Collector()
    options = Options(**SETTINGS, track="hard")  # type: ignore[arg-type]
    with ocr.standing_in("hunyuan", collector), stream(FIXTURES / "capitals.mp4", options) as scanned:
        assert list(scanned.steps())
    return collector.clips


def test_the_lines_of_several_videos_fill_the_batches_of_the_model(
    clips: list[bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    answers = Copy.answers

    def counted(self: Copy, questions: Sequence[Question]) -> list[Answer]:
        asked.append(len(questions))
        return answers(self, questions)

    monkeypatch.setattr(Copy, "answers", counted)
    together = Together(order(tmp_path))
    seen = list(map(from_bytes, clips))
    (alone,) = together.read([seen])
    assert asked == [5]
    asked.clear()
    found = together.read([seen] * VIDEOS)
    assert sum(asked) >= 0.9 * 8 * len(asked)
    assert [[[line.text for line in lines] for lines in video] for video in found] == [
        [[line.text for line in lines] for lines in alone]
    ] * VIDEOS
    assert sorted(line.text for lines in alone for line in lines) == sorted(TEXTS)


def test_rows_that_wait_for_nothing_pass_as_they_are(clips: list[bytes], tmp_path: Path) -> None:
    done, long = row(1, []) | {"done": True}, row(2, []) | {"parts": 3}
    found = Together(order(tmp_path)).rows([done, row(3, clips), long])
    assert (found[0], found[2]) == (done, long)
    assert (found[1]["clips"], bool(found[1]["lines"])) == ([], True)


def test_a_model_that_cannot_run_ends_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(order: Any) -> None:
        raise EngineError("There is no model.")

    monkeypatch.setattr(reading, "reader_of", refused)
    (found,) = Together(order(tmp_path)).rows([row(1, [b""][:0])])
    assert (found["stop"], found["code"], found["error"]) == (True, 7, "There is no model.")
