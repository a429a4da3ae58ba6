"""Whether a run keeps what a review needs, and whether what a person made of it is what is written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from subextract import formats
from subextract.errors import OutputError
from subextract.options import Options
from subextract.output import Plan, Target, results_of
from subextract.review import Conflict, Keeper, Sidecar, begun, document, keeping, save
from subextract.review.running import originals
from subextract.types import Box, Cue, Line
from tests.helpers import reviewed
from tests.helpers.reviewed import TRUE, cue, kept


def test_each_cue_has_its_picture_and_what_else_was_read_there(tmp_path: Path) -> None:
    first, second = cue(0, "One line"), cue(1, "Two\nlines")
    sidecar = Sidecar(kept(tmp_path, [first, second], read=[(first, "One Iine"), (second, "Two lines")]))
    one, two = sidecar.entries()
    assert (one["pictures"], one["others"]) == ([1], ["One Iine"])
    assert (two["pictures"], two["others"]) == ([2], [])  # another number of lines is another text
    assert (sidecar.picture(1) or b"")[:2] == b"\xff\xd8"


def test_a_text_that_fades_into_the_next_is_no_other_reading_of_it(tmp_path: Path) -> None:
    first, second = cue(0, "First"), cue(1, "Second", start=2500)
    faded = replace(first, end=2700)  # read while the second one was there already, a little higher
    with Keeper(tmp_path / "film.review") as keeper:
        for one, text, top in ((faded, "First", 290), (second, "Second", 310), (second, "Sec0nd", 310)):
            keeper.take([replace(reviewed.clip_of(one), box=Box(120, top, 520, 330))], [[Line(text)]])
        keeper.finish(reviewed.VIDEO, [first, second], [], [], {})
    with Sidecar(tmp_path / "film.review") as sidecar:
        entries = [(entry["pictures"], entry["others"]) for entry in sidecar.entries()]
    assert entries == [([1], []), ([2], ["Sec0nd"])]


def test_a_sign_behind_a_subtitle_is_no_other_reading_of_it(tmp_path: Path) -> None:
    subtitle, sign = cue(0, "A subtitle"), cue(0, "NEWS", kind="sign", box=Box(300, 290, 700, 320))
    with Keeper(tmp_path / "film.review") as keeper:
        for one in (subtitle, sign):
            keeper.take([reviewed.clip_of(one)], [[Line(one.text)]])
        keeper.finish(reviewed.VIDEO, [subtitle], [sign], [], {})
    with Sidecar(tmp_path / "film.review") as sidecar:
        assert [(entry["pictures"], entry["others"]) for entry in sidecar.entries()] == [([1], []), ([2], [])]


def test_lines_that_were_read_apart_are_shown_together_from_top_to_bottom(tmp_path: Path) -> None:
    upper, lower = cue(0, "Upper", box=Box(100, 260, 400, 290)), cue(0, "lower", box=Box(100, 300, 400, 330))
    whole = replace(upper, text="Upper\nlower", box=Box(100, 260, 400, 330))
    with Keeper(tmp_path / "film.review") as keeper:
        for one in (lower, upper):
            keeper.take([reviewed.clip_of(one)], [[Line(one.text)]])
        keeper.finish(reviewed.VIDEO, [whole], [], [], {})
    with Sidecar(tmp_path / "film.review") as sidecar:
        assert sidecar.entries()[0]["pictures"] == [2, 1]


def test_rejected_texts_are_kept_and_left_out_of_the_files(tmp_path: Path) -> None:
    sidecar = Sidecar(reviewed.with_errors(tmp_path))
    assert [entry["text"] for entry in sidecar.entries() if entry["out"]] == ["HARBOUR HOTEL"]
    save(sidecar)
    assert [one.text for one in formats.load(tmp_path / "film.srt")][-1] == "Nobody has used this rnad since 1987."


def test_pictures_are_kept_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MAX_KEPT_BYTES", 1)
    sidecar = Sidecar(kept(tmp_path, [cue(0, "One"), cue(1, "Two")]))
    assert [sidecar.picture(number) is None for number in (1, 2)] == [False, True]


def test_a_run_that_goes_on_keeps_the_pictures_of_the_one_before(tmp_path: Path) -> None:
    first, second = cue(0, "One"), cue(1, "Two")
    with Keeper(tmp_path / "film.review") as keeper:
        keeper.take([reviewed.clip_of(first)], [[Line("One")]])
    assert not (tmp_path / "film.review").exists()
    with Keeper(tmp_path / "film.review", goes_on=True) as keeper:
        keeper.take([reviewed.clip_of(second)], [[Line("Two")]])
        keeper.finish(reviewed.VIDEO, [first, second], [], [], {})
    with Sidecar(tmp_path / "film.review") as sidecar:
        assert [entry["pictures"] for entry in sidecar.entries()] == [[1], [2]]
    assert [path.name for path in tmp_path.iterdir()] == ["film.review"]


def test_save_writes_every_format_of_the_run_whole(tmp_path: Path) -> None:
    sidecar = Sidecar(reviewed.with_errors(tmp_path, formats_of=("srt", "vtt", "json")))
    sidecar.step("edit", [{"id": 1, "set": {"text": TRUE[0]}}, {"id": 2, "set": {"out": True}}], 0)
    save(sidecar)
    expected = [TRUE[0], TRUE[2], "Nobody has used this rnad since 1987."]
    for name in ("film.srt", "film.vtt", "film.json"):
        assert [one.text for one in formats.load(tmp_path / name)] == expected
    assert json.loads((tmp_path / "film.json").read_text())["video"]["width"] == 640
    assert sidecar.state()["saved"] == 1


def test_a_file_that_somebody_else_changed_is_not_replaced_unasked(tmp_path: Path) -> None:
    sidecar = Sidecar(reviewed.with_errors(tmp_path))
    (tmp_path / "film.srt").write_text("1\n00:00:01,000 --> 00:00:02,000\nMine\n\n")
    with pytest.raises(Conflict):
        save(sidecar)
    assert document(sidecar)["changed"] == ["film.srt"]
    save(sidecar, replace=True)
    assert len(formats.load(tmp_path / "film.srt")) == 4
    assert document(sidecar)["changed"] == []


def test_languages_that_cannot_be_told_apart_any_more_empty_no_file(tmp_path: Path) -> None:
    sidecar = Sidecar(kept(tmp_path, [cue(0, "Only English here."), cue(1, "And here as well.")]))
    parts = [{"path": f"film.{part}.srt", "format": "srt", "part": part, "stamp": None} for part in ("zh", "en")]
    sidecar.note(results=parts)
    with pytest.raises(OutputError, match="cannot be told apart"):
        save(sidecar)
    assert not list(tmp_path.glob("film.*.srt"))


@pytest.mark.parametrize("keep", [True, False])
def test_changes_win_over_a_run_that_starts_over_only_where_a_person_said_so(tmp_path: Path, keep: bool) -> None:
    with Sidecar(reviewed.with_errors(tmp_path)) as before:
        before.note(keep=keep)
        before.step("edit", [{"id": 1, "set": {"text": TRUE[0]}}, {"id": 3, "set": {"out": True}}], 0)
    with Sidecar(reviewed.with_errors(tmp_path)) as after:
        first = after.entries()[0]
        assert first["text"] == (TRUE[0] if keep else "The harb0ur lights go out at nine.")
        assert first["pictures"] == [1]
        assert [entry["out"] for entry in after.entries()] == [False, False, keep, False, True]
        assert after.fact("keep") is keep
    with Sidecar(tmp_path / "film.review~") as former:  # nothing that a person did is lost
        assert former.entries()[0]["text"] == TRUE[0]


def test_a_subtitle_file_that_was_not_read_here_can_be_reviewed(tmp_path: Path) -> None:
    formats.save([cue(0, "One"), cue(1, "Two")], tmp_path / "film.srt")
    with Sidecar(begun(tmp_path / "film.srt", None)) as sidecar:
        told = document(sidecar)
        assert [one["text"] for one in told["cues"]] == ["One", "Two"]
        assert (told["name"], told["video"], told["results"]) == ("film", None, [{"name": "film.srt", "format": "srt"}])


def test_a_script_keeps_its_styles_and_what_was_mended_is_in_it(tmp_path: Path) -> None:
    styled = ["[Script Info]", "ScriptType: v4.00+", "", "[V4+ Styles]"]
    styled += ["Format: Name, Fontname, Fontsize", "Style: Default,Arial,40", "Style: Song,Comic Sans MS,55", ""]
    styled += ["[Events]", "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text"]
    styled += [
        f"Dialogue: 0,0:00:0{number}.00,0:00:0{number}.90,Song,,0,0,0,,{{\\fad(9,9)}}La {number}" for number in (1, 2)
    ]
    (tmp_path / "film.ass").write_text("\n".join(styled))
    with Sidecar(begun(tmp_path / "film.ass", None)) as sidecar:
        sidecar.step("edit", [{"id": 1, "set": {"text": "Mended"}}], 0)
        save(sidecar)
    written = (tmp_path / "film.ass").read_text()
    assert "Comic Sans MS" in written
    assert "{\\fad(9,9)}La 2" in written
    assert "Mended" in written
    assert "La 1" not in written
    begun(tmp_path / "film.ass", None)
    assert (tmp_path / "film.review~").exists()  # changes are never thrown away


def test_the_files_of_a_review_are_those_of_the_run_without_translations() -> None:
    def found(target: Target, cues: list[Cue], **settings: Any) -> list[tuple[str, str | None]]:
        plan = Plan(Path("film.mkv"), (target,), Options(**settings))
        return [(path.name, part) for path, _, part in originals(plan, results_of(plan, cues, cues))]

    cues = [cue(0, "One line", forced=True), cue(1, "And another one")]
    parted = Target(Path("film.srt"), "srt", parted=True)
    assert found(parted, cues) == [("film.srt", None), ("film.forced.srt", "forced")]
    split = Target(Path("film.srt"), "srt", split=True)
    assert found(split, cues, split_languages=True, language="en") == [("film.en.srt", "en")]
    translated = Target(Path("film.srt"), "srt", translated=Path("film.de.srt"), kept=False, parted=True)
    assert found(translated, cues, translate="de") == [("film.srt", None)]


@pytest.mark.parametrize("place", [None, Box(10, 10, 50, 20)])
def test_a_cue_of_a_track_finds_its_picture_by_its_time(tmp_path: Path, place: Box | None) -> None:
    """The picture's place is that in the plane of the track, which may be larger than the video."""
    cues = [cue(0, "One"), cue(1, "Two")]
    with Keeper(tmp_path / "film.review") as keeper:
        for one in cues:
            keeper.take([reviewed.clip_of(one)], [[Line(one.text)]])
        keeper.finish(reviewed.VIDEO, [replace(one, box=place) for one in cues], [], [], {})
    with Sidecar(tmp_path / "film.review") as sidecar:
        assert [entry["pictures"] for entry in sidecar.entries()] == [[1], [2]]
