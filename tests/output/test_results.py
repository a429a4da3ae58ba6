"""Whether the files of a run are said before any is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from subextract.options import Options
from subextract.output import Plan, plan, results_of
from subextract.output.naming import Marks
from subextract.types import Cue

HELLO, EXIT = Cue(0, 1000, "Hello"), Cue(2000, 3000, "Exit", forced=True)
CUES = [HELLO, EXIT]
OTHERS = [replace(cue, text=cue.text.upper()) for cue in CUES]


def planned(**settings: Any) -> Plan:
    (made,) = plan(["film.mp4"], Options(track="hard", **settings))
    assert isinstance(made, Plan)
    return made


def parted(made: Plan) -> Plan:
    return replace(made, targets=tuple(replace(target, parted=True) for target in made.targets))


def test_each_format_is_a_file() -> None:
    found = results_of(planned(format="srt,vtt"), CUES)
    assert [(str(each.path), each.role, each.format) for each in found] == [
        ("film.srt", "original", "srt"),
        ("film.vtt", "original", "vtt"),
    ]
    assert [each.cues for each in found] == [CUES, CUES]


def test_a_translation_comes_first_and_the_original_where_it_is_kept() -> None:
    found = results_of(planned(translate="de"), CUES, OTHERS)
    assert [(str(each.path), each.role, each.language, each.cues) for each in found] == [
        ("film.de.srt", "translation", "de", OTHERS)
    ]
    kept = results_of(planned(translate="de", keep_original=True), CUES, OTHERS)
    assert [(str(each.path), each.role) for each in kept] == [("film.de.srt", "translation"), ("film.srt", "original")]


def test_forced_cues_among_others_are_a_file_besides() -> None:
    made = parted(planned(translate="de", keep_original=True))
    assert [(str(each.path), each.forced, each.language) for each in results_of(made, CUES, OTHERS)] == [
        ("film.de.srt", False, "de"),
        ("film.srt", False, None),
        ("film.forced.srt", True, None),
        ("film.de.forced.srt", True, "de"),
    ]
    assert [each.role for each in results_of(parted(planned()), [EXIT])] == ["original"]


def test_each_language_of_a_bilingual_video_is_a_file() -> None:
    both = [Cue(0, 1000, "你好吗？\nHow are you?"), Cue(2000, 3000, "我很好。\nI am fine.")]
    found = results_of(planned(split_languages=True), both)
    assert [(str(each.path), each.role, each.marks) for each in found] == [
        ("film.zh.srt", "language", Marks(language="zh-Hans")),
        ("film.en.srt", "language", Marks(language="en")),
    ]
    assert [cue.text for cue in found[1].cues] == ["How are you?", "I am fine."]


def test_nothing_is_written(tmp_path: Path) -> None:
    (made,) = plan([tmp_path / "film.mp4"], Options(track="hard"))
    assert isinstance(made, Plan)
    results_of(made, CUES)
    assert list(tmp_path.iterdir()) == []
