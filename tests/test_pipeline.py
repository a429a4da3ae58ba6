"""Whether a video goes in and its subtitles come out, with the real engine and nothing replaced."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from subextract import Cue, DecodeError, InputError, Options, UsageError, extract, stream
from subextract.formats import by_name
from subextract.options import REGIONS
from tests.helpers.extracted import result
from tests.helpers.files import FIXTURES


def truth(name: str) -> str:
    return (FIXTURES / name).with_suffix(".gt.srt").read_text("utf-8")


def true_cues(name: str) -> list[Cue]:
    return by_name("srt").loads(truth(name))


@pytest.mark.parametrize("name", ["demo.mp4", "bilingual.mp4", "mixed.mkv", "ja10bit.mkv", "columns.mp4"])
def test_the_whole_result_is_the_truth_to_the_letter_and_to_the_frame(name: str) -> None:
    assert by_name("srt").dumps(result(name).cues) == truth(name)


def test_faded_lines_are_right_to_the_letter_and_their_edges_within_a_frame() -> None:
    found, expected = result("fade.mp4").cues, true_cues("fade.mp4")
    assert [cue.text for cue in found] == [cue.text for cue in expected]
    assert [cue.start for cue in found] == pytest.approx([cue.start for cue in expected], abs=34)
    assert [cue.end for cue in found] == pytest.approx([cue.end for cue in expected], abs=34)


def test_a_video_without_subtitles_gives_no_cue() -> None:
    assert result("silent.mp4").cues == []


@pytest.mark.parametrize("name", ["demo.mp4", "bilingual.mp4"])
def test_every_cue_has_a_score_and_a_box_where_its_text_stands(name: str) -> None:
    for cue in result(name).cues:
        assert cue.score is not None
        assert 0.6 <= cue.score <= 1
        assert cue.box is not None
        assert 0 <= cue.box.left < cue.box.right <= 640
        assert 220 < cue.box.top < cue.box.bottom <= 360
        assert (cue.box.left + cue.box.right) / 2 == pytest.approx(320, abs=20)
        assert 18 < cue.box.height / (1 + cue.text.count("\n")) < 48


def test_columns_have_their_boxes_at_the_side_and_say_that_they_are_upright() -> None:
    cues = result("columns.mp4").cues
    assert [cue.vertical for cue in cues] == [True, False, True, True, False, True]
    for cue in cues:
        assert cue.box is not None
        assert (cue.box.left > 480) == cue.vertical
        assert (cue.box.top < 60) == cue.vertical


def test_a_line_at_the_top_has_its_box_there() -> None:
    tops = [cue.box.top for cue in result("mixed.mkv").cues if cue.box]
    assert [top < 100 for top in tops] == [False, False, False, True, False, False]


def test_cues_come_in_order_and_the_position_grows_up_to_the_end() -> None:
    found = result("demo.mp4")
    assert [cue.start for cue in found.cues] == sorted(cue.start for cue in found.cues)
    assert found.positions == sorted(found.positions)
    assert len(set(found.positions)) > 3
    assert found.positions[-1] == 20_000


def test_what_is_likely_is_known_long_before_the_video_is_over_and_leaving_the_block_ends_the_work() -> None:
    with stream(FIXTURES / "demo.mp4") as extraction:
        for certain in extraction.steps():
            if likely := extraction.likely():
                assert certain == []
                break
        assert likely[0].text == "The harbour lights go out at nine."
        assert extraction.position < 10_000
    assert list(extraction) == []


def test_progress_grows_every_second_up_to_the_length_of_the_video() -> None:
    done = [done for done, _ in result("demo.mp4").progress]
    assert {total for _, total in result("demo.mp4").progress} == {20_000}
    assert len(done) >= 15
    assert done == sorted(done)
    assert done[-1] == pytest.approx(20_000, abs=1)


def test_closing_in_the_middle_ends_the_work() -> None:
    progress: list[int] = []
    extraction = stream(FIXTURES / "demo.mp4", on_progress=lambda done, total: progress.append(done))
    while not extraction.likely():
        next(extraction.steps())
    extraction.close()
    assert progress[-1] < 15_000
    assert list(extraction) == []
    extraction.close()


def test_start_and_end_limit_what_is_looked_at_and_cut_what_crosses_them() -> None:
    options = Options(start=9_000, end=16_000)
    progress: list[tuple[int, int | None]] = []
    found = extract(FIXTURES / "demo.mp4", options, on_progress=lambda done, total: progress.append((done, total)))
    expected = true_cues("demo.mp4")
    assert [cue.text for cue in found] == [cue.text for cue in expected[3:7]]
    assert [(cue.start, cue.end) for cue in found] == [
        (9000, 10_916),
        (11_208, 13_416),
        (13_416, 14_708),
        (15_500, 16_000),
    ]
    assert progress[0][0] < 4000
    assert progress[-1] == (7000, 7000)


def test_a_region_finds_what_lies_in_it_and_nothing_else() -> None:
    (cue,) = extract(FIXTURES / "mixed.mkv", Options(region=REGIONS["top"]))
    assert (cue.start, cue.end, cue.text) == (6820, 8320, "KÖLN, DREI JAHRE SPÄTER")


def test_several_regions_find_what_lies_in_them_in_the_language_of_each() -> None:
    options = Options.model_validate({"region": ["top=de", "bottom=es"]})
    found = extract(FIXTURES / "mixed.mkv", options)
    assert [cue.text.casefold() for cue in found] == [cue.text.casefold() for cue in true_cues("mixed.mkv")]
    assert [cue.language for cue in found] == ["de" if cue.start == 6820 else "es" for cue in found]


def test_a_region_in_a_language_that_the_engine_lacks_is_refused_before_any_work() -> None:
    options = Options.model_validate({"region": "top=ko,bottom=en", "engine": "rapidocr"})
    with pytest.raises(UsageError, match="'rapidocr' cannot read Korean"):
        stream(FIXTURES / "mixed.mkv", options)


def test_an_unknown_engine_is_refused_before_any_work() -> None:
    with pytest.raises(UsageError, match=r"no engine 'rapidocrr'.*'rapidocr'"):
        stream(FIXTURES / "demo.mp4", Options(engine="rapidocrr"))


def test_a_file_that_is_not_there_is_said_before_any_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere\.mp4"):
        stream(tmp_path / "nowhere.mp4")


@pytest.mark.xfail(reason="the inverted mark before Qué is lost where the survey sees half of the film", strict=True)
def test_a_video_that_breaks_off_gives_every_cue_until_there_and_then_an_error(tmp_path: Path) -> None:
    half = tmp_path / "half.mkv"
    data = (FIXTURES / "mixed.mkv").read_bytes()
    half.write_bytes(data[: len(data) // 2])
    found: list[Cue] = []
    progress: list[int] = []
    with pytest.raises(DecodeError, match=r"half\.mkv"):
        found.extend(stream(half, on_progress=lambda done, total: progress.append(done)))
    broke = progress[-1]
    expected = [cue for cue in result("mixed.mkv").cues if cue.start < broke - 120]
    assert len(expected) >= 2
    assert [(cue.start, cue.end, cue.text) for cue in found] == [
        (cue.start, min(cue.end, broke), cue.text) for cue in expected
    ]


def test_the_heavy_libraries_are_not_imported_on_the_default_path() -> None:
    code = (
        "import sys, subextract; from subextract import burned; burned.STILLS = 2;"
        "subextract.extract('silent.mp4', subextract.Options(end='1'));"
        "print(sorted({'torch', 'transformers'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=FIXTURES, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("[]\n", "", 0)
