"""Whether a library is listed, counted, known again and written as it should be, without any machine but this one."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pytest
from pyarrow import parquet

from subextract import cli, ocr, stream
from subextract.cluster import ahead, node, parts, stages, work
from subextract.cluster.attending import attended
from subextract.cluster.clips import Collector, Replayer, Waiting, from_bytes, to_bytes
from subextract.cluster.estimate import Sample, extrapolated, sentences
from subextract.cluster.index import Index, missing
from subextract.cluster.manifest import videos
from subextract.cluster.messages import Found, Order, Video
from subextract.cluster.reading import filled
from subextract.cluster.running import Progress, digest, is_split, ordered, planned
from subextract.concurrency import liveness
from subextract.errors import InputError, UsageError, WorkerDied
from subextract.formats import by_name
from subextract.options import Options
from subextract.types import Box, Clip, Cue, Image, Line
from tests.helpers import library
from tests.helpers.extracted import result
from tests.helpers.files import FIXTURES
from tests.helpers.library import listed, settings

ORDER = Order(out="/out", index="/index", settings="abc", options={})


def touched(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(name.encode())
    return folder


def named(found: list[Video]) -> list[tuple[str, str]]:
    return [(video.place, video.name) for video in found]


def test_the_videos_of_a_folder_are_called_as_they_are_below_it(tmp_path: Path) -> None:
    films = touched(tmp_path, "a/One.mkv", "b.part/x.mp4", "notes.txt", ".hidden/c.mkv", "Two.MP4")
    assert [video.name for video in videos(str(films))] == ["Two", "a/One", "b.part/x"]
    assert [video.size for video in videos(str(films))] == [7, 9, 12]


def test_a_list_names_each_video_once_from_its_own_folder_on(tmp_path: Path) -> None:
    touched(tmp_path, "films/a.mkv", "films/b.mkv", "c.mkv")
    source = tmp_path / "films" / "list.txt"
    source.write_text(f"# seen\nb.mkv\n\n../c.mkv\n{tmp_path}/films/a.mkv\nb.mkv\n")
    plain = str(tmp_path).lstrip("/")
    assert named(videos(str(source))) == [
        (f"{tmp_path}/c.mkv", f"{plain}/c"),
        (f"{tmp_path}/films/a.mkv", f"{plain}/films/a"),
        (f"{tmp_path}/films/b.mkv", "b"),
    ]
    assert [name for _, name in named(videos(str(source), str(tmp_path / "films")))] == [f"{plain}/c", "a", "b"]


def test_a_parquet_file_names_videos_in_its_column(tmp_path: Path) -> None:
    touched(tmp_path, "a.mkv")
    parquet.write_table(pyarrow.table({"path": ["a.mkv", "gone.mkv"], "year": [1, 2]}), tmp_path / "films.parquet")
    assert [(video.name, video.size) for video in videos(str(tmp_path / "films.parquet"))] == [("a", 5), ("gone", -1)]
    parquet.write_table(pyarrow.table({"file": ["a.mkv"]}), tmp_path / "other.parquet")
    with pytest.raises(InputError, match="no Parquet file with a column 'path'"):
        videos(str(tmp_path / "other.parquet"))


def test_the_second_of_two_videos_with_one_name_is_told_of_the_first(tmp_path: Path) -> None:
    first, second = videos(str(touched(tmp_path, "a.mkv", "a.mp4")))
    assert (first.clash, second.clash) == ("", f"{tmp_path}/a.mkv")
    with pytest.raises(UsageError, match=r"a\.mkv has results called a, too; put one of the two into another folder"):
        node.refuse(second)


def test_a_library_without_a_video_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="names no video"):
        videos(str(tmp_path))


FILM = Video("f1", "/films/a.mkv", "a", 10, 20)
ROW = node.index_row(node.first_row(FILM), ORDER, Found({"a.srt": b""}, ()), {"read": 1.5}, None)


@pytest.mark.parametrize(
    ("change", "there", "retry", "again"),
    [
        ({}, {"a.srt"}, False, False),
        ({}, set(), False, True),
        ({"size": 11}, {"a.srt"}, False, True),
        ({"changed": 21}, {"a.srt"}, False, True),
        ({"settings": "other"}, {"a.srt"}, False, True),
        ({"code": 4, "outputs": []}, set(), False, False),
        ({"code": 4, "outputs": []}, set(), True, True),
    ],
)
def test_a_video_is_done_again_where_its_row_or_its_files_do_not_fit(
    change: dict[str, Any], there: set[str], retry: bool, again: bool
) -> None:
    left = missing([FILM], {"f1": ROW | change}, there, "abc", retry_errors=retry)
    assert list(left) == ([FILM] if again else [])


def test_a_row_is_read_back_as_it_was_written_and_replaces_the_one_before(tmp_path: Path) -> None:
    index = Index(str(tmp_path / "index"), str(tmp_path / "cues"))
    index.put(ROW | {"code": 4, "error": "It is damaged."})
    index.put(ROW, [Cue(1000, 2000, "Hello", Box(1, 2, 3, 4), 0.5)])
    (row,) = index.rows().values()
    assert {**row, "left_out": dict(row["left_out"]), "seconds": dict(row["seconds"])} == ROW
    assert parquet.read_table(tmp_path / "cues").to_pylist() == [
        {
            "video": "f1",
            "path": "/films/a.mkv",
            "start": 1000,
            "end": 2000,
            "text": "Hello",
            "language": None,
            "score": 0.5,
            "box": [1, 2, 3, 4],
        }
    ]


def test_a_damaged_row_is_none(tmp_path: Path) -> None:
    Index(str(tmp_path)).put(ROW)
    (tmp_path / "other.parquet").write_bytes(b"PAR1")
    assert list(Index(str(tmp_path)).rows()) == ["f1"]


def test_what_does_not_change_the_results_does_not_change_the_digest(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("a = b")
    same = [Options(), Options(threads=3, device="cpu", requests=2)]
    others = [Options(language="en"), Options(format=("vtt",)), Options(replace=(words,))]
    assert len({digest(each) for each in same}) == 1
    before = digest(others[2])
    assert len({digest(each) for each in (*same, *others)}) == 4
    words.write_text("a = c")
    assert digest(others[2]) != before


def test_lists_travel_to_machines_that_do_not_have_them(tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("a = b")
    order = ordered(settings(out=str(tmp_path / "out")), Options(replace=(words,), language="en"))
    words.unlink()
    there = order.options_in(tmp_path / "there")
    assert [path.read_text() for path in there.replace] == ["a = b"]
    assert (there.language, there.output, there.resume) == ("en", tmp_path / "there", False)


@pytest.mark.parametrize(
    ("chosen", "split"), [({}, False), ({"engine": "hunyuan"}, True), ({"engine": "server", "language": "ru"}, False)]
)
def test_a_model_has_a_stage_of_its_own_where_it_sees_only_what_may_be_subtitles(
    chosen: dict[str, Any], split: bool
) -> None:
    assert is_split(Options(**chosen)) is split


def test_a_model_that_would_have_to_read_all_texts_is_refused() -> None:
    with pytest.raises(UsageError, match="--engine hunyuan needs a language whose letters the bundled models know"):
        is_split(Options(engine="hunyuan", language="ru"))


def _dies(tell: Callable[[Any], None]) -> None:
    os.abort()


def _hangs(tell: Callable[[Any], None]) -> None:
    tell("alive")
    while True:
        os.read(os.pipe()[0], 1)


def _answers(tell: Callable[[Any], None]) -> None:
    tell(None)
    tell("the last word")


def test_the_last_word_of_a_process_is_its_answer() -> None:
    assert attended(_answers, 1, 60, 60) == "the last word"


@pytest.mark.parametrize(
    ("job", "bounds", "sentence"),
    [
        (_dies, (60, 60), "The process that worked on it died .Aborted."),
        (_hangs, (0.5, 60), "It made no progress for 0.5 s; it may be damaged"),
        (_hangs, (60, 0.5), "It took longer than 0.5 s; --limit allows more."),
    ],
)
def test_a_process_that_ends_or_hangs_is_an_error_of_its_video(
    job: Callable[[Callable[[Any], None]], None], bounds: tuple[float, float], sentence: str
) -> None:
    with pytest.raises(WorkerDied, match=sentence):
        attended(job, 1, *bounds)


def test_a_video_becomes_files_and_a_row(tmp_path: Path) -> None:
    library.videos(tmp_path / "films", 1)
    chosen = settings(out=str(tmp_path / "out"), cues_index=str(tmp_path / "cues"))
    plan = planned(str(tmp_path / "films"), chosen, Options(format=("srt", "json")))
    row = node.read(node.first_row(plan.missing[0]), plan.order)
    assert (row["done"], row["code"], row["cues"], row["duration"]) == (True, 0, 1, 1000)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["film000.json", "film000.srt", "index"]
    assert planned(str(tmp_path / "films"), chosen, Options(format=("srt", "json"))).missing == []
    assert len(planned(str(tmp_path / "films"), chosen, Options()).missing) == 1
    assert parquet.read_table(tmp_path / "cues").column("text").to_pylist() == ["Line 0"]


def test_what_cannot_be_written_ends_the_run_and_leaves_no_row(tmp_path: Path) -> None:
    library.videos(tmp_path / "films", 1)
    (tmp_path / "out").write_bytes(b"a file, and no folder")
    order = Order(str(tmp_path / "out"), str(tmp_path / "index"), "abc", {})
    (video,) = videos(str(tmp_path / "films"))
    row = node.read(node.first_row(video), order)
    assert (row["stop"], row["code"]) == (True, 5)
    assert not (tmp_path / "index").exists()


def test_a_video_that_hangs_is_a_row_with_an_error_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    os.mkfifo(tmp_path / "films" / "hang.mkv")
    (video,) = videos(str(listed(tmp_path / "films")))
    order = replace(ORDER, out=str(tmp_path / "out"), index=str(tmp_path / "index"), stall=1)
    row = node.read(node.first_row(video), order)
    assert (row["done"], row["stop"], row["code"]) == (True, False, WorkerDied.exit_code)
    assert row["error"].startswith("It made no progress for 1 s; it may be damaged")
    (known,) = Index(order.index).rows().values()
    assert (known["code"], known["error"], known["outputs"]) == (row["code"], row["error"], [])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("film", ["fade.mp4", "text"])
def test_what_comes_before_the_first_progress_gives_signs_of_life(
    film: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "films").mkdir()
    if film == "text":
        library.videos(tmp_path / "films", 1)
    else:
        shutil.copy(FIXTURES / film, tmp_path / "films")
    (video,) = videos(str(tmp_path / "films"))
    told: list[Any] = []
    monkeypatch.setattr(work, "limit", lambda memory: None)
    monkeypatch.setattr(liveness, "SIGN_SECONDS", 0.0)
    monkeypatch.setattr(work._Alive, "moved", lambda *_: told.append("moved"))
    order = replace(ORDER, options={"end": 2_000})
    work.read_whole(work.Task(video, order, str(tmp_path / "scratch")), told.append)
    before = told[: told.index("moved")]
    assert before == [None] * len(before)
    assert len(before) > (24 if film == "fade.mp4" else 2)  # 24 stills; and more than that its libraries are there


def picture(seed: int, width: int = 40) -> Image:
    return np.random.default_rng(seed).integers(0, 256, (20, width, 3), dtype=np.uint8)


def test_a_clip_travels_without_a_loss() -> None:
    clip = Clip(0, 10, picture(1), Box(0, 0, 40, 20), (Box(1, 2, 30, 18),), frames=(picture(2),), marks=("",))
    back = from_bytes(to_bytes(clip))
    assert (back.image == clip.image).all()
    assert (back.frames[0] == clip.frames[0]).all()
    assert (back.box, back.lines, back.marks) == (clip.box, clip.lines, clip.marks)


def test_calls_of_a_reader_are_as_full_as_clips_allow() -> None:
    clips = [Clip(0, 1, picture(0), Box(0, 0, 40, 20), (Box(0, 0, 9, 9),) * lines) for lines in (2, 1, 1, 3, 2)]
    assert list(filled(clips, 4)) == [[0, 1, 2], [3], [4]]
    assert list(filled(clips, 1)) == [[0], [1], [2], [3], [4]]


class Lettered:
    """A reader that says which letter a line has by how bright it is."""

    def read(self, clips: Any) -> list[list[Line]]:
        return [[Line(f"L{clip.image.mean():.3f}", box, 0.9) for box in ocr.places_of(clip)] for clip in clips]

    def close(self) -> None:
        return


def test_lines_that_are_read_elsewhere_and_later_make_the_same_cues(tmp_path: Path) -> None:
    options = Options(engine="server", server_url="http://nowhere", track="hard", end=6_000)
    with ocr.standing_in("server", Lettered()), stream(FIXTURES / "fade.mp4", options) as whole:
        expected = list(whole.steps()) and whole.likely()
        left_out = whole.left_out
    collector = Collector()
    with ocr.standing_in("server", collector), stream(FIXTURES / "fade.mp4", options) as scanned:
        assert [cue.text for cues in scanned.steps() for cue in cues if cue.text] == []
        past = scanned.whole()
    assert past is not None
    answers = Lettered().read([from_bytes(data) for data in collector.clips])
    told = Waiting.of(None, past, collector, None).told(answers)  # type: ignore[arg-type]
    with stream(FIXTURES / "fade.mp4", options, past=told) as decided:
        assert list(decided.steps())
        assert decided.likely() == expected
        assert (decided.left_out, decided.video) == (left_out, whole.video)


def test_answers_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    replayer = Replayer([[Line("one")], [Line("two")]])
    clip = Clip(0, 1, picture(0), Box(0, 0, 40, 20), (Box(0, 0, 9, 9),))
    assert [lines[0].text for lines in replayer.read([clip]) + replayer.read([clip])] == ["one", "two"]


def test_the_cost_of_all_is_told_by_some() -> None:
    films = [Video(str(number), "", "", 2_000_000) for number in range(10)]
    samples = [Sample(1_000_000, 3_600_000, 60_000, 60.0, 20), Sample(1_000_000, 3_600_000, 60_000, 60.0, 0)]
    cost = extrapolated(films, samples, 1)
    assert (cost.hours, cost.core_hours, cost.lines, cost.failed) == (20.0, 20.0, 12_000.0, 1)
    assert list(sentences(cost)) == [
        "Estimated by 2 of 10 videos; 1 more could not be read:",
        "  about 20.0 hours of video, 0.02 GB to be read",
        "  about 20.0 core hours",
        "  about 12000 lines for the model: 3.3 GPU hours per 1/s that it reads",
    ]


def test_progress_counts_what_came_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.monotonic", lambda: 110.0)
    progress = Progress(total=4, began=100.0)
    for code in (0, 4):
        progress.take({"code": code, "cues": 3, "duration": 30_000})
    assert (progress.done, progress.errors, progress.cues, progress.left) == (2, 1, 6, 10.0)
    assert progress.hours_per_hour == pytest.approx(6.0)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((), "--out is missing; name a folder or s3://bucket/folder for the results."),
        (("--out", "subs", "--jobs", "2"), "--jobs is not for a cluster: as many videos are read at a time"),
        (("--out", "subs", "--track", "all"), "--track all makes several results of a video"),
        (("--out", "subs", "--engine", "nobody"), "There is no engine 'nobody'"),
        (("--out", "subs", "--cpus-per-video", "0"), "--cpus-per-video: '0' is too small; 1 is the least."),
        (("--out", "subs", "--cpus-per-video", "two"), "--cpus-per-video: 'two' is no whole number."),
        (("--out", "subs", "--stall", "1m"), "--stall: '1m' is no number."),
        (("--out", "subs", "--long-hours", "inf"), "--long-hours: 'inf' is no number."),
        (("--out", "subs", "--stal", "5"), "There is no option --stal; perhaps --stall is meant."),
    ],
)
def test_a_mistake_is_told_before_any_machine_is_used(
    arguments: tuple[str, ...], sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["cluster", str(tmp_path), *arguments]) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("source", "out", "sentence", "code"),
    [
        ("nowhere", "out", "nowhere does not exist: check the name and the folder.", 3),
        ("films/a.mkv", "out", "a.mkv is a file; give its folder, or a list of paths that ends with .txt", 2),
        ("empty", "out", "names no video; give a folder of videos, a list of paths, or a Parquet file.", 2),
        ("films", "films/a.mkv", "a.mkv': it is a file; choose a folder.", 5),
    ],
)
def test_a_place_that_does_not_fit_is_told_at_once(
    source: str, out: str, sentence: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    touched(tmp_path, "films/a.mkv")
    (tmp_path / "empty").mkdir()
    (tmp_path / "list.txt").write_text("films/a.mkv\n")
    began = time.monotonic()
    assert cli.main(["cluster", str(tmp_path / source), "--out", str(tmp_path / out)]) == code
    assert sentence in capsys.readouterr().err
    assert time.monotonic() - began < sum(ahead.PAUSES)  # what stays as it is is not tried again and again


def test_a_cluster_at_whose_address_nobody_answers_is_told_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as there:
        port = there.getsockname()[1]
    films = touched(tmp_path / "films", "a.mkv")
    assert cli.main(["cluster", str(films), "--out", str(tmp_path / "out"), "--address", f"127.0.0.1:{port}"]) == 7
    assert f"Nobody answers at --address 127.0.0.1:{port}" in capsys.readouterr().err


def test_ctrl_c_says_that_the_same_command_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(stages, "connected", lambda chosen: nullcontext())
    monkeypatch.setattr(stages, "cores_there", interrupted)
    films = touched(tmp_path / "films", "a.mkv")
    assert cli.main(["cluster", str(films), "--out", str(tmp_path / "out")]) == 130
    assert "what is done stays done, and the same command goes on with the rest." in capsys.readouterr().err


def test_a_second_run_says_that_errors_stand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    films = touched(tmp_path / "films", "a.mkv")
    plan = planned(str(films), settings(out=str(tmp_path / "out")), Options())
    node.failed(node.first_row(plan.missing[0]), plan.order, InputError("It is damaged."), {})
    command = ["cluster", str(films), "--out", str(tmp_path / "out")]
    assert cli.main(command) == 0
    assert capsys.readouterr().err == "1 video: 1 done (1 error; try again with --retry-errors), 0 to do.\n"


def test_an_estimate_says_which_videos_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    films = touched(tmp_path / "films", "bad.mkv")
    source = listed(films, "gone.mkv")
    assert cli.main(["cluster", str(source), "--out", str(tmp_path / "out"), "--dry-run"]) == 0
    shown = capsys.readouterr()
    assert f"{films}/bad.mkv is not a video" in shown.err
    assert "gone.mkv does not exist" in shown.err
    assert "Estimated by 0 of 1 videos; 1 more could not be read:" in shown.out
    assert not (tmp_path / "out").exists()


def test_the_help_says_what_kind_of_value_a_flag_takes(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["cluster", "--help"]) == 0
    shown = capsys.readouterr().out
    for flag in (
        *("--out PLACE", "--address ADDRESS", "--cpus-per-video N", "--gpus-per-reader N", "--long-hours HOURS"),
        *("--stall SECONDS", "--limit SECONDS", "--memory MIB", "--object-store MIB", "--start TIME", "--config PATH"),
    ):
        assert f"  {flag} " in shown


def test_a_copy_is_read_as_the_video_is_and_goes_when_it_is_done(tmp_path: Path) -> None:
    (film,) = library.videos(tmp_path / "films", 1)
    order = Order(str(tmp_path / "out"), str(tmp_path / "index"), "abc", {"format": ("json",)}, copy=True)
    (video,) = videos(str(tmp_path / "films"))
    task = work.Task(video, order, str(tmp_path / "scratch"))
    found = attended(partial(work.read_whole, task), 1, 60, 60)
    assert [cue.text for cue in found.cues] == ["Line 0"]
    assert f'"path": "{film}"'.encode() in found.files["film000.json"]
    work.clear(task.folder)
    assert not Path(task.folder).exists()


def test_what_a_lost_process_left_goes_when_the_next_video_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    with subprocess.Popen(["true"]) as gone:
        gone.wait()
    left = tmp_path / f"subextract-cluster-{os.getuid()}"
    for name in (f"lost-{gone.pid}", f"other-{os.getppid()}"):
        (left / name).mkdir(parents=True)
    node.read(node.first_row(FILM._replace(size=-1)), Order(str(tmp_path), str(tmp_path / "index"), "abc", {}))
    assert [path.name for path in left.iterdir()] == [f"other-{os.getppid()}"]


class FakeRay:
    """A machine with two cores and no GPU."""

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": 2.0}


@pytest.mark.parametrize(
    ("chosen", "split", "sentence"),
    [
        ({"cpus_per_video": 3}, False, "this machine has 2 cores and 3 are asked for"),
        ({}, True, "this machine has too few GPUs; 0 reads on the CPU"),
        ({"gpus_per_reader": 0}, True, None),
        ({"cpus_per_video": 3, "address": "auto"}, True, None),
    ],
)
def test_what_one_machine_can_never_do_is_told_at_once(
    chosen: dict[str, Any], split: bool, sentence: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stages, "_ray", FakeRay)
    context: AbstractContextManager[Any] = pytest.raises(UsageError, match=sentence) if sentence else nullcontext()
    with context:
        stages.check(replace(ORDER, split=split), settings(out="/out", **chosen))


def test_a_long_video_that_is_scanned_in_parts_makes_the_same_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("subextract.scan.segments.MIN_LENGTH", 4000)
    monkeypatch.setattr(parts, "LENGTH", 5_000)
    monkeypatch.setattr(work, "limit", lambda memory: None)
    monkeypatch.setattr(node, "attended_by", lambda order, job: told_by(job))
    films = tmp_path / "films"
    films.mkdir()
    shutil.copy(FIXTURES / "fade.mp4", films)
    plan = planned(str(films), settings(out=str(tmp_path / "out"), long_hours=0.001), Options(format=("srt", "json")))
    row = node.read(node.first_row(plan.missing[0]), plan.order)
    assert (row["done"], row["parts"]) == (False, 2)
    scanned = [node.scan_part({**row, "part": number}, plan.order) for number in range(row["parts"])]
    assert [(each["done"], each["code"]) for each in scanned] == [(True, 0), (True, 0)]
    monkeypatch.setattr(node, "attended_by", lambda order, job: pytest.fail("it was scanned already"))
    assert node.scan_part({**row, "part": 1}, plan.order)["done"]
    monkeypatch.setattr(node, "attended_by", lambda order, job: told_by(job))
    joined = node.join(row, plan.order)
    assert (joined["done"], joined["code"], joined["cues"]) == (True, 0, 4)
    assert list((tmp_path / "out" / "index" / "parts").iterdir()) == []
    assert by_name("json").loads((tmp_path / "out" / "fade.json").read_text("utf-8")) == result("fade.mp4").cues


def told_by(job: Callable[[Callable[[Any], None]], object]) -> Any:
    told: list[Any] = []
    job(told.append)
    return told[-1]
