"""Whether a stopped run leaves what it found, and the next one goes on from there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from subextract import formats
from subextract.errors import EngineError
from subextract.formats import load
from subextract.options import Options
from subextract.output import Plan
from subextract.types import Cue, Word
from tests.helpers.results import BLOCKS, FIRST, SECOND, Run, interrupted, leave, names, refusal


def test_ctrl_c_leaves_what_was_found_under_the_final_name(film: Path) -> None:
    result = film.with_name("film.srt")
    told = interrupted(Run(film), FIRST)
    assert told == f"Stopped at 0:00:03; {result} holds the 1 cue until there. The same command goes on from there."
    assert result.read_text() == BLOCKS[0]
    assert names(film.parent) == ["film.mp4", "film.srt", "film.srt.resume"]


def test_the_same_command_goes_on_where_ctrl_c_came(film: Path) -> None:
    interrupted(Run(film, format="srt,vtt"), FIRST)
    run = Run(film, format="srt,vtt")
    assert isinstance(run.plan, Plan)
    assert run.plan.notice == "Going on at 0:00:03 with the 1 cue of a stopped run."
    assert run.plan.remaining == Options(format="srt,vtt", start=3500)  # type: ignore[arg-type]
    with run.writer() as writer:
        assert film.with_name("film.srt.part").read_text() == BLOCKS[0]
        assert writer.cues == [FIRST]
        writer.add(SECOND)
        writer.finish()
    assert film.with_name("film.srt").read_text() == "".join(BLOCKS)
    assert [cue.text for cue in load(film.with_name("film.vtt"))] == ["One", "Two\nlines"]
    assert names(film.parent) == ["film.mp4", "film.srt", "film.vtt"]


def test_a_cue_handed_out_early_is_left_to_the_run_that_goes_on(film: Path) -> None:
    interrupted(Run(film), FIRST, Cue(3500, 4000, "Early"))
    assert Run(film).writer().cues == [FIRST]


def test_the_times_of_words_are_there_after_going_on(film: Path) -> None:
    line = Cue(1000, 2000, "One by", words=(Word(1000, 1400, "One"), Word(1400, 2000, "by")))
    interrupted(Run(film, join_words=True), line)
    assert Run(film, join_words=True).writer().cues == [line]
    assert "it is of a run with other settings (join_words)" in refusal(film)


def test_going_on_keeps_inside_the_wanted_end(film: Path) -> None:
    interrupted(Run(film, end=3200), FIRST)
    run = Run(film, end=3200)
    assert isinstance(run.plan, Plan)
    assert run.plan.remaining.start == 3199


def test_ctrl_c_before_the_first_cue_leaves_no_result(film: Path) -> None:
    told = interrupted(Run(film, resume=False))
    assert told == "Stopped at 0:00:03 before a subtitle was found; no file was written."
    assert names(film.parent) == ["film.mp4"]


def test_ctrl_c_twice_goes_on_twice(film: Path) -> None:
    interrupted(Run(film), FIRST)
    interrupted(Run(film), SECOND)
    assert film.with_name("film.srt").read_text() == "".join(BLOCKS)
    assert Run(film).writer().cues == [FIRST, SECOND]


def test_an_overwriting_run_that_is_stopped_goes_on_without_overwrite(film: Path) -> None:
    film.with_name("film.srt").write_text("old")
    told = interrupted(Run(film, overwrite=True), FIRST)
    assert told.endswith("The same command without --overwrite goes on from there.")
    assert Run(film).writer().cues == [FIRST]
    assert Run(film, overwrite=True).writer().cues == []


def test_without_resume_no_resume_file_is_written_or_read(film: Path) -> None:
    told = interrupted(Run(film, resume=False), FIRST)
    assert told.endswith("Run it again with --overwrite to start over.")
    assert names(film.parent) == ["film.mp4", "film.srt"]
    interrupted(Run(film, overwrite=True), FIRST)
    assert refusal(film, resume=False).startswith(f"{film.with_name('film.srt')} already exists; add --overwrite")


def test_a_result_that_was_edited_after_ctrl_c_is_not_replaced(film: Path) -> None:
    interrupted(Run(film), FIRST)
    film.with_name("film.srt").write_text("corrected by hand")
    assert refusal(film) == (
        f"{film.with_name('film.srt')} already exists and is not what the stopped run left there; "
        "add --overwrite to start over, or choose another name with --output."
    )


def test_an_error_keeps_the_part_and_the_way_on(film: Path) -> None:
    part = film.with_name("film.srt.part")
    error = EngineError("The server is gone.")
    with pytest.raises(EngineError):
        leave(Run(film), error, FIRST)
    assert error.__notes__ == [f"What was found before is in {part}. The same command goes on from there."]
    assert names(film.parent) == ["film.mp4", "film.srt.part", "film.srt.resume"]
    assert Run(film).writer().cues == [FIRST]


def test_an_error_before_the_first_cue_leaves_nothing(film: Path) -> None:
    run, error = Run(film, start=3500), EngineError("The server is gone.")
    with pytest.raises(EngineError, match=r"^The server is gone\.$"):
        leave(run, error)
    assert names(film.parent) == ["film.mp4"]
    assert not hasattr(error, "__notes__")


def test_a_killed_run_loses_two_seconds_at_most(film: Path) -> None:
    run = Run(film)
    writer = run.writer()
    writer.__enter__()
    run.seconds, run.position = 2, 2500
    writer.add(FIRST)
    run.seconds, run.position = 3.9, 4500
    writer.add(SECOND)
    assert Run(film).writer().cues == [FIRST]


@pytest.mark.parametrize(
    ("change", "settings", "reason"),
    [
        ("video", {}, "{video} has changed since"),
        ("", {"engine": "other", "end": 9000}, "it is of a run with other settings (engine, end)"),
        ("damage", {}, "it is damaged"),
        ("version", {}, "another version of subextract wrote it"),
    ],
)
def test_a_resume_file_that_does_not_fit_is_ignored_and_said(
    film: Path, change: str, settings: dict[str, Any], reason: str
) -> None:
    result, state = film.with_name("film.srt"), film.with_name("film.srt.resume")
    interrupted(Run(film), FIRST)
    if change == "video":
        film.write_bytes(b"other frames")
    elif change == "damage":
        state.write_text('{"version": 1, "video"')
    elif change == "version":
        state.write_text('{"version": 0}')
    told = f"{state} is ignored: {reason.format(video=film)}"
    hint = "add --overwrite to start over, or choose another name with --output."
    assert refusal(film, **settings) == f"{result} already exists ({told}); {hint}"
    result.unlink()
    run = Run(film, **settings)
    assert isinstance(run.plan, Plan)
    assert (run.plan.notice, run.plan.checkpoint) == (f"{told}.", None)


@pytest.mark.parametrize("text", ["[]", "null", '{"version": 2}', '{"version": 2, "video": 0, "options": 0}', None])
def test_a_resume_file_of_another_shape_is_damaged(film: Path, text: str | None) -> None:
    state = film.with_name("film.srt.resume")
    reason = "it is damaged" if text else "it cannot be read (Is a directory)"
    if text is None:
        state.mkdir()
    else:
        status = film.stat()
        state.write_text(text.replace('"video": 0', f'"video": {[status.st_size, status.st_mtime_ns]}'))
    run = Run(film)
    assert isinstance(run.plan, Plan)
    assert (run.plan.notice, run.plan.checkpoint) == (f"{state} is ignored: {reason}.", None)


def test_a_resume_file_of_an_older_version_may_lack_settings(film: Path) -> None:
    interrupted(Run(film), FIRST)
    state = film.with_name("film.srt.resume")
    first, rest = state.read_text().split("\n", 1)
    saved = json.loads(first)
    del saved["options"]["keep"]
    state.write_text(f"{json.dumps(saved)}\n{rest}")
    assert f"({state} is ignored: it is of a run with other settings (keep))" in refusal(film)


def test_where_no_folder_is_there_is_no_resume_file(film: Path) -> None:
    run = Run(film, output=film / "subs")
    assert isinstance(run.plan, Plan)
    assert (run.plan.notice, run.plan.checkpoint, run.plan.remaining) == (None, None, run.plan.options)


@pytest.mark.parametrize("name", ["film.mp4", "film.srt"])
@pytest.mark.parametrize("change", ["size", "time"])
def test_a_file_is_another_one_if_its_size_or_its_time_is(film: Path, name: str, change: str) -> None:
    interrupted(Run(film), FIRST)
    path = film.with_name(name)
    before, times = path.read_bytes(), (path.stat().st_atime_ns, path.stat().st_mtime_ns)
    path.write_bytes(before[::-1] + b"." * (change == "size"))
    os.utime(path, ns=times if change == "size" else (times[0], times[1] + 1))
    assert "already exists" in refusal(film)


def test_a_run_that_found_nothing_yet_goes_on_from_where_it_came(film: Path) -> None:
    with pytest.raises(EngineError):
        leave(Run(film), EngineError("The server is gone."))
    assert names(film.parent) == ["film.mp4", "film.srt.resume"]
    run = Run(film)
    assert isinstance(run.plan, Plan)
    assert run.plan.notice == "Going on at 0:00:03 with the 0 cues of a stopped run."
    assert run.plan.remaining.start == 3500


def test_a_run_that_goes_on_and_is_killed_at_once_loses_nothing_of_the_first_one(film: Path) -> None:
    interrupted(Run(film), FIRST)
    Run(film).writer().__enter__()
    assert Run(film).writer().cues == [FIRST]


def test_a_run_that_starts_over_and_is_killed_at_once_leaves_no_way_on_of_the_first_one(film: Path) -> None:
    interrupted(Run(film), FIRST)
    Run(film, overwrite=True).writer().__enter__()
    assert names(film.parent) == ["film.mp4", "film.srt", "film.srt.part"]


def test_discarding_takes_the_way_on_away_too(film: Path) -> None:
    run = Run(film)
    with run.writer() as writer:
        run.seconds = 2
        writer.add(FIRST)
        assert names(film.parent) == ["film.mp4", "film.srt.part", "film.srt.resume"]
        writer.discard()
    assert names(film.parent) == ["film.mp4"]


def test_a_stop_while_the_first_part_is_written_leaves_nothing(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = formats.write

    def stopped(text: str, path: Path) -> None:
        write(text, path)
        raise KeyboardInterrupt

    monkeypatch.setattr(formats, "write", stopped)
    assert interrupted(Run(film)) == "Stopped at 0:00:00 before a subtitle was found; no file was written."
    assert names(film.parent) == ["film.mp4"]
