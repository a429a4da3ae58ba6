"""Whether result files grow while a run works, and appear whole or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from subextract.errors import OutputError
from subextract.formats import load
from subextract.types import Cue
from tests.helpers import results
from tests.helpers.results import BLOCKS, FIRST, SECOND, Run, names, refusal


def test_a_finished_result_is_whole_and_alone(film: Path) -> None:
    with Run(film, format="srt,txt").writer() as writer:
        writer.add(FIRST)
        writer.add(SECOND)
        paths = writer.finish()
    assert [path.read_text() for path in paths] == ["".join(BLOCKS), "One\n\nTwo\nlines\n"]
    assert names(film.parent) == ["film.mp4", "film.srt", "film.txt"]


@pytest.mark.parametrize("name", ["srt", "vtt", "ass", "json"])
def test_parts_are_valid_from_the_start_and_renewed_at_the_first_cue_and_every_two_seconds(
    film: Path, name: str
) -> None:
    run = Run(film, format=name)

    def found() -> list[str]:
        shown = film.with_name(f"shown.{name}")
        shown.write_bytes(film.with_name(f"film.{name}.part").read_bytes())
        return [cue.text for cue in load(shown)]

    with run.writer() as writer:
        assert found() == []
        writer.add(FIRST)
        assert found() == ["One"]
        run.seconds = 1.9
        writer.add(SECOND)
        assert found() == ["One"]
        run.seconds = 2
        writer.renew()
        assert found() == ["One", "Two\nlines"]
        writer.finish()


def test_a_renewal_that_takes_long_waits_for_twenty_times_as_long(film: Path) -> None:
    class SlowRun(Run):
        def likely(self) -> list[Cue]:
            self.seconds += 0.5
            return super().likely()

    run = SlowRun(film)
    with run.writer() as writer:
        writer.add(FIRST)
        run.seconds += 9.9
        writer.add(SECOND)
        assert film.with_name("film.srt.part").read_text() == BLOCKS[0]
        run.seconds += 0.1
        writer.renew()
        assert film.with_name("film.srt.part").read_text() == "".join(BLOCKS)
        writer.finish()


def test_what_was_likely_and_is_not_any_more_is_not_in_the_result(film: Path) -> None:
    run = Run(film)
    with run.writer() as writer:
        writer.add(FIRST)
        run.found = [SECOND]
        (path,) = writer.finish()
    assert [cue.text for cue in load(path)] == ["Two\nlines"]


def test_json_says_how_the_cues_were_found(film: Path) -> None:
    with Run(film, format="json", language="en").writer() as writer:
        (path,) = writer.finish({"skipped_packets": 2})
    written = json.loads(path.read_text())
    settings: dict[str, object] = {"engine": "auto", "region": None, "start": 0, "end": None, "language": "en"}
    settings |= {"track": "auto", "forced": "both", "keep": [], "join_words": False, "speaker_dashes": False}
    settings |= {"model": None, "revision": None, "profile": None, "dtype": "auto", "min_pixels": None}
    assert (written["engine"], written["settings"]) == ("auto", settings)
    assert written["report"] == {"skipped_packets": 2}


def test_a_missing_folder_is_made(film: Path) -> None:
    with Run(film, output=film.parent / "new" / "subs").writer() as writer:
        writer.add(FIRST)
        writer.finish()
    assert (film.parent / "new" / "subs" / "film.srt").read_text() == BLOCKS[0]


def test_a_result_that_is_there_is_not_replaced_unasked(film: Path) -> None:
    result = film.with_name("film.srt")
    result.write_text("mine")
    hint = "add --overwrite to start over, or choose another name with --output."
    assert refusal(film) == f"{result} already exists; {hint}"
    with Run(film, overwrite=True).writer() as writer:
        assert result.read_text() == "mine"
        writer.add(FIRST)
        writer.finish()
    assert result.read_text() == BLOCKS[0]


def test_discarding_leaves_nothing(film: Path) -> None:
    with Run(film).writer() as writer:
        writer.add(FIRST)
        writer.discard()
    assert names(film.parent) == ["film.mp4"]


def test_a_link_under_the_final_name_stays_a_link(film: Path) -> None:
    (film.parent / "elsewhere").mkdir()
    film.with_name("film.srt").symlink_to(film.parent / "elsewhere" / "real.srt")
    with Run(film, overwrite=True).writer() as writer:
        writer.add(FIRST)
        writer.finish()
    assert film.with_name("film.srt").is_symlink()
    assert (film.parent / "elsewhere" / "real.srt").read_text() == BLOCKS[0]


def test_a_folder_that_cannot_be_is_told_before_any_work(film: Path) -> None:
    (film.parent / "file").write_text("no folder")
    with pytest.raises(OutputError) as caught, Run(film, output=film.parent / "file").writer():
        pytest.fail("the work has begun")
    hint = "a part of its path is a file, not a folder; choose another folder."
    assert str(caught.value) == f"Cannot write '{film.parent}/file/film.srt': {hint}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_told_before_any_work(film: Path) -> None:
    film.parent.chmod(0o500)
    with pytest.raises(OutputError, match="writing there is not permitted"), Run(film).writer():
        pytest.fail("the work has begun")


def test_a_full_disk_leaves_a_valid_part(film: Path) -> None:
    """The limit on the size of a file stands for the disk, in a process of its own because it cannot be lifted."""
    run = subprocess.run([sys.executable, results.__file__, str(film)], capture_output=True, text=True, check=False)
    assert run.stdout == (
        f"Cannot write '{film}.srt.part': File too large; choose another place or try again.\n"
        f"['What was found before is in {film}.srt.part.']\n"
    ).replace(".mp4", "")
    assert film.with_name("film.srt.part").read_text() == BLOCKS[0]
