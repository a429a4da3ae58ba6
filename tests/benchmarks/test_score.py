"""Does the scorer count as it says it does."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest

from benchmarks.__main__ import (
    Cost,
    Result,
    complaint,
    found_clips,
    found_tolerances,
    half_a_frame,
    header,
    row,
    run,
    total,
)
from benchmarks.score import Figures, Spread, coarseness, compare, figures, folded, letters, read, shared_time
from subextract.formats import save
from subextract.types import Cue

HALF_A_FRAME = 1 / 48

TRUTH = [
    Cue(1_000, 2_000, "Good evening."),
    Cue(3_000, 4_000, "Where are you?"),
    Cue(5_000, 6_000, "Over here!"),
    Cue(7_000, 8_000, "I cannot see a thing"),
    Cue(9_000, 10_000, "missed"),
]
FOUND = [
    Cue(1_000, 2_020, "Good\nevening."),
    Cue(3_000, 4_080, "Where are you?"),
    Cue(5_000, 6_000, "Over here"),
    Cue(6_990, 8_000, "I can't see a tent"),
    Cue(20_000, 21_000, "invented"),
]


def test_each_cue_gets_the_verdict_that_it_deserves() -> None:
    verdicts = compare(TRUTH, FOUND, HALF_A_FRAME)
    assert [(each.truth, each.found, each.kind) for each in verdicts] == [
        (TRUTH[0], FOUND[0], "perfect"),
        (TRUTH[1], FOUND[1], "timing"),
        (TRUTH[2], FOUND[2], "text"),
        (TRUTH[3], FOUND[3], "text"),
        (TRUTH[4], None, "missed"),
        (None, FOUND[4], "invented"),
    ]


def test_figures_are_those_of_a_calculation_by_hand() -> None:
    # The fourth pair differs in "cannot" and "can't" (2 edits, with or without the mark) and in "thing" and "tent" (3):
    # 5 of its 16 letters. The third lacks its exclamation mark, which only cer counts. The matched true texts have
    # 13, 14, 10 and 20 characters.
    assert figures(compare(TRUTH, FOUND, HALF_A_FRAME)) == Figures(
        cues=5,
        hypotheses=5,
        missed=1,
        invented=1,
        msr_cer=round((5 / 16 + 1 + 1) / 6, 4),
        cer=round((5 + 1) / 57, 4),
        precision=0.6,
        recall=0.6,
        f1=0.6,
        exact=0.4,
        perfect=0.2,
        start_ms=Spread(median=0.0, p95=10.0),
        end_ms=Spread(median=10.0, p95=80.0),
    )


def test_nothing_found_in_silence_is_no_error() -> None:
    nothing = Spread(None, None)
    assert figures([]) == Figures(0, 0, 0, 0, 0.0, None, 0.0, 0.0, 0.0, 0.0, 0.0, nothing, nothing)


def test_all_that_is_found_in_silence_is_invented() -> None:
    result = figures(compare([], FOUND[:2], HALF_A_FRAME))
    assert (result.cues, result.hypotheses, result.invented, result.msr_cer, result.precision) == (0, 2, 2, 1.0, 0.0)


def test_half_of_the_time_together_is_enough_and_less_is_not() -> None:
    truth = [Cue(0, 1_000, "a")]
    assert [each.kind for each in compare(truth, [Cue(0, 2_000, "a")], 2.0)] == ["perfect"]
    assert [each.kind for each in compare(truth, [Cue(0, 2_001, "a")], 2.0)] == ["missed", "invented"]


def test_the_larger_share_of_time_wins_and_then_the_nearer_text() -> None:
    truth = [Cue(0, 1_000, "left"), Cue(0, 1_000, "right")]
    found = [Cue(0, 1_000, "right"), Cue(0, 1_000, "left"), Cue(0, 900, "left")]
    assert [(each.truth, each.found) for each in compare(truth, found, HALF_A_FRAME)] == [
        (truth[0], found[1]),
        (truth[1], found[0]),
        (None, found[2]),
    ]


def test_one_found_cue_answers_one_true_one_alone() -> None:
    truth = [Cue(0, 1_000, "a"), Cue(1_000, 2_000, "a")]
    assert [each.kind for each in compare(truth, [Cue(0, 1_700, "a")], 1.0)] == ["perfect", "missed"]


@pytest.mark.parametrize(("late", "kind"), [(21, "perfect"), (22, "timing")])
def test_an_edge_may_miss_by_the_tolerance_and_the_millisecond_lost_in_rounding(late: int, kind: str) -> None:
    (verdict,) = compare([Cue(1_000, 2_000, "a")], [Cue(1_000 + late, 2_000, "a")], HALF_A_FRAME)
    assert verdict.kind == kind


def test_markup_forms_and_white_space_are_folded_and_nothing_else() -> None:
    assert folded("<i>Ｆull</i>  {\\an8}ﬁne,\n now") == "Full fine, now"
    assert letters("<i>Ｆull</i>  {\\an8}ﬁne,\n now $3 – Straße") == "fullfinenow3strasse"


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [((0, 10), (0, 10), 1.0), ((0, 10), (10, 20), 0.0), ((0, 10), (5, 15), 1 / 3), ((0, 10), (2, 7), 0.5)],
)
def test_shared_time_is_intersection_over_union(one: tuple[int, int], other: tuple[int, int], share: float) -> None:
    assert shared_time(Cue(*one, "a"), Cue(*other, "a")) == pytest.approx(share)


def test_read_keeps_what_a_sloppy_program_wrote(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text(
        "\ufeff2\n00:00:03,000 --> 00:00:04,000\n<i>two</i>\n\n1\n00:00:01,000 --> 00:00:02,000\n\n\n", encoding="utf-8"
    )
    assert read(path) == [Cue(1_000, 2_000, ""), Cue(3_000, 4_000, "<i>two</i>")]


def test_results_in_other_formats_are_read_and_their_precision_is_allowed_for(tmp_path: Path) -> None:
    cues = [Cue(1_009, 2_000, "one"), Cue(3_000, 4_000, "two")]
    for name in ("srt", "vtt", "ass"):
        path = tmp_path / f"a.{name}"
        save(cues, path)
        verdicts = compare(cues, read(path), 0.0 + coarseness(path))
        assert [verdict.kind for verdict in verdicts] == ["perfect", "perfect"], name
    assert read(tmp_path / "a.ass")[0].start == 1_000


def test_clips_are_found_beside_their_truth(tmp_path: Path) -> None:
    for name in ("a.mp4", "a.gt.srt", "a.srt", "b.mkv", "b.gt.srt", "b.json", "no_truth.mp4", "no_clip.gt.srt"):
        (tmp_path / name).touch()
    both = {tmp_path / "a.mp4": tmp_path / "a.gt.srt", tmp_path / "b.mkv": tmp_path / "b.gt.srt"}
    assert found_clips(tmp_path) == both
    assert found_clips(tmp_path, ["b", "no_clip"]) == {tmp_path / "b.mkv": tmp_path / "b.gt.srt"}


def test_tolerance_is_that_of_the_table_or_half_a_frame(tmp_path: Path) -> None:
    assert found_tolerances(tmp_path) == {}
    (tmp_path / "pairs.tsv").write_text("x/a.gt.srt\tx/a.srt\t0.125\nb.gt.srt\tb.srt\n")
    assert found_tolerances(tmp_path) == {"a.gt.srt": 0.125}
    assert half_a_frame('{"frames": 50, "frame_rate": 25.0}') == 0.02
    assert half_a_frame("") == half_a_frame('{"frames": 0, "frame_rate": 0}') == HALF_A_FRAME


def test_the_table_has_a_row_for_each_clip_and_one_for_all() -> None:
    one = Result("one", compare(TRUTH, FOUND, HALF_A_FRAME, "one"), 0, Cost(6.0, 3.0, 300.0), Cost(2.0, 1.0, 50.0))
    none = Result("none", [], 7, Cost(1.0, 1.0, 400.0), Cost(2.0, 1.0, 50.0))
    assert [header(), row(one), row(none), row(total([one, none]))] == [
        "| clip | cues | missed | invented | msr_cer | f1 | exact | perfect | start p95 ms | end p95 ms "
        "| CPU / decode | wall / decode | peak MB |\n"
        "| :--- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        "| one | 5 | 1 | 1 | 0.3854 | 0.6000 | 0.4000 | 0.2000 | 10.0 | 80.0 | 3.00 | 3.00 | 300 |",
        "| none | 0 | 0 | 0 | 0.0000 | 0.0000 | 0.0000 | 0.0000 |  |  | 0.50 | 1.00 | 400 |",
        "| total | 5 | 1 | 1 | 0.3854 | 0.6000 | 0.4000 | 0.2000 | 10.0 | 80.0 | 1.75 | 2.00 | 400 |",
    ]
    assert total([one, none]).status == 7


def test_a_complaint_says_what_should_have_been_there() -> None:
    verdicts = compare(TRUTH[2:3], FOUND[2:3] + FOUND[4:], HALF_A_FRAME, "clip")
    assert [complaint(each) for each in verdicts] == [
        "clip\ttext\t5.000-6.000\t'Over here!'\t5.000-6.000\t'Over here'",
        "clip\tinvented\t\t\t20.000-21.000\t'invented'",
    ]


def test_a_process_is_measured_from_its_start_to_its_end() -> None:
    cost, status, output = run("platform")
    assert status == 0
    assert output
    assert 0 < cost.cpu < 60
    assert 0 < cost.wall < 60
    assert 1 < cost.peak < 100_000  # MiB; the system counts what the parent had, too, until the program is loaded
    assert asdict(cost).keys() == {"cpu", "wall", "peak"}
