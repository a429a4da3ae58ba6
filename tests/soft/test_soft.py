"""Whether the subtitles that are asked for are found, and come out where a user looks for them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from av.stream import Disposition

from benchmarks.sup import Colours, Shown, sup
from subextract import Options, UsageError, cli, extract, load, runner, stream
from subextract.errors import DecodeError, NotMedia
from subextract.formats import by_name
from subextract.ocr import Reader
from subextract.output import Plan, plan
from subextract.soft import Tally, chosen, image_cues, runs, tallies
from subextract.subtitles import contents, texts
from subextract.subtitles.texts import Texts
from subextract.types import Batch, Box, Clip, Cue, Line, Source, Track, Video
from tests.helpers.muxing import HEAD, HEIGHT, Stream, in_four, lettered, mux, vobsub

TRACKS = (
    Track(1, "image", "hdmv_pgs_subtitle", "eng", default=True),
    Track(2, "text", "subrip", "eng"),
    Track(3, "text", "subrip", "eng", forced=True),
    Track(4, "text", "ass", "ger", hearing_impaired=True),
    Track(5, "text", "subrip", "ger"),
    Track(6, "image", "dvd_subtitle", "fre"),
    Track(7, "text", "unknown", "ita"),
)
FILM = Video("film.mkv", 1920, 1080, tracks=TRACKS)


@pytest.mark.parametrize(
    ("track", "language", "index"),
    [
        ("auto", None, 2),  # text before pictures, whole tracks before forced ones
        ("auto", "en", 2),
        ("auto", "de", 5),  # not the one for the hard of hearing
        ("auto", "fr", 6),  # pictures where there is no text
        ("auto", "it", None),  # what cannot be decoded is no choice
        ("auto", "ja", None),
        ("hard", "en", None),
        ("de", None, 5),
        ("fr-CA", None, 6),
        ("3", "de", 3),
        ("7", None, 7),
    ],
)
def test_the_track_that_fits_best_is_chosen(track: str, language: str | None, index: int | None) -> None:
    found = chosen(FILM, Options(track=track, language=language))
    assert (found and found.index) == index


CHINESE = replace(
    FILM,
    tracks=tuple(
        Track(number, "text", "subrip", tag) for number, tag in enumerate(("zh-Hans", "zh-TW", "chi", "sr-Latn"), 1)
    ),
)


@pytest.mark.parametrize(
    ("wanted", "index"),
    [("zh-Hans", 1), ("zh-CN", 1), ("zh-Hant", 2), ("zh-HK", 2), ("zh", 1), ("sr", 4), ("sr-Latn-RS", 4)],
)
def test_a_track_in_the_other_script_is_in_another_language(wanted: str, index: int) -> None:
    for options in (Options(track=wanted), Options(language=wanted)):
        found = chosen(CHINESE, options)
        assert (found and found.index) == index


def test_where_only_the_other_script_is_there_it_is_not_taken() -> None:
    simplified = replace(CHINESE, tracks=CHINESE.tracks[:1])
    assert chosen(simplified, Options(language="zh-Hant")) is None
    with pytest.raises(UsageError, match=r"no subtitle track 'zh-Hant'\. Its tracks are 1 \(zh-Hans, text\)"):
        chosen(simplified, Options(track="zh-Hant"))


@pytest.mark.parametrize("wanted", ["9", "ja", "it"])
def test_a_track_that_is_not_there_is_refused_with_those_that_are(wanted: str) -> None:
    with pytest.raises(
        UsageError, match=rf"film\.mkv has no subtitle track '{wanted}'.*1 \(en, image\), 2 \(en, text\)"
    ):
        chosen(FILM, Options(track=wanted))


def test_a_file_without_tracks_says_what_else_there_is() -> None:
    with pytest.raises(UsageError, match="has none; use --track hard"):
        chosen(replace(FILM, tracks=()), Options(track="en"))


@pytest.mark.parametrize("wrong", ["", "english", "-1", "1.5"])
def test_what_is_no_track_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match=r"track: .* is no track; write auto, hard, all, a number, or a language"):
        Options(track=wrong)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A video with three text tracks."""
    return mux(
        tmp_path / "film.mkv",
        Stream("srt", [(0, 400, b"Hello"), (500, 300, b"there")], "eng", Disposition.default),
        Stream("srt", [(100, 200, b"only this")], "eng", Disposition.forced),
        Stream("ass", [(200, 500, b"0,0,Sign,,0,0,0,,{\\i1}Hallo{\\i0}\\Nda")], "ger"),
    )


def names(path: Path, **settings: Any) -> list[str]:
    """What the results of a file are called."""
    plans = [each for each in plan([path], Options(**settings)) if isinstance(each, Plan)]
    return [target.path.name for each in plans for target in each.targets]


def test_each_track_has_a_result_whose_name_says_language_and_kind(film: Path) -> None:
    assert names(film, track="all") == ["film.en.srt", "film.en.forced.srt", "film.de.srt"]
    found = runs(film, Options(track="all"))
    assert [(run.options.track, run.options.language) for run in found] == [("1", "en"), ("2", "en"), ("3", "de")]
    assert found[0].notice == "Taking the text track 1 (subrip, en); --track hard reads what is burned in."


def test_a_bilingual_track_becomes_a_file_per_language(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [
        (0, 100, "钥匙在哪里？\n열쇠가 어디에 있습니까?"),
        (200, 100, "他昨天把它弄丢了。\n그는 어제 그것을 잃어버렸습니다."),
    ]
    path = mux(tmp_path / "a.mkv", Stream("srt", [(at, length, text.encode()) for at, length, text in lines], "chi"))
    assert cli.main([str(path), "--split-languages"]) == 0
    assert ": 2 cues, 2 in zh and 2 in ko, " in capsys.readouterr().err
    assert [cue.text for cue in load(tmp_path / "a.zh.srt")] == ["钥匙在哪里？", "他昨天把它弄丢了。"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.ko.srt", "a.mkv", "a.zh.srt"]


def test_tracks_of_one_kind_and_language_have_their_number_in_the_name(tmp_path: Path) -> None:
    two = mux(tmp_path / "two.mkv", *[Stream("srt", [(0, 100, b"a")], "eng"), Stream("srt", [(0, 100, b"b")], "eng")])
    assert names(two, track="all") == ["two.1.en.srt", "two.2.en.srt"]


def test_a_language_that_is_not_declared_is_the_one_of_the_words(tmp_path: Path) -> None:
    greek = "Καλημέρα σε όλους"
    path = mux(
        tmp_path / "a.mkv",
        Stream("srt", [(0, 100, b"NASA")]),
        Stream("srt", [(0, 100, greek.encode()), (200, 100, b"OK")]),
    )
    assert names(path, track="all") == ["a.srt", "a.el.srt"]
    assert names(path, track="el") == ["a.el.srt"]
    (run,) = runs(path, Options(track="el"))
    assert (run.options.track, run.options.language) == ("2", "el")
    assert [(cue.text, cue.language) for cue in extract(path, Options(track="2"))] == [(greek, "el"), ("OK", "el")]
    with pytest.raises(UsageError, match="no subtitle track 'da'"):
        runs(path, Options(track="da"))


def test_a_file_of_text_alone_keeps_its_name_and_its_cues_say_their_language(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nΚαλημέρα σε όλους\n\n", "utf-8")
    assert names(path, format="vtt") == ["a.vtt"]
    assert [cue.language for cue in extract(path)] == ["el"]


def test_a_track_that_the_engine_cannot_read_is_refused_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pictures = [(0, 400, vobsub(in_four(lettered("Hello")), 0, 400))]
    path = mux(tmp_path / "a.mkv", Stream("dvdsub", pictures, "rus"), Stream("srt", [(0, 100, b"Hi")], "eng"))
    assert cli.main([str(path), "--track", "all", "--engine", "rapidocr"]) == 2
    assert "--engine tesseract" in capsys.readouterr().err
    assert sorted(each.name for each in tmp_path.iterdir()) == ["a.en.srt", "a.mkv"]


def test_a_result_that_exists_stands_in_the_way_of_its_own_track_alone(film: Path) -> None:
    film.with_suffix(".en.srt").write_text("mine")
    assert cli.main([str(film), "--track", "all", "-q"]) == 2
    assert film.with_suffix(".en.srt").read_text() == "mine"
    assert film.with_suffix(".de.srt").exists()


def test_burned_in_subtitles_are_looked_for_where_no_track_fits(film: Path) -> None:
    (run,) = runs(film, Options(language="ja"))
    assert run.options.track == "hard"
    assert run.notice is not None
    assert run.notice.startswith(
        "No subtitle track fits, so burned-in ones are looked for. Its tracks are 1 (en, text), "
    )


def test_that_nothing_burned_in_is_forced_is_said_to_who_wants_none_of_it(film: Path) -> None:
    sentence = "Nothing that is burned in is marked as forced, so --forced skip leaves nothing out."
    (hard,) = runs(film, Options(track="hard", forced="skip"))
    (fallen_back,) = runs(film, Options(language="ja", forced="skip"))
    assert hard.notice == sentence
    assert str(fallen_back.notice).endswith(f"). {sentence}")
    assert runs(film, Options(track="hard"))[0].notice is None


def test_a_file_of_subtitles_alone_is_taken_whatever_language_it_declares(tmp_path: Path) -> None:
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nHallo\n\n")
    (cue,) = extract(path, Options(language="de"))
    assert (cue.text, cue.language) == ("Hallo", "de")


def test_what_cannot_be_read_is_left_to_the_run(tmp_path: Path) -> None:
    assert [run.options.track for run in runs(tmp_path / "none.mkv", Options())] == ["auto"]


def test_cues_of_a_track_have_its_language_and_the_place_that_it_gives(film: Path) -> None:
    (cue,) = extract(film, Options(track="de"))
    assert (cue.start, cue.end, cue.text, cue.language) == (200, 700, "Hallo\nda", "de")
    assert cue.box is not None
    assert cue.box.bottom < HEIGHT / 3


def test_start_and_end_cut_the_cues_of_a_track(film: Path) -> None:
    found = extract(film, Options(track="1", start=100, end=600))
    assert [(cue.start, cue.end, cue.text) for cue in found] == [(100, 400, "Hello"), (500, 600, "there")]


def test_progress_reaches_the_end_of_what_a_track_says(film: Path) -> None:
    progress: list[tuple[int, int | None]] = []
    with stream(film, Options(track="1"), on_progress=lambda *done: progress.append(done)) as extraction:
        assert [cue.text for cue in extraction] == ["Hello", "there"]
        assert extraction.position == 1000
    assert progress == [(800, 1000)]


def test_styles_are_kept_from_script_to_script_and_left_out_elsewhere(film: Path) -> None:
    with stream(film, Options(track="3")) as extraction:
        cues = list(extraction)
    event = "Dialogue: 0,0:00:00.20,0:00:00.70,Sign,,0,0,0,,{\\i1}Hallo{\\i0}\\Nda\n"
    assert by_name("ass").dumps(cues, extraction.video) == HEAD.decode() + event
    assert by_name("srt").dumps(cues, extraction.video) == "1\n00:00:00,200 --> 00:00:00,700\nHallo\nda\n\n"
    assert " line:4%" in by_name("vtt").dumps(cues, extraction.video)


def test_a_text_that_was_changed_is_written_without_its_old_commands(film: Path) -> None:
    with stream(film, Options(track="3")) as extraction:
        cues = [replace(cue, text="Hello\nthere") for cue in extraction]
    script = by_name("ass").dumps(cues, extraction.video)
    assert script.endswith("Dialogue: 0,0:00:00.20,0:00:00.70,Default,,0,0,0,,Hello\\Nthere\n")


def test_old_scripts_become_new_ones() -> None:
    head = (
        "[Script Info]\nScriptType: v4.00\n\n[V4 Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour,"
        " SecondaryColour, TertiaryColour, BackColour, Bold, Italic, BorderStyle, Outline, Shadow, Alignment, MarginL,"
        " MarginR, MarginV,"
        " AlphaLevel, Encoding\nStyle: Top,Arial,30,16777215,65535,65535,-2147483640,-1,0,1,3,0,6,30,30,30,0,0\n"
    )
    cue = Cue(1000, 2000, "Hi, you", markup="0,Top,Bob,0,0,0,,{\\i1}Hi{\\i0}, you")
    script = by_name("ass").dumps([cue], Video("a.mkv", 640, 360, script=head))
    assert "[V4+ Styles]" in script
    assert "Style: Top,Arial,30," in script
    assert script.rstrip().endswith("Dialogue: 0,0:00:01.00,0:00:02.00,Top,Bob,0,0,0,,{\\i1}Hi{\\i0}, you")


def test_json_gives_back_what_only_tracks_have() -> None:
    cues = [Cue(0, 100, "a", forced=True), Cue(200, 300, "b", markup="0,Default,,0,0,0,,b"), Cue(400, 500, "c")]
    text = by_name("json").dumps(cues)
    assert by_name("json").loads(text) == cues
    assert [sorted({"forced", "markup"} & set(cue)) for cue in json.loads(text)["cues"]] == [["forced"], ["markup"], []]


class FakeReader:
    """Says how many lines it was shown, and counts calls; a clip in the list of blanks has no text."""

    def __init__(self, blanks: Sequence[int] = ()) -> None:
        self.calls: list[int] = []
        self._blanks = blanks

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        self.calls.append(len(clips))
        return [[Line(self._text(clip), box, 0.5) for box in clip.lines] for clip in clips]

    def _text(self, clip: Clip) -> str:
        return "" if clip.start in self._blanks else f"at {clip.start}"

    def close(self) -> None:
        pass


def discs(path: Path, count: int, *, top: int = 900) -> Video:
    """A .sup of so many pictures of half a second each, one per second."""
    picture = Shown(lettered("Hello"), 800, top)
    path.write_bytes(
        sup([(1000 * second + half, [] if half else [picture]) for second in range(count) for half in (0, 500)])
    )
    return Video(str(path), 960, 540, tracks=(Track(0, "image", "hdmv_pgs_subtitle"),))


def read(video: Video, reader: Reader, left_out: list[str]) -> list[Batch[Cue]]:
    return list(image_cues(video, video.tracks[0], reader, left_out.append))


def test_pictures_are_read_in_batches_and_placed_in_the_video(tmp_path: Path) -> None:
    reader, left_out = FakeReader([1000]), list[str]()
    found = read(discs(tmp_path / "a.sup", 14), reader, left_out)
    assert reader.calls == [12, 2]
    assert [known for known, _ in found] == [11_000, 13_000]
    assert left_out == ["illegible"]
    texts = [cue.text for _, cues in found for cue in cues]
    assert texts == [f"at {1000 * second}" for second in range(14) if second != 1]
    height, width = lettered("Hello").shape[:2]
    whole = Box(800, 900, 800 + width, 900 + height)
    assert found[0][1][0].box == whole.scaled(0.5, 0.5)  # the video is half as large as the plane


def test_what_stands_at_the_top_and_at_the_bottom_at_once_has_no_one_place(tmp_path: Path) -> None:
    path = tmp_path / "a.sup"
    video = discs(path, 1)
    path.write_bytes(
        sup([(0, [Shown(lettered(word), 500, top) for word, top in (("one", 50), ("two", 950))]), (900, [])])
    )
    ((_, (cue,)),) = read(video, FakeReader(), [])
    assert (cue.text, cue.box) == ("at 0\nat 0", None)


def test_pictures_before_a_break_are_read_and_then_the_break_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.sup"
    video = discs(path, 3)
    path.write_bytes(path.read_bytes()[:-5])
    found: list[Batch[Cue]] = []
    with pytest.raises(DecodeError, match="breaks off"):
        found.extend(image_cues(video, video.tracks[0], FakeReader(), lambda kind: None))
    assert [cue.text for _, cues in found for cue in cues] == ["at 0", "at 1000", "at 2000"]


def test_pictures_are_read_with_the_real_engine_and_frame_exact(tmp_path: Path) -> None:
    path = tmp_path / "a.sup"
    one, two = lettered("The harbour lights"), lettered("go out at nine.")
    path.write_bytes(
        sup([(1001, [Shown(one, 600, 900), Shown(two, 600, 960)]), (2085, []), (2085, [Shown(two, 600, 960)])])
    )
    found = extract(path)
    assert [(cue.start, cue.end, cue.text) for cue in found] == [
        (1001, 2085, "The harbour lights"),
        (1001, 7085, "go out at nine."),
    ]
    assert all(cue.score is not None and cue.score > 0.8 for cue in found)


def test_lines_in_italics_are_marked_as_such(tmp_path: Path) -> None:
    path = tmp_path / "a.sup"
    upper, lower = leaning(lettered("The radio says it rains")), lettered("but the sun is out.")
    path.write_bytes(sup([(0, [Shown(upper, 600, 900), Shown(lower, 600, 960)]), (1000, [])]))
    (cue,) = extract(path)
    assert (cue.text, cue.italics) == ("The radio says it rains\nbut the sun is out.", (0,))
    said = by_name("srt").dumps([cue])
    assert said == "1\n00:00:00,000 --> 00:00:01,000\n<i>The radio says it rains</i>\nbut the sun is out.\n\n"


def leaning(colours: Colours) -> Colours:
    """The same letters in italics."""
    height, width = colours.shape[:2]
    sheared = np.zeros((height, width + height, 4), np.uint8)
    for row in range(height):
        right = round(0.2 * (height - row))
        sheared[row, right : right + width] = colours[row]
    return sheared


def test_a_disc_in_a_video_of_another_size_is_read_and_placed(tmp_path: Path) -> None:
    colours = lettered("Hello there")
    data = vobsub(in_four(colours), 100, 400, stop=90, forced=True)
    path = mux(tmp_path / "a.mkv", Stream("dvdsub", [(100, 500, data)], "eng"))
    (cue,) = extract(path)
    assert (cue.start, cue.end, cue.text, cue.language, cue.forced) == (100, 600, "Hello there", "en", True)
    assert cue.box is not None
    assert (cue.box.left, cue.box.top) == (100, 400)  # without a size of its own, the plane is the video's


def test_a_disc_of_which_nothing_says_how_large_it_is_is_read_without_places(tmp_path: Path) -> None:
    data = vobsub(in_four(lettered("Hello there")), 100, 400, stop=90)
    path = mux(tmp_path / "a.mkv", Stream("dvdsub", [(100, 500, data)]), frames=0)
    assert [(cue.text, cue.box) for cue in extract(path)] == [("Hello there", None)]


def test_the_tracks_of_a_file_are_counted(film: Path, tmp_path: Path) -> None:
    assert [(one.track.index, one.cues, one.forced) for one in tallies(film)] == [(1, 2, 0), (2, 1, 0), (3, 1, 0)]
    discs(tmp_path / "a.sup", 5)
    assert tallies(tmp_path / "a.sup") == [Tally(Track(0, "image", "hdmv_pgs_subtitle"), 5, 0)]


Said = pytest.CaptureFixture[str]


def test_all_tracks_are_written_beside_the_video_in_one_go(film: Path, capsys: Said) -> None:
    assert cli.main([str(film), "--track", "all", "--format", "srt,ass"]) == 0
    names = [f"film{mark}.{kind}" for mark in (".de", ".en", ".en.forced") for kind in ("ass", "srt")]
    assert sorted(path.name for path in film.parent.iterdir()) == sorted([*names, "film.mkv"])
    assert [cue.text for cue in load(film.with_suffix(".en.forced.srt"))] == ["only this"]
    said = capsys.readouterr().err.splitlines()
    assert said[0] == "Taking the text track 1 (subrip, en); --track hard reads what is burned in."
    assert said[1].startswith(f"{film.with_suffix('.en.srt')}, {film.with_suffix('.en.ass')}: 2 cues, ")


def part_forced(path: Path) -> Path:
    """Pictures of which the first one is forced."""
    pictures = [Shown(lettered(text), 600, 900, forced=text == "Exit") for text in ("Exit", "Hello")]
    path.write_bytes(sup([(1000, pictures[:1]), (2000, []), (3000, pictures[1:]), (4000, [])]))
    return path


def test_forced_pictures_get_a_file_of_their_own_besides(tmp_path: Path, capsys: Said) -> None:
    path = part_forced(tmp_path / "film.sup")
    assert cli.main([str(path), "--format", "srt,vtt"]) == 0
    assert [cue.text for cue in load(tmp_path / "film.srt")] == ["Exit", "Hello"]
    assert [cue.text for cue in load(tmp_path / "film.forced.srt")] == ["Exit"]
    assert [cue.text for cue in load(tmp_path / "film.forced.vtt")] == ["Exit"]
    names = ", ".join(f"{tmp_path}/film{name}" for name in (".srt", ".vtt", ".forced.srt", ".forced.vtt"))
    assert capsys.readouterr().err.splitlines()[-1].startswith(f"{names}: 2 cues, 1 forced, ")
    assert cli.main([str(path), "-o", str(tmp_path / "other.srt"), "-q"]) == 0
    assert [cue.text for cue in load(tmp_path / "other.forced.srt")] == ["Exit"]


def test_a_file_of_forced_cues_that_is_there_stays_and_is_no_reason_not_to_work(tmp_path: Path, capsys: Said) -> None:
    path = part_forced(tmp_path / "film.sup")
    (tmp_path / "film.forced.srt").write_text("mine")
    assert cli.main([str(path)]) == 0
    assert (tmp_path / "film.forced.srt").read_text() == "mine"
    assert f"{tmp_path}/film.forced.srt is there already and stays as it is" in capsys.readouterr().err
    assert cli.main([str(path), "--overwrite"]) == 0
    assert [cue.text for cue in load(tmp_path / "film.forced.srt")] == ["Exit"]


def test_a_forced_track_is_the_forced_file_of_its_language(tmp_path: Path) -> None:
    pictures = [[(0, 400, vobsub(in_four(lettered(text)), 0, 400))] for text in ("Hello", "Exit")]
    whole, forced = Stream("dvdsub", pictures[0], "eng"), Stream("dvdsub", pictures[1], "eng", Disposition.forced)
    other = Stream("dvdsub", pictures[0], "ger")
    path = mux(tmp_path / "a.mkv", whole, forced, other)
    assert names(path, track="all") == ["a.en.srt", "a.en.forced.srt", "a.de.srt"]
    assert [run.parted for run in runs(path, Options(track="all"))] == [False, False, True]


def test_one_file_cannot_take_several_tracks(film: Path, capsys: Said) -> None:
    assert cli.main([str(film), "--track", "all", "-o", str(film.with_name("out.srt"))]) == 2
    assert "out.srt is one file and" in capsys.readouterr().err
    assert cli.main([str(film), "--track", "de", "-o", str(film.with_name("out.srt"))]) == 0
    assert [cue.text for cue in load(film.with_name("out.srt"))] == ["Hallo\nda"]


def test_an_unknown_track_ends_with_code_2_and_writes_nothing(film: Path, capsys: Said) -> None:
    assert cli.main([str(film), "--track", "ja"]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"subextract: {film} has no subtitle track 'ja'. Its tracks are 1 (en, text), ")
    assert [path.name for path in film.parent.iterdir()] == ["film.mkv"]


def test_a_truncated_file_gives_what_came_before_and_code_6(tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "film.sup"
    path.write_bytes(
        sup([(0, [Shown(lettered("Hello"), 800, 900)]), (900, []), (2000, [Shown(lettered("no"), 0, 0)])])[:-20]
    )
    assert cli.main([str(path)]) == 6
    assert "film.sup breaks off here" in capsys.readouterr().err
    assert [(cue.start, cue.end, cue.text) for cue in load(tmp_path / "film.srt")] == [(0, 900, "Hello")]


def test_a_file_of_text_becomes_another_format_and_never_itself(tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "film.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n\n")
    assert cli.main([str(path), "--format", "vtt"]) == 0
    assert (tmp_path / "film.vtt").read_text() == "WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\nHello\n"
    assert cli.main([str(path)]) == 2
    assert "film.srt is the video itself" in capsys.readouterr().err


def test_the_tracks_command_shows_a_table_or_json(film: Path, capsys: Said) -> None:
    assert cli.main(["tracks", str(film)]) == 0
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["track", "kind", "codec", "language", "title", "marks", "cues"],
        ["1", "text", "subrip", "eng", "default", "2"],
        ["2", "text", "subrip", "eng", "forced", "1"],
        ["3", "text", "ass", "ger", "1"],
    ]
    assert cli.main(["tracks", str(film), "--json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert [(one["index"], one["language"], one["forced"], one["cues"]) for one in shown] == [
        (1, "eng", False, 2),
        (2, "eng", True, 1),
        (3, "ger", False, 1),
    ]


def test_a_video_without_tracks_says_so(tmp_path: Path, capsys: Said) -> None:
    path = mux(tmp_path / "bare.mkv")
    assert cli.main(["tracks", str(path)]) == 0
    assert capsys.readouterr() == ("", f"{path} has no subtitle tracks; subextract {path} reads what is burned in.\n")


def test_a_file_without_picture_and_readable_track_is_refused(tmp_path: Path) -> None:
    path = mux(tmp_path / "a.mkv", Stream("srt", [(0, 100, b"a")]), frames=0)
    with pytest.raises(NotMedia):
        extract(path, Options(track="hard"))


@pytest.mark.parametrize(
    ("choice", "texts", "left_out"),
    [("both", ["Exit", "Hello"], {}), ("only", ["Exit"], {"unforced": 1}), ("skip", ["Hello"], {"forced": 1})],
)
def test_forced_pictures_are_all_that_is_read_or_are_not_read(
    tmp_path: Path, choice: str, texts: list[str], left_out: dict[str, int]
) -> None:
    path = part_forced(tmp_path / "film.sup")
    with stream(path, Options.model_validate({"forced": choice})) as extraction:
        assert [cue.text for cue in extraction] == texts
        assert extraction.left_out == left_out
    reader = FakeReader()
    video = Video(str(path), 960, 540, tracks=(Track(0, "image", "hdmv_pgs_subtitle"),))
    list(image_cues(video, video.tracks[0], reader, lambda kind: None, choice))
    assert sum(reader.calls) == len(texts)


@pytest.mark.parametrize(
    ("choice", "name", "said"),
    [
        ("only", "film.forced.srt", "1 cue, 1 forced, 1 cue that is not forced left out"),
        ("skip", "film.srt", "1 cue, 1 forced cue left out"),
    ],
)
def test_what_is_forced_or_not_is_the_only_file_and_the_rest_is_counted(
    tmp_path: Path, choice: str, name: str, said: str, capsys: Said
) -> None:
    path = part_forced(tmp_path / "film.sup")
    assert cli.main([str(path), "--forced", choice]) == 0
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(["film.sup", name])
    assert f"{name}: {said}, " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("track", "choice", "index"),
    [
        ("auto", "only", 3),
        ("auto", "skip", 2),
        ("en", "only", 3),
        ("fr", "only", 6),
        ("1", "only", 1),
        ("3", "skip", 3),
    ],
)
def test_a_forced_track_is_taken_for_forced_ones_alone(track: str, choice: str, index: int) -> None:
    found = chosen(FILM, Options.model_validate({"track": track, "forced": choice}))
    assert (found and found.index) == index


def test_forced_ones_that_no_track_can_hold_are_refused_and_nothing_burned_in_is_read_for_them() -> None:
    german = replace(FILM, tracks=TRACKS[3:5])
    for wanted in ("auto", "de", "fr"):
        with pytest.raises(UsageError, match=r"film\.mkv has no subtitle track that holds forced ones\. Its tracks "):
            chosen(german, Options(track=wanted, forced="only"))


def test_where_there_are_none_but_forced_ones_the_picture_is_not_read_in_their_place_unasked(
    tmp_path: Path, capsys: Said
) -> None:
    path = mux(tmp_path / "film.mkv", Stream("srt", [(0, 200, b"A sign")], "eng", Disposition.forced))
    for track in ("auto", "all"):
        assert cli.main([str(path), "--forced", "skip", "--track", track]) == 2
        assert capsys.readouterr().err == (
            f"subextract: {path} has no subtitle track besides forced ones, and --forced skip leaves these out; leave "
            "that out, or add --track hard to read what is burned in.\n"
        )
    assert chosen(contents(path), Options(forced="skip", track="hard")) is None
    assert (
        chosen(contents(path), Options(forced="skip", language="ja")) is None
    )  # whose subtitles may be in the picture
    assert chosen(replace(FILM, tracks=()), Options(forced="skip")) is None


def test_all_tracks_that_can_hold_what_is_asked_for(film: Path, capsys: Said) -> None:
    assert names(film, track="all", forced="only") == ["film.en.forced.srt"]
    assert names(film, track="all", forced="skip") == ["film.en.srt", "film.de.srt"]
    assert cli.main([str(film), "--forced", "only"]) == 0
    assert [cue.text for cue in load(film.with_suffix(".en.forced.srt"))] == ["only this"]
    with stream(film, Options(track="2", forced="skip")) as extraction:
        assert (list(extraction), extraction.left_out) == ([], {"forced": 1})


def test_the_tracks_command_counts_forced_pictures(tmp_path: Path, capsys: Said) -> None:
    path = part_forced(tmp_path / "film.sup")
    assert cli.main(["tracks", str(path)]) == 0
    assert capsys.readouterr().out.splitlines()[1].endswith("2, 1 forced")
    assert cli.main(["tracks", str(path), "--json"]) == 0
    assert [(one["cues"], one["forced_cues"]) for one in json.loads(capsys.readouterr().out)] == [(2, 1)]


def test_a_file_is_examined_once_from_its_plan_to_its_results(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []

    def noted(path: str | Path) -> Video:
        opened.append(path)
        return contents(path)

    monkeypatch.setattr("subextract.soft.choosing.contents", noted)
    (made,) = plan([film], Options(language="de"))
    assert isinstance(made, Plan)
    assert made.source == Source(contents(film), made.track)
    assert [cue.text for cue in runner.run(made).cues] == ["Hallo\nda"]
    assert opened == [film]


def test_a_track_that_must_be_heard_to_be_chosen_is_read_once_for_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    greek = Stream("srt", [(0, 100, "Καλημέρα σε όλους".encode())])
    path, read = mux(tmp_path / "a.mkv", greek), []

    def noted(path: str, track: Track) -> Texts:
        read.append(track.index)
        return texts(path, track)

    monkeypatch.setattr("subextract.soft.choosing.texts", noted)
    assert names(path, track="el") == ["a.el.srt"]
    assert read == [1]
