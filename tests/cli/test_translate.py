"""Whether films and subtitle files are translated from a terminal: what is written where, said, and answered.

The videos of these tests are JSON: what the pipeline of tests/helpers/scripted.py finds in them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from subextract import Options, cli, extract, runner
from subextract.errors import Interrupted
from subextract.formats import by_name, load
from subextract.output import Plan, plan
from subextract.types import Cue
from tests.helpers import scripted
from tests.helpers.foreign import Translating, foreign, saying
from tests.helpers.served import running, status

TWO = [(1000, 3000, "Good evening.", 0.95), (4000, 6000, "- At home?\n- No.", 0.95)]
TEXTS = [text for _, _, text, _ in TWO]


def subrip(*texts: str) -> str:
    times = [(1000, 3000), (4000, 6000)]
    return by_name("srt").dumps([Cue(*span, text) for span, text in zip(times, texts, strict=True)])


ENGLISH, GERMAN = subrip(*TEXTS), subrip(*map(foreign, TEXTS))


@pytest.fixture(scope="module")
def server() -> Iterator[Translating]:
    with running(Translating()) as found:
        yield found


@pytest.fixture(autouse=True)
def fake(server: Translating, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Translating:
    """The server of a user who works in a folder of his own."""
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.001)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("SUBEXTRACT_TRANSLATOR_URL", server.url)
    (tmp_path / "films").mkdir()
    monkeypatch.chdir(tmp_path / "films")
    server.faults, server.asked = [], []
    return server


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "stream", scripted.stream)


class Terminal:
    """What one command leaves: its exit code, and what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str]:
        code = cli.main(arguments)
        return code, re.sub(r"[\d.]+ s, [\d.]+ times real time", "TIME", self._capsys.readouterr().err)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def film(name: str = "film.mp4", **script: Any) -> str:
    Path(name).write_text(json.dumps({"cues": TWO} | script))
    return name


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())


# A video.


@pytest.mark.usefixtures("scripts")
def test_a_video_is_translated_and_the_name_says_the_language(run: Terminal) -> None:
    assert run(film(), "--translate", "de") == (0, "film.de.srt: 2 cues, TIME.\n")
    assert Path("film.de.srt").read_text() == GERMAN
    assert files() == ["film.de.srt", "film.mp4"]


@pytest.mark.usefixtures("scripts")
def test_the_original_is_kept_where_that_is_wanted_and_every_format_is_written(run: Terminal) -> None:
    code, said = run(film(), "--translate", "de", "--keep-original", "--format", "srt,json")
    assert (code, said) == (0, "film.de.srt, film.de.json, film.srt, film.json: 2 cues, TIME.\n")
    assert (Path("film.srt").read_text(), Path("film.de.srt").read_text()) == (ENGLISH, GERMAN)
    assert [cue.original for cue in load("film.de.json")] == TEXTS
    assert [cue.language for cue in load("film.json")] == [None, None]


@pytest.mark.usefixtures("scripts")
@pytest.mark.parametrize(
    ("output", "names"),
    [("out.srt", ["out.de.srt", "out.srt"]), ("out.de.srt", ["out.de.srt", "out.srt"])],
)
def test_the_name_that_is_given_carries_the_language_too(run: Terminal, output: str, names: list[str]) -> None:
    assert run(film(), "--translate", "de", "--keep-original", "-o", output)[0] == 0
    assert [Path(name).read_text() for name in names] == [GERMAN, ENGLISH]


@pytest.mark.usefixtures("scripts")
def test_a_bilingual_file_keeps_an_order(run: Terminal) -> None:
    assert run(film(), "--translate", "de", "--bilingual", "below")[0] == 0
    assert Path("film.de.srt").read_text() == subrip(*(f"{text}\n{foreign(text)}" for text in TEXTS))


@pytest.mark.usefixtures("scripts")
def test_what_is_there_is_not_replaced_unasked(run: Terminal, fake: Translating) -> None:
    Path("film.de.srt").write_text("mine")
    code, said = run(film(), "--translate", "de")
    assert (code, said.split(";")[0]) == (2, "subextract: film.de.srt already exists")
    Path("film.srt").write_text("my original")
    assert run("film.mp4", "--translate", "de", "--overwrite")[0] == 0
    assert (Path("film.de.srt").read_text(), Path("film.srt").read_text()) == (GERMAN, "my original")


@pytest.mark.usefixtures("scripts")
def test_what_could_not_be_translated_is_counted_marked_and_has_its_exit_code(run: Terminal, fake: Translating) -> None:
    fake.faults = [saying(lambda right: {one: text for one, text in right.items() if one == "1"})] * 8
    code, said = run(film(), "--translate", "de", "--format", "srt,json")
    assert (code, said) == (
        9,
        "film.de.srt, film.de.json: 2 cues, 1 not translated, TIME.\n"
        "subextract: 1 of 2 cues could not be translated: they stay as they were. "
        "The same command goes on from there.\n",
    )
    assert Path("film.de.srt").read_text() == subrip(foreign(TEXTS[0]), TEXTS[1])
    assert [cue.untranslated for cue in load("film.de.json")] == [False, True]
    fake.faults = []
    assert run("film.mp4", "--translate", "de", "--format", "srt,json")[0] == 0
    assert Path("film.de.srt").read_text() == GERMAN
    assert files() == ["film.de.json", "film.de.srt", "film.mp4"]
    assert fake.questions[-1] == ["At home?", "No."]


@pytest.mark.usefixtures("scripts")
def test_a_run_into_another_language_goes_on_from_a_translation_that_is_not_whole_and_leaves_it(
    run: Terminal, fake: Translating
) -> None:
    fake.faults = [saying(lambda right: {one: text for one, text in right.items() if one == "1"})] * 8
    assert run(film(), "--translate", "de")[0] == 9
    fake.faults = []
    assert run("film.mp4", "--translate", "fr")[0] == 0
    assert files() == ["film.de.srt", "film.fr.srt", "film.mp4"]


@pytest.mark.usefixtures("scripts")
def test_a_run_that_is_stopped_keeps_what_it_read_and_goes_on(
    run: Terminal, fake: Translating, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(body: dict[str, Any]) -> object:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("subextract.translation.server.ServerTranslator.answers", lambda *_: interrupt({}))
        code, said = run(film(), "--translate", "de")
    assert (code, said) == (
        130,
        "subextract: Stopped at 0:01:00; film.srt.part holds the 2 cues until there, not translated yet. "
        "The same command goes on from there.\n",
    )
    assert files() == ["film.mp4", "film.srt.part", "film.srt.resume"]
    assert run("film.mp4", "--translate", "de")[0] == 0
    assert (files(), Path("film.de.srt").read_text()) == (["film.de.srt", "film.mp4"], GERMAN)


class Translated(runner.Unheard):
    """Whether anything is translated yet."""

    some = False

    def translated(self, done: int, total: int | None) -> None:
        self.some = True


@pytest.mark.usefixtures("scripts")
def test_a_run_that_is_told_to_stop_while_it_translates_keeps_what_it_read(fake: Translating) -> None:
    (made,) = plan([film()], Options(track="hard", translate="de", translator_url=fake.url))
    assert isinstance(made, Plan)
    seen = Translated()
    with pytest.raises(Interrupted, match=r"film\.srt\.part holds the 2 cues until there, not translated yet\."):
        runner.run(made, seen, stop=lambda: seen.some)
    assert files() == ["film.mp4", "film.srt.part", "film.srt.resume"]


@pytest.mark.usefixtures("scripts")
def test_several_videos_at_once_are_translated(run: Terminal) -> None:
    assert run(film("a.mp4"), film("b.mp4"), "--translate", "de")[0] == 0
    assert [Path(name).read_text() for name in ("a.de.srt", "b.de.srt")] == [GERMAN, GERMAN]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--translate", "german"], "--translate: 'german' is not a language code"),
        (["--translate", "de", "--split-languages"], "--translate and --split-languages exclude each other"),
        (
            ["--translate", "de", "--translator", "x"],
            "--translator: 'x' is not known; choose 'server', 'local' or 'vlm'",
        ),
        (["--translate", "de", "--glossary", "none.txt"], "--glossary: none.txt cannot be read (No such file"),
    ],
)
@pytest.mark.usefixtures("scripts")
def test_what_makes_no_sense_is_a_sentence(run: Terminal, arguments: list[str], sentence: str) -> None:
    code, said = run(film(), *arguments)
    assert (code, said.startswith(f"subextract: {sentence}")) == (2, True)
    assert files() == ["film.mp4"]


@pytest.mark.usefixtures("scripts")
def test_without_a_server_nothing_is_begun(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subextract.openai_client.RETRIES", 0)
    code, said = run(film(), "--translate", "de", "--translator-url", "http://127.0.0.1:9/v1")
    assert code == 7
    assert said.startswith("subextract: No server answers at http://127.0.0.1:9/v1 (")
    assert said.endswith("start it, or correct --translator-url.\n")
    assert files() == ["film.mp4"]


def test_a_track_is_translated_under_the_name_of_its_language(tmp_path: Path) -> None:
    """Through the real pipeline: a file of text alone, as video of its own."""
    Path("film.srt").write_text(ENGLISH)
    assert cli.main(["film.srt", "--translate", "de", "--quiet"]) == 0
    assert Path("film.de.srt").read_text() == GERMAN
    assert Path("film.srt").read_text() == ENGLISH
    assert [cue.text for cue in extract("film.de.srt", Options())] == [foreign(text) for text in TEXTS]


# Subtitle files.


@pytest.mark.parametrize(
    ("name", "becomes"),
    [
        ("film.srt", "film.de.srt"),
        ("film.zh.srt", "film.de.srt"),
        ("film.zh-Hans.forced.srt", "film.de.forced.srt"),
        ("Let.It.Be.srt", "Let.It.Be.de.srt"),
        ("film.2.srt", "film.2.de.srt"),
    ],
)
def test_a_subtitle_file_is_translated_beside_itself(run: Terminal, name: str, becomes: str) -> None:
    Path(name).write_text(ENGLISH)
    assert run("translate", name, "--to", "de", "--from", "en") == (0, f"{becomes}: 2 cues.\n")
    assert Path(becomes).read_text() == GERMAN


def test_a_code_of_three_letters_is_the_language_of_two(run: Terminal) -> None:
    Path("film.eng.srt").write_text(ENGLISH)
    assert run("translate", "film.eng.srt", "--to", "ger") == (0, "film.de.srt: 2 cues.\n")


def test_how_far_a_translation_is_is_shown_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("film.srt").write_text(ENGLISH)
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert cli.main(["translate", "film.srt", "--to", "de"]) == 0
    assert "3/3" in capsys.readouterr().err


def test_name_place_and_formats_can_be_given(run: Terminal) -> None:
    Path("film.srt").write_text(ENGLISH)
    assert run("translate", "film.srt", "--to", "de", "-o", "mine.vtt") == (0, "mine.vtt: 2 cues.\n")
    assert run("translate", "film.srt", "--to", "de", "-o", "subs", "--format", "srt,ass")[0] == 0
    assert Path("subs/film.de.srt").read_text() == GERMAN
    assert [cue.text for path in ("mine.vtt", "subs/film.de.ass") for cue in load(path)] == [*map(foreign, TEXTS)] * 2


def test_italics_and_the_styles_of_a_script_survive(run: Terminal) -> None:
    Path("film.srt").write_text("1\n00:00:01,000 --> 00:00:03,000\n<i>Good evening.</i>\n\n")
    assert run("translate", "film.srt", "--to", "de")[0] == 0
    assert Path("film.de.srt").read_text() == (
        f"1\n00:00:01,000 --> 00:00:03,000\n<i>{foreign('Good evening.')}</i>\n\n"
    )
    head = "[Script Info]\nScriptType: v4.00+\n\n"
    styles = "[V4+ Styles]\nFormat: Name, Fontname, Alignment\nStyle: Top,Serif,8\n\n"
    columns = "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
    event = r"Dialogue: 0,0:00:01.00,0:00:03.00,Top,Bob,0,0,0,,{\pos(5,6)}Good evening."
    Path("film.ass").write_text(f"{head}{styles}[Events]\n{columns}{event}\n")
    assert run("translate", "film.ass", "--to", "de")[0] == 0
    written = Path("film.de.ass").read_text()
    assert "Style: Top,Serif,8" in written
    assert written.endswith(event.replace("Good evening.", foreign("Good evening.")) + "\n")


def test_files_are_translated_by_themselves_and_a_bad_one_stops_no_other(run: Terminal, fake: Translating) -> None:
    Path("a.srt").write_text("no subtitles")
    Path("b.srt").write_text(ENGLISH)
    code, said = run("translate", "a.srt", "b.srt", "--to", "de")
    assert (code, said.splitlines()[-1]) == (3, "b.de.srt: 2 cues.")
    assert files() == ["a.srt", "b.de.srt", "b.srt"]


def test_what_is_missing_in_a_file_is_asked_for_later_and_nothing_else(run: Terminal, fake: Translating) -> None:
    Path("film.srt").write_text(ENGLISH)
    fake.faults = [status(400)] * 20
    assert run("translate", "film.srt", "--to", "de") == (
        9,
        "film.de.srt: 2 cues, 2 not translated.\n"
        "subextract: 2 of 2 cues could not be translated: they stay as they were. "
        "Run it again with --overwrite, which asks for these alone.\n",
    )
    assert Path("film.de.srt").read_text() == ENGLISH
    fake.faults = []
    assert run("translate", "film.srt", "--to", "de", "--overwrite") == (0, "film.de.srt: 2 cues.\n")
    assert Path("film.de.srt").read_text() == GERMAN


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "There is nothing to translate"),
        (["film.srt"], "There is no language to translate into; name one, as in --to de."),
        (["film.srt", "--to", "de", "-o", "film.doc"], "The name 'film.doc' names no subtitle format"),
        (["film.mp4", "--to", "de"], "The name 'film.mp4' names no subtitle format"),
        (["film.srt", "film.zh.srt", "--to", "de"], "film.de.srt would be the translation of two files"),
        (["film.srt", "b.srt", "--to", "de", "-o", "c.srt"], "--output: c.srt is one file and there are several"),
        (["film.zh.srt", "--to", "en"], "film.en.srt already exists; add --overwrite"),
        (["film.en.srt", "--to", "en", "--overwrite"], "film.en.srt is itself to be translated; choose another name"),
    ],
)
def test_what_cannot_be_translated_is_a_sentence(run: Terminal, arguments: list[str], sentence: str) -> None:
    for name in ("film.srt", "film.zh.srt", "film.en.srt", "b.srt"):
        Path(name).write_text(ENGLISH)
    before = files()
    code, said = run("translate", *arguments)
    assert (code, said.startswith(f"subextract: {sentence}")) == (2, True)
    assert files() == before


def test_the_glossary_and_what_is_known_of_the_film_are_given_to_the_translator(
    run: Terminal, fake: Translating
) -> None:
    Path("film.srt").write_text(ENGLISH)
    Path("terms.txt").write_text("# names\nhome = humi\nevening\tivinong\nunused = x\n", "utf-8")
    assert run("translate", "film.srt", "--to", "de", "--glossary", "terms.txt", "--about", "A farce.")[0] == 0
    asked = json.loads(fake.asked[0]["messages"][1]["content"])
    assert (asked["film"], asked["glossary"]) == ("A farce.", {"evening": "ivinong", "home": "humi"})


def test_a_translated_table_has_the_original_too_and_is_for_excel_where_that_is_wanted(run: Terminal) -> None:
    Path("film.srt").write_text(ENGLISH)
    assert run("translate", "film.srt", "--to", "de", "--format", "csv", "--excel")[0] == 0
    assert Path("film.de.csv").read_bytes().startswith(b"\xef\xbb\xbfstart,end,text,original")
    assert [(cue.text, cue.original) for cue in load("film.de.csv")] == [(foreign(text), text) for text in TEXTS]
    assert run("translate", "film.de.csv", "--to", "fr", "--format", "ttml")[0] == 0
    assert len(load("film.fr.ttml")) == 2


def test_a_damaged_file_is_told_before_anybody_is_asked(
    run: Terminal, fake: Translating, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("bad.ass").write_bytes(b"no script at all")
    Path("torn.json").write_text('{"cues": [')
    monkeypatch.setattr("subextract.openai_client.RETRIES", 0)
    code, said = run(
        "translate", "bad.ass", "torn.json", "none.srt", "--to", "de", "--translator-url=http://127.0.0.1:9/v1"
    )
    assert code != 7
    for line, name in zip(said.splitlines(), ("bad.ass", "torn.json", "none.srt"), strict=True):
        assert name in line
    assert files() == ["bad.ass", "torn.json"]
    Path("film.srt").write_text(ENGLISH)
    code, said = run("translate", "film.srt", "torn.json", "--to", "de")
    assert code != 0
    assert [line.split(":")[0] for line in said.splitlines()][-1] == "film.de.srt"
    assert Path("film.de.srt").read_text() == GERMAN
