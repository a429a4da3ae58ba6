"""Whether every change of a review is kept at once, can be taken back, and is refused where it makes no sense."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from subextract.errors import InputError
from subextract.review import Conflict, Refused, Sidecar
from tests.helpers import reviewed


@pytest.fixture
def sidecar(tmp_path: Path) -> Sidecar:
    return Sidecar(reviewed.with_errors(tmp_path))


def texts(sidecar: Sidecar) -> list[str]:
    return [entry["text"] for entry in sidecar.entries() if not entry["out"]]


def step(sidecar: Sidecar, *changes: dict[str, Any], name: str = "edit", join: bool = False) -> None:
    sidecar.step(name, changes, sidecar.state()["revision"], join)


def test_a_change_is_there_when_the_file_is_opened_again_and_so_is_its_undo(sidecar: Sidecar) -> None:
    step(sidecar, {"id": 1, "set": {"text": "Other."}})
    again = Sidecar(sidecar.path)  # the first one was never closed, as after a kill
    assert texts(again)[0] == "Other."
    assert again.state() == {"revision": 1, "saved": 0, "undo": "edit", "redo": None}
    again.undo(1)
    assert texts(again)[0] == "The harb0ur lights go out at nine."
    again.redo(2)
    assert texts(again)[0] == "Other."


def test_a_step_changes_all_or_nothing(sidecar: Sidecar) -> None:
    before = sidecar.entries()
    with pytest.raises(Refused):
        step(sidecar, {"id": 1, "set": {"text": "Other."}}, {"id": 2, "set": {"end": 0}})
    assert (sidecar.entries(), sidecar.state()["undo"]) == (before, None)


def test_a_split_makes_an_entry_that_undo_takes_away_and_redo_brings_back(sidecar: Sidecar) -> None:
    step(
        sidecar,
        {"id": 2, "set": {"text": "Then we have", "end": 3600}},
        {"from": 2, "make": {"text": "to leave before that.", "start": 3600, "end": 4500}},
    )
    assert texts(sidecar)[1:3] == ["Then we have", "to leave before that."]
    made = sidecar.entries()[2]
    assert (made["start"], made["end"], made["first"], made["pictures"]) == (3600, 4500, None, [2])
    sidecar.undo(1)
    assert texts(sidecar)[1:3] == list(reviewed.TRUE[1:3])
    sidecar.redo(2)
    assert sidecar.entries()[2] == made


def test_a_merge_takes_the_second_entry_away_and_undo_brings_it_back_as_it_was(sidecar: Sidecar) -> None:
    before = sidecar.entries()
    step(sidecar, {"id": 1, "set": {"end": 4500}}, {"id": 2, "remove": True})
    assert len(sidecar.entries()) == len(before) - 1
    sidecar.undo(1)
    assert sidecar.entries() == before


def test_letters_that_are_typed_one_after_the_other_are_one_step(sidecar: Sidecar) -> None:
    for text in ("A", "Ab", "Abc"):
        step(sidecar, {"id": 1, "set": {"text": text}}, join=True)
    step(sidecar, {"id": 2, "set": {"text": "Another cue"}}, join=True)
    sidecar.undo(4)
    assert texts(sidecar)[0] == "Abc"
    sidecar.undo(5)
    assert texts(sidecar)[0] == "The harb0ur lights go out at nine."


def test_a_new_step_forgets_those_that_were_taken_back(sidecar: Sidecar) -> None:
    step(sidecar, {"id": 1, "set": {"checked": True}}, name="check")
    sidecar.undo(1)
    step(sidecar, {"id": 1, "set": {"out": True}}, name="delete")
    assert sidecar.state() == {"revision": 3, "saved": 0, "undo": "delete", "redo": None}
    assert sidecar.redo(3).entries == {}


def test_who_knows_an_old_state_changes_nothing(sidecar: Sidecar) -> None:
    step(sidecar, {"id": 1, "set": {"text": "Other."}})
    with pytest.raises(Conflict):
        sidecar.step("edit", [{"id": 1, "set": {"text": "Mine."}}], 0)
    assert texts(sidecar)[0] == "Other."


def test_a_sign_that_is_brought_back_is_a_subtitle(sidecar: Sidecar) -> None:
    step(sidecar, {"id": 5, "set": {"out": False}})
    found = sidecar.entry(5)
    assert found is not None
    assert (found["kind"], found["out"]) == (None, False)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"end": 1000}, "must end after it starts"),
        ({"start": -1}, "must end after it starts"),
        ({"end": 10**12}, "within 100 hours"),
        ({"text": "x" * 10_001}, "longer than 10000"),
        ({"text": "\ud800"}, "half of a letter"),
        ({"text": 5}, "of the type str"),
        ({"start": True}, "of the type int"),
        ({"score": 1.0}, "no field 'score'"),
    ],
)
def test_values_that_make_no_sense_are_refused(sidecar: Sidecar, values: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        step(sidecar, {"id": 1, "set": values})


def test_who_changes_a_text_loses_the_styles_and_words_that_were_of_the_other_one(tmp_path: Path) -> None:
    styled = reviewed.cue(0, "Go now", styled="<i>Go</i> now", italics=(0,))
    sidecar = Sidecar(reviewed.kept(tmp_path, [styled]))
    step(sidecar, {"id": 1, "set": {"start": 900}})
    assert sidecar.entries()[0]["styled"] == "<i>Go</i> now"
    step(sidecar, {"id": 1, "set": {"text": "Stay"}})
    assert not {"styled", "italics"} & set(sidecar.entries()[0])


def test_other_files_are_no_sidecars(tmp_path: Path) -> None:
    (tmp_path / "film.review").write_text("Dear Sir or Madam")
    with pytest.raises(InputError, match="no file of a review"):
        Sidecar(tmp_path / "film.review")
    with pytest.raises(InputError, match="does not exist"):
        Sidecar(tmp_path / "other.review")
