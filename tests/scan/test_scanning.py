"""Whether a video that several processes look at gives what it gives in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from subextract import DecodeError, Options, stream
from subextract.media import Decoding
from subextract.scan import scanning, segments
from subextract.scan.scanning import ScanJob, Scanned
from subextract.types import Cue, Video
from tests.helpers import extracted
from tests.helpers.files import FIXTURES

Job = Callable[[], Iterable[Scanned]]


@contextmanager
def run_here(
    jobs: Sequence[Job], processes: int, *, threads: int, on_item: Callable[[int, Scanned], None]
) -> Iterator[list[Iterator[Scanned]]]:
    """In the place of run_in_processes, which tests/concurrency tests: the same jobs in this process."""

    def told(number: int, job: Job) -> Iterator[Scanned]:
        for item in job():
            on_item(number, item)
            yield item

    yield [told(number, job) for number, job in enumerate(jobs)]


@pytest.fixture
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scanning, "run_in_processes", run_here)


class Result(NamedTuple):
    """What an extraction said, with what went wrong at its end."""

    cues: list[Cue]
    left_out: dict[str, int]
    skipped: int
    error: str | None


@pytest.fixture(autouse=True)
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few seconds, for videos of a few seconds."""
    monkeypatch.setattr(segments, "MIN_LENGTH", 3500)
    monkeypatch.setattr(segments, "USUAL_LENGTH", 3500)


def result(path: Path, processes: int, **options: Any) -> Result:
    positions: list[int] = []
    progress: list[tuple[int, int | None]] = []
    chosen = Options(processes=processes, track="hard", **options)
    with stream(path, chosen, on_progress=lambda *both: progress.append(both)) as extraction:
        cues, error = [], None
        try:
            for cue in extraction:
                cues.append(cue)
                positions.append(extraction.position)
        except DecodeError as failure:
            error = str(failure)
    assert positions == sorted(positions)
    assert [done for done, _ in progress] == sorted(done for done, _ in progress)
    return Result(cues, dict(extraction.left_out), extraction.skipped, error)


def whole(name: str, options: dict[str, str]) -> Result:
    """What a fixture gives in one go."""
    if options:
        return result(FIXTURES / name, 1, **options)
    found = extracted.result(name)
    return Result(found.cues, found.left_out, found.skipped, None)


def test_processes_give_the_same_as_the_whole() -> None:
    assert result(FIXTURES / "ja10bit.mkv", 2) == whole("ja10bit.mkv", {})


@pytest.mark.usefixtures("no_processes")
@pytest.mark.parametrize(
    ("name", "parts", "options"),
    [
        ("demo.mp4", 2, {}),
        ("mixed.mkv", 4, {}),
        ("mixed.mkv", 2, {"start": "3", "end": "10", "keep": "signs,credits,static"}),
        ("columns.mp4", 2, {}),
        ("silent.mp4", 2, {}),
    ],
)
def test_parts_give_the_same_as_the_whole(
    name: str, parts: int, options: dict[str, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "USUAL_LENGTH", 3500 if parts > 2 else 10_000)
    caplog.set_level("INFO", "subextract.scan.scanning")
    assert result(FIXTURES / name, 2, **options) == whole(name, options)
    (told,) = [record.message for record in caplog.records if "parts of the video" in record.message]
    assert f"{parts} " in told


@pytest.mark.usefixtures("no_processes")
def test_a_video_that_breaks_off_gives_what_comes_before(tmp_path: Path) -> None:
    whole = (FIXTURES / "mixed.mkv").read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) * 17 // 20])
    found = result(cut, 3)
    assert found == result(cut, 1)
    assert found.error is not None
    assert found.cues


def test_the_cores_decide_how_many_processes_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def no_windows(start: int, end: int, workers: int) -> list[segments.Segment]:
        asked.append(workers)
        return []

    monkeypatch.setattr(scanning, "split", no_windows)
    monkeypatch.setattr(scanning, "scan_segment", lambda *_: iter(()))
    task = ScanJob(Video("film.mp4", 640, 360, duration=8000), (), Decoding())
    for cores, threads in ((2, None), (6, None), (64, None), (64, 4)):
        monkeypatch.setattr(scanning, "cores", lambda cores=cores: cores)
        assert list(scanning.scan(replace(task, threads=threads), lambda images: [], 0)) == []
    assert asked == [3, scanning.MAX_PROCESSES, 2]
