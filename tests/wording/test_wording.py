"""Whether what is always read wrong is mended, and what is never wanted is left out, as the user's lists say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from subextract import Cue, Options, UsageError, cli, extract, load, stream
from subextract.formats import by_name
from subextract.options import resolve
from subextract.wording import Wording, lists
from tests.helpers.literal import Screen, screen
from tests.helpers.muxing import Stream, mux
from tests.helpers.results import Run, interrupted
from tests.helpers.watching import Folder

__all__ = ["screen"]  # pytest looks for it here


def listed(tmp_path: Path, text: str, name: str = "list.txt") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def replaced(tmp_path: Path, rules: str, text: str, language: str | None = None) -> str:
    cue = Cue(0, 1000, text, language=language)
    (found,) = Wording.of([listed(tmp_path, rules)]).applied([cue])
    assert found.as_read == (None if found.text == text else text)
    return found.text


def kept(tmp_path: Path, ignored: str, *texts: str) -> list[str]:
    cues = [Cue(1000 * number, 1000 * number + 500, text) for number, text in enumerate(texts)]
    return [cue.text for cue in Wording.of([], [listed(tmp_path, ignored)]).applied(cues)]


@pytest.mark.parametrize(
    ("rules", "text", "expected"),
    [
        ("Jon = John", "Jon and Jonathan, Jon's MarJon", "John and Jonathan, John's MarJon"),
        ("jon = John", "Jon", "Jon"),
        ("Gandaif=Gandalf", "Gandaif!\nGandaif?", "Gandalf!\nGandalf?"),
        ("Gandaif\tGan=dalf", "Gandaif", "Gan=dalf"),
        ("lord oi the = Lord of the", "lord oi the rings", "Lord of the rings"),
        ("路飛 = 魯夫", "那個路飛先生", "那個魯夫先生"),
        ("철수 = 영수", "철수는 간다", "영수는 간다"),
        ("Jon = John", "Jon来了", "John来了"),
        ("राम = श्याम", "राम रामा", "श्याम रामा"),
        ("Drag0n = Dragon\nDragon Bail = Dragon Ball", "Drag0n Bail", "Dragon Ball"),  # one sees what the other did
        (r"/\bl(?=I\b)/ = I", "lI", "II"),
        (r"/(\w+)\.com/i = \1", "Foo.COM bar.com", "Foo bar"),
        (r"/a\/b = c/ = d=e", "a/b = c", "d=e"),
        ("Subtitled by me =", "Hello\nSubtitled by me", "Hello"),
        ("# Jon = John\n\n  Jim = James  ", "Jon, Jim", "Jon, James"),
        ("[en]\nFoo = Bar", "Foo", "Foo"),  # in which language a word like this is, nobody knows
    ],
)
def test_what_is_wrong_is_replaced_by_words(tmp_path: Path, rules: str, text: str, expected: str) -> None:
    assert replaced(tmp_path, rules, text) == expected


@pytest.mark.parametrize(("language", "expected"), [("en", "Bar Two"), ("en-GB", "Bar Two"), ("de", "Foo Zwei")])
def test_a_section_is_for_the_lines_of_a_language(tmp_path: Path, language: str, expected: str) -> None:
    rules = "[en]\nFoo = Bar\n2 = Two\n[de]\n2 = Zwei\n[all]\nOne = 1"
    assert replaced(tmp_path, rules, "Foo 2", language) == expected
    assert replaced(tmp_path, rules, "One", language) == "1"


def test_where_nobody_says_the_language_the_words_of_the_film_do(tmp_path: Path) -> None:
    rules = listed(tmp_path, "[en]\nJon = John\n[zh]\nJon = 约翰")
    cues = [
        Cue(0, 1000, "So where is the key that Jon had?\n钥匙在哪里？Jon"),
        Cue(2000, 3000, "He lost it yesterday, and that was all.\n他昨天把它弄丢了。"),
    ]
    assert Wording.of([rules]).applied(cues)[0].text == "So where is the key that John had?\n钥匙在哪里？约翰"
    alone = [Cue(4000, 5000, "Jon!")]
    assert [cue.text for cue in Wording.of([rules]).applied(alone, among=[*cues, *alone])] == ["John!"]


@pytest.mark.parametrize(
    ("ignored", "texts", "expected"),
    [
        ("Subtitles by me", ["Hello", "SUBTITLES  by me", "Not subtitles by me"], ["Hello", "Not subtitles by me"]),
        ("[Music]", ["[Music]", "[Music]\nHello"], ["Hello"]),
        ("read more at example.org", ["Read more\nat example.org", "Read more"], ["Read more"]),
        (r"/@\w+$/", ["Hello\n@somebody", "@a", "me@home today"], ["Hello", "me@home today"]),
        ("/advert/i", ["ADVERT here", "Hello"], ["Hello"]),
        ("# a comment", ["# a comment"], ["# a comment"]),
    ],
)
def test_what_is_never_wanted_is_left_out_by_lines(
    tmp_path: Path, ignored: str, texts: list[str], expected: list[str]
) -> None:
    assert kept(tmp_path, ignored, *texts) == expected


def test_italics_stay_with_their_lines(tmp_path: Path) -> None:
    cue = Cue(0, 1000, "@me\nJon speaks\nfar away", italics=(0, 2))
    (found,) = Wording.of([listed(tmp_path, "Jon = John")], [listed(tmp_path, "/^@/", "b")]).applied([cue])
    assert (found.text, found.italics, found.as_read) == ("John speaks\nfar away", (1,), cue.text)


def test_nothing_changes_unasked() -> None:
    cues = [Cue(0, 1000, " odd  text \n"), Cue(2000, 3000, "")]
    assert Wording.of().applied(cues) == cues


@pytest.mark.parametrize(
    ("flag", "text", "reason"),
    [
        ("--replace", "Jon = John\nno separator", "line 2 of {}: it is not like: wrong = right."),
        ("--replace", " = John", "line 1 of {}: it is not like: wrong = right."),
        (
            "--replace",
            "[English please]",
            "line 1 of {}: 'English please' is not a language code; write it like en, ja, pt-BR or zh-Hant; [all] ",
        ),
        ("--replace", "/Jon = John", "line 1 of {}: it is not like: /regular expression/ = text."),
        ("--replace", "/Jon(/ = John", "line 1 of {}: its regular expression makes no sense ("),
        ("--replace", r"/Jon/ = \1", "line 1 of {}: the text behind = makes no sense ("),
        ("--ignore", "fine\n/Jon(/", "line 2 of {}: its regular expression makes no sense ("),
        ("--ignore", "/Jon", "line 1 of {}: it is not like: /regular expression/."),
    ],
)
def test_a_line_that_makes_no_sense_is_told_before_any_work(
    film: Path, flag: str, text: str, reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = listed(film.parent, text)
    assert cli.main([str(film), flag, str(path)]) == 2
    said = capsys.readouterr().err
    assert said.startswith(f"subextract: {flag}: {reason.format(path)}")
    assert said.count("\n") == 1
    with pytest.raises(UsageError, match=f"^{flag}: line "):
        extract(film, Options.model_validate({flag[2:]: path}))


def test_a_list_that_cannot_be_read_is_told_too(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([str(film), "--replace", "none.txt"]) == 2
    hint = "--replace: none.txt cannot be read (No such file or directory); name a text file."
    assert capsys.readouterr().err == f"subextract: {hint}\n"
    (film.parent / "latin.txt").write_bytes(b"\xc4 = \xd6")
    assert cli.main([str(film), "--ignore", str(film.parent / "latin.txt")]) == 2
    assert "latin.txt cannot be read (it is not UTF-8)" in capsys.readouterr().err


def test_a_track_is_mended_counted_and_json_keeps_what_was_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    events = [(0, 200, b"Gandaif!"), (300, 200, b"Subtitles by me"), (600, 200, b"Hello")]
    path = mux(tmp_path / "a.mkv", Stream("srt", events, "eng"))
    lists = ["--replace", str(listed(tmp_path, "[en]\nGandaif = Gandalf", "r"))]
    lists += ["--ignore", str(listed(tmp_path, "Subtitles by me", "i"))]
    assert cli.main([str(path), "--format", "srt,json", *lists]) == 0
    assert "2 cues, 1 changed by lists, 1 text that a list drops left out, " in capsys.readouterr().err
    assert [cue.text for cue in load(tmp_path / "a.en.srt")] == ["Gandalf!", "Hello"]
    document = json.loads((tmp_path / "a.en.json").read_text())
    assert [cue.get("as_read") for cue in document["cues"]] == ["Gandaif!", None]
    assert document["report"]["left_out"] == {"ignored": 1}
    assert [cue.as_read for cue in load(tmp_path / "a.en.json")] == ["Gandaif!", None]
    with stream(path, Options(replace=(tmp_path / "r",), ignore=(tmp_path / "i",))) as extraction:
        assert [cue.text for cue in extraction] == ["Gandalf!", "Hello"]
        assert [cue.text for cue in extraction.past().cues] == ["Gandaif!", "Subtitles by me", "Hello"]


def test_what_is_burned_in_is_mended_too_and_kept_as_it_was_read_for_who_goes_on(
    screen: Screen, film: Path, tmp_path: Path
) -> None:
    wording = Options(track="hard", replace=(listed(tmp_path, "harbour = port\nharbour = never seen"),))
    before = [cue.text for cue in extract(film, Options(track="hard"))]
    with stream(film, wording) as extraction:
        found = [cue for cues in extraction.steps() for cue in cues]
        assert sorted(cue.text for cue in found) == sorted(cue.text for cue in extraction.likely())
        assert any("harbour" in line.text for seen in extraction.past().seen for line in seen.told)
    assert [cue.text for cue in sorted(found, key=lambda cue: cue.start)] == [
        text.replace("harbour", "port") for text in before
    ]
    assert any("harbour" in text for text in before)


def test_a_run_may_go_on_with_another_list(film: Path, tmp_path: Path) -> None:
    interrupted(Run(film), Cue(1000, 2000, "One"))
    options = Options(replace=(listed(tmp_path, "One = Two"),))
    assert options.fingerprint() == Options().fingerprint()


def test_a_watch_does_not_begin_with_a_list_that_makes_no_sense(folder: Folder, tmp_path: Path) -> None:
    folder.film("a.mkv")
    assert folder.once(replace=listed(tmp_path, "nonsense")) == 2
    assert "--replace: line 1 of" in folder.log.read_text()


def test_formats_write_the_mended_text() -> None:
    cue = Cue(0, 1000, "Gandalf", as_read="Gandaif", styled="<i>Gandaif</i>")
    assert by_name("srt").dumps([cue]).split("\n")[2] == "Gandalf"


@pytest.mark.parametrize(
    ("styled", "after"),
    [
        ("Hello <i>world</i>,\nsaid Gandaif.", "Hello <i>world</i>,\nsaid Gandalf."),
        ("<c.yellow>Hello world,\nsaid Gandaif.</c>", "<c.yellow>Hello world,\nsaid Gandalf.</c>"),
        ("Hello world,\nsaid Gan<b>daif</b>.", None),
    ],
)
def test_styles_stay_where_words_are_replaced(tmp_path: Path, styled: str, after: str | None) -> None:
    wording = Wording.of([listed(tmp_path, "Gandaif = Gandalf")])
    (cue,) = wording.applied([Cue(0, 1000, "Hello world,\nsaid Gandaif.", styled=styled)])
    assert (cue.text, cue.styled) == ("Hello world,\nsaid Gandalf.", after)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (r"{\an8\pos(1,2)}Gandaif comes", r"{\an8\pos(1,2)}Gandalf comes"),
        (r"Yes,{\i1} Gandaif {\i0}now\NGandaif", r"Yes,{\i1} Gandalf {\i0}now\NGandalf"),
        (r"{\an8}Mark\N{\i1}Gandaif{\i0}", r"{\an8}{\i1}Gandalf{\i0}"),  # what was said of a line that goes holds on
        (r"{\an8}{\k20}Gan{\k30}daif", r"{\an8}Gandalf"),  # there is no such syllable any more
        (r"{\pos(1,2)}Gan{\b1}daif\hagain", r"{\pos(1,2)}Gandalf again"),
    ],
)
def test_an_event_of_a_script_keeps_its_commands_and_says_the_new_words(
    tmp_path: Path, said: str, expected: str
) -> None:
    script = tmp_path / "film.ass"
    script.write_text(f"{HEAD_OF_A_SCRIPT}Dialogue: 3,0:00:00.00,0:00:01.00,Sign,Bob,1,2,3,,{said}\n", "utf-8")
    options = Options(replace=(listed(tmp_path, "Gandaif = Gandalf"),), ignore=(listed(tmp_path, "Mark", "i"),))
    (cue,) = extract(script, options)
    assert cue.markup == f"3,Sign,Bob,1,2,3,,{expected}"
    with stream(script, options) as extraction:
        written = by_name("ass").dumps(list(extraction), extraction.video)
    assert written.splitlines()[-1] == f"Dialogue: 3,0:00:00.00,0:00:01.00,Sign,Bob,1,2,3,,{expected}"
    assert json.loads(by_name("json").dumps([cue]))["cues"][0]["markup"] == cue.markup


HEAD_OF_A_SCRIPT = """[Script Info]
ScriptType: v4.00+

[V4+ Styles]
Format: Name, Fontname, Fontsize, Alignment
Style: Sign,Arial,20,2

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


@pytest.mark.parametrize("flag", ["replace", "ignore"])
def test_an_expression_that_goes_back_and_forth_for_ever_is_told(
    tmp_path: Path, flag: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "LONGEST_MATCH", 0.05)
    path = listed(tmp_path, "# so\n/(a|aa)+$/" + (" = c" if flag == "replace" else ""))
    wording = Wording.of([path]) if flag == "replace" else Wording.of([], [path])
    assert [cue.text for cue in wording.applied([Cue(0, 1000, "fine")])] == ["fine"]
    with pytest.raises(UsageError) as caught:
        wording.applied([Cue(0, 1000, "a" * 45 + "!")])
    where = f"--{flag}: line 2 of {path}: its expression takes too long on '{'a' * 45}!'"
    assert str(caught.value) == f"{where}; write it in a simpler way."


def test_several_lists_count_one_after_the_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = mux(tmp_path / "a.mkv", Stream("srt", [(0, 200, b"one"), (300, 200, b"x"), (600, 200, b"y")], "eng"))
    lists = [f"--replace={listed(tmp_path, rule, name)}" for name, rule in (("1", "one = two"), ("2", "two = three"))]
    lists += [f"--ignore={listed(tmp_path, text, text)}" for text in "xy"]
    assert cli.main([str(path), *lists]) == 0
    assert [cue.text for cue in load(tmp_path / "a.en.srt")] == ["three"]


def test_a_file_of_settings_names_lists_beside_it_and_is_told_of_their_mistakes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "settings").mkdir()
    config = tmp_path / "settings" / "my.toml"
    config.write_text('replace = ["names.txt", "~/all.txt", "/abs.txt"]\nglossary = "terms.txt"\nignore = []\n')
    monkeypatch.setenv("HOME", "/home/me")
    options = resolve({}, config=config)
    assert options.replace == (config.parent / "names.txt", Path("/home/me/all.txt"), Path("/abs.txt"))
    assert (options.glossary, options.ignore) == (config.parent / "terms.txt", ())
    film = tmp_path / "film.mp4"
    film.touch()
    for written, said in (
        (
            'replace = "none.txt"',
            f"replace in {config}: {config.parent}/none.txt cannot be read (No such file or direct",
        ),
        (
            'ignore = "bad.txt"',
            f"ignore in {config}: line 1 of {config.parent}/bad.txt: its regular expression makes no",
        ),
        (
            'translate = "de"\nglossary = "bad.txt"',
            f"glossary in {config}: line 1 of {config.parent}/bad.txt is not like:",
        ),
        ("replace = 3", f"replace in {config}: 3 is no file; name one, or several as a list."),
    ):
        config.write_text(written)
        listed(config.parent, "/(/", "bad.txt")
        assert cli.main([str(film), "--config", str(config)]) == 2
        assert capsys.readouterr().err.startswith(f"subextract: {said}")
    monkeypatch.setenv("SUBEXTRACT_IGNORE", str(config.parent / "bad.txt"))
    assert cli.main([str(film)]) == 2
    assert capsys.readouterr().err.startswith("subextract: SUBEXTRACT_IGNORE: line 1 of ")
