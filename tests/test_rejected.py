"""Whether a person is shown every text that was read and is no subtitle, with the reason."""

from __future__ import annotations

from pathlib import Path

from subextract.rejected import UNSURE, rejected
from subextract.types import Box, Clip, Line
from subextract.verdict import Case, Seen
from tests.helpers.literal import FILM, Screen, screen

__all__ = ["screen"]


def test_what_is_too_unsure_for_any_cue_is_shown_with_its_place() -> None:
    box = Box(40, 30, 300, 60)
    case = Case(FILM, seen=[Seen.of(Clip(1000, 2000, None, box), [Line("l|l-", box, 0.3)])])  # type: ignore[arg-type]
    (found,) = rejected(case, [], ("sign",), lambda box: None)
    assert (found.start, found.end, found.text, found.box, found.kind) == (1000, 2000, "l|l-", box, UNSURE)


def test_each_text_of_a_film_is_a_subtitle_or_rejected_and_none_is_both(screen: Screen, tmp_path: Path) -> None:
    seen: list[str] = []
    with screen.extraction(tmp_path / "film.mp4") as extraction:
        for _ in extraction.steps():
            pass
        cues, others = extraction.likely(), extraction.rejected()
    seen = [cue.text for cue in [*cues, *others]]
    assert {text.said for text in screen.texts} <= set(seen)
    assert all(cue.kind for cue in others)
    assert not {(cue.start, cue.box) for cue in cues} & {(cue.start, cue.box) for cue in others}


def test_what_is_kept_as_a_cue_is_not_rejected(screen: Screen, tmp_path: Path) -> None:
    with screen.extraction(tmp_path / "film.mp4", keep="signs,static") as extraction:
        for _ in extraction.steps():
            pass
        kept = [cue for cue in extraction.likely() if cue.kind]
        assert kept
        assert not [cue for cue in extraction.rejected() if cue in kept]


def test_an_onlooker_sees_each_picture_that_is_read(screen: Screen, tmp_path: Path) -> None:
    from subextract.options import Options
    from subextract.pipeline import Extraction

    seen: list[tuple[int, str]] = []

    def look(clips: object, lines: object) -> None:
        for clip, read in zip(clips, lines, strict=True):  # type: ignore[call-overload]
            seen.append((clip.start, read[0].text))

    with Extraction(tmp_path / "film.mp4", Options(track="hard"), on_read=look) as extraction:
        for _ in extraction.steps():
            pass
    assert sorted(seen) == sorted((text.evidence.start, text.said) for text in screen.texts)
