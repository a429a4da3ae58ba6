"""Whether settings from flags, environment, file and code come together as one, or in one sentence apart."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from subextract.errors import UsageError
from subextract.options import REGIONS, SETTINGS, Options, Region, clock, parse_region, parse_time, resolve
from subextract.types import Box

TIME_HINT = "write it like 90, 1:30, 00:01:30.5, 90s or 1500ms"
REGION_HINT = (
    "write auto, bottom, top, full, or left,top,right,bottom as shares of the picture from 0 to 1, like 0,0.75,1,1"
)


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("90", 90_000),
        ("90.25", 90_250),
        ("90s", 90_000),
        ("1500ms", 1500),
        ("1:30", 90_000),
        ("90:00", 5_400_000),
        ("00:01:30.5", 90_500),
        ("00:01:30,5", 90_500),
        ("26:00:00", 93_600_000),
        (" 0 ", 0),
    ],
)
def test_a_time_can_be_written_in_the_usual_ways(text: str, milliseconds: int) -> None:
    assert parse_time(text) == milliseconds


@pytest.mark.parametrize("text", ["", "soon", "-1", "1:60", "1:60:00", "1:30s", "1h", "1:2:3:4", "nan", "1e3"])
def test_a_bad_time_is_answered_with_the_ways_to_write_one(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        Options.model_validate({"start": text})
    assert str(caught.value) == f"start: {text!r} is not a time; {TIME_HINT}."


def test_whole_numbers_from_code_are_milliseconds() -> None:
    assert Options(start=1500, end=2500).fingerprint()["end"] == 2500


@pytest.mark.parametrize("value", [1.5, True, -1])
def test_other_numbers_from_code_are_no_times(value: object) -> None:
    with pytest.raises(UsageError, match=f"^end: {value} is not a time; {TIME_HINT}.$"):
        Options.model_validate({"end": value})


def test_the_end_comes_after_the_start() -> None:
    with pytest.raises(UsageError, match=r"^the end \(60 s\) must come after the start \(90\.5 s\)\.$"):
        resolve({"start": "1:30.5", "end": "60"})


@pytest.mark.parametrize(
    ("value", "region"),
    [
        ("auto", None),
        (None, None),
        ("bottom", Region(0, 0.6, 1, 1)),
        ("top", Region(0, 0, 1, 0.4)),
        ("full", Region(0, 0, 1, 1)),
        ("0.1, 0.75, .9, 1", Region(0.1, 0.75, 0.9, 1)),
        ([0, 0.5, 1, 1], Region(0, 0.5, 1, 1)),
    ],
)
def test_a_region_is_a_name_or_four_shares(value: object, region: Region | None) -> None:
    assert parse_region(value) == region


TWO = (Region(0, 0, 1, 0.2, "ja"), Region(0, 0.6, 1, 1, "zh-Hant"))


@pytest.mark.parametrize(
    "value",
    [
        "0,0,1,0.2=ja,bottom=zh_hant",
        " 0, 0, 1, 0.2 = JA , bottom=zh-Hant",
        ["0,0,1,0.2=ja", "bottom=zh-hant"],
        ["0,0,1,0.2=ja,bottom=zh-hant"],
        [[0, 0, 1, 0.2, "ja"], [0, 0.6, 1, 1, "zh-hant"]],
        TWO,
        json.loads(json.dumps(TWO)),
    ],
)
def test_several_regions_may_each_have_a_language(value: object) -> None:
    options = Options(region=value)  # type: ignore[arg-type]
    assert options.region == options.regions == TWO
    assert json.loads(json.dumps(options.fingerprint())) == options.fingerprint()


def test_one_region_is_no_list_and_may_have_a_language() -> None:
    assert Options(region=["top"]).region == REGIONS["top"]  # type: ignore[arg-type]
    assert Options(region="top=fr").region == Region(0, 0, 1, 0.4, "fr")  # type: ignore[arg-type]
    assert [Options(region=value).regions for value in (None, Region(0, 0, 1, 1))] == [(), (Region(0, 0, 1, 1),)]


def test_several_regions_come_from_a_file_and_from_the_environment(tmp_path: Path) -> None:
    config = tmp_path / "my.toml"
    config.write_text('region = ["0,0,1,0.2=ja", "bottom=zh-Hant"]\n')
    assert resolve({}, config=config).region == TWO
    assert resolve({}, {"SUBEXTRACT_REGION": "0,0,1,0.2=ja,bottom=zh-Hant"}).region == TWO


@pytest.mark.parametrize("value", [["top", "left"], "top,left", "top,0,0,1"])
def test_one_of_several_regions_that_is_none_is_told(value: list[str] | str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve({"region": value})
    told = value if isinstance(value, str) else value[1]
    assert str(caught.value) == f"--region: {told!r} is not a region; {REGION_HINT}."


@pytest.mark.parametrize("value", [["top", "auto"], ["auto", "bottom=en"], "auto,bottom=en", ["top", "auto", "bottom"]])
def test_all_places_and_some_of_them_exclude_each_other(value: object) -> None:
    with pytest.raises(UsageError, match=r"^--region: auto finds every place by itself and does not go with"):
        resolve({"region": value})


@pytest.mark.parametrize("value", ["auto=en", ["top", "auto=en"]])
def test_a_language_needs_a_place(value: object) -> None:
    with pytest.raises(UsageError, match=r"^--region: 'auto=en' names a language and no place; give the language with"):
        resolve({"region": value})


@pytest.mark.parametrize("value", [["auto"], ["auto", "auto"], " auto "])
def test_all_places_may_be_asked_for_as_often_as_one_likes(value: object) -> None:
    assert resolve({"region": value}).region is None


def test_a_list_of_no_regions_is_none(tmp_path: Path) -> None:
    config = tmp_path / "my.toml"
    config.write_text("region = []\n")
    for values, source in (({}, config), ({"region": []}, None)):
        with pytest.raises(UsageError, match=r"region.*: no region is named; write auto, bottom, top, full, or left,"):
            resolve(values, config=source)


def test_the_language_of_a_region_is_checked() -> None:
    with pytest.raises(UsageError, match=r"^--region: 'jp' is not a language code; .* ja \(Japanese\) is meant\.$"):
        resolve({"region": "top=jp"})


@pytest.mark.parametrize(
    "value", ["left", "0,0,1", "0,0,1,1,1", "0,0,1920,1080", "0.5,0,0.5,1", "0,1,1,0", "nan,0,1,1", "a,b,c,d"]
)
def test_a_bad_region_is_answered_with_the_ways_to_write_one(value: str) -> None:
    with pytest.raises(UsageError) as caught:
        resolve({"region": value})
    assert str(caught.value) == f"--region: {value!r} is not a region; {REGION_HINT}."


def test_a_region_in_pixels_takes_in_the_pixels_it_touches() -> None:
    assert Region(0, 0.75, 1, 1).box(1919, 1081) == Box(0, 810, 1919, 1081)


@pytest.mark.parametrize(
    ("code", "written"), [("en", "en"), ("JA", "ja"), ("pt_br", "pt-BR"), ("zh-hant-tw", "zh-Hant-TW"), ("eng", "eng")]
)
def test_a_language_code_gets_its_usual_case(code: str, written: str) -> None:
    assert Options(language=code).language == written


@pytest.mark.parametrize("code", ["", "e", "e-n", "en us"])
def test_a_bad_language_code_is_answered_with_good_ones(code: str) -> None:
    with pytest.raises(UsageError) as caught:
        Options(language=code)
    assert str(caught.value) == f"language: {code!r} is not a language code; write it like en, ja, pt-BR or zh-Hant."


def test_formats_are_a_list_with_commas() -> None:
    assert resolve({"format": "SRT, vtt,srt"}).format == ("srt", "vtt")
    with pytest.raises(UsageError, match=r"^--format: at least one format is needed, like srt or srt,vtt\.$"):
        resolve({"format": ","})


def test_what_is_kept_is_a_list_of_known_kinds() -> None:
    assert resolve({"keep": "signs, Static"}).kept_kinds == {"sign", "static"}
    assert resolve({"keep": ""}).kept_kinds == frozenset()
    message = r"^--keep: 'logos' cannot be kept; choose from signs, credits, static, several with commas\.$"
    with pytest.raises(UsageError, match=message):
        resolve({"keep": "signs,logos"})


@pytest.mark.parametrize(("text", "number"), [("0", 0), (" 3 ", 3), (2, 2)])
def test_a_number_of_jobs_or_threads_is_whole(text: object, number: int) -> None:
    assert (resolve({"jobs": text}).jobs, resolve({"threads": text}).threads) == (number, number)


@pytest.mark.parametrize("value", ["", "-1", "two", "1.5", True, -1])
def test_any_other_number_is_answered_with_the_ways_to_write_one(value: object) -> None:
    with pytest.raises(UsageError) as caught:
        resolve({"jobs": value})
    hint = "write 1, 2, 3 ..., or 0 for what suits the machine"
    assert str(caught.value) == f"--jobs: {value!r} is not a number of them; {hint}."


def test_several_languages_are_named_with_commas() -> None:
    options = Options(language="KO, en,ko")
    assert (options.language, options.one_language, Options(language="ko").one_language) == ("ko,en", None, "ko")
    with pytest.raises(UsageError, match="'english!' is not a language code"):
        resolve({"language": "ko,english!"})


def test_how_a_run_works_does_not_matter_for_going_on() -> None:
    assert resolve({"jobs": "2", "threads": "3", "hwaccel": "CUDA"}).fingerprint() == Options().fingerprint()


def test_the_defaults_are_read_like_anything_else() -> None:
    assert Options().model_dump() == {
        "output": None,
        "format": ("srt",),
        "engine": "auto",
        "region": None,
        "start": 0,
        "end": None,
        "language": None,
        "track": "auto",
        "forced": "both",
        "keep": (),
        "split_languages": False,
        "join_words": False,
        "replace": (),
        "ignore": (),
        "speaker_dashes": False,
        "position_tags": False,
        "excel": False,
        "decimal_comma": False,
        "model": None,
        "revision": None,
        "profile": None,
        "device": "auto",
        "dtype": "auto",
        "models": None,
        "min_pixels": None,
        "server_url": None,
        "requests": 16,
        "translate": None,
        "translator": "server",
        "translator_model": None,
        "translator_url": None,
        "bilingual": "no",
        "keep_original": False,
        "context": 3,
        "glossary": None,
        "about": "",
        "line_width": 42,
        "reading_speed": 20.0,
        "hwaccel": "none",
        "jobs": 1,
        "processes": 1,
        "threads": 0,
        "mux": False,
        "review": False,
        "overwrite": False,
        "resume": True,
    }


def test_a_flag_wins_over_the_environment_over_the_file_over_the_default(tmp_path: Path) -> None:
    config = tmp_path / "film.toml"
    config.write_text('engine = "one"\nlanguage = "de"\nregion = "top"\n')
    options = resolve({"engine": "three"}, {"SUBEXTRACT_ENGINE": "two", "SUBEXTRACT_LANGUAGE": "fr"}, config)
    assert (options.engine, options.language, options.region, options.start) == ("three", "fr", Region(0, 0, 1, 0.4), 0)


def test_a_toml_file_says_what_the_command_line_would_say(tmp_path: Path) -> None:
    config = tmp_path / "film.toml"
    config.write_text(
        'output = "subs"\nformat = ["srt", "vtt"]\nregion = [0, 0.5, 1, 1]\nstart = 90\nend = 00:02:00\n'
        "overwrite = true\nresume = false\n"
    )
    flags = {"output": "subs", "format": "srt,vtt", "region": "0,0.5,1,1", "start": "90", "end": "00:02:00"}
    assert resolve({}, {}, config) == resolve({**flags, "overwrite": True, "resume": False})


@pytest.mark.parametrize("name", ["split-languages", "split_languages"])
def test_a_toml_file_writes_a_name_of_two_words_like_the_flag_or_the_field(tmp_path: Path, name: str) -> None:
    config = tmp_path / "film.toml"
    config.write_text(f"{name} = true\n")
    assert resolve({}, {}, config) == resolve({}, {"SUBEXTRACT_SPLIT_LANGUAGES": "1"}) == Options(split_languages=True)


def test_a_mistake_in_a_flag_of_two_words_is_told_as_it_is_written() -> None:
    with pytest.raises(UsageError, match=r"^--split-languages: 'perhaps' is neither true nor false"):
        resolve({"split_languages": "perhaps"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('formt = "srt"', "FILE: there is no setting 'formt'; perhaps 'format' is meant."),
        ("[region]\nleft = 0", "region in FILE: {'left': 0} is not a region; " + REGION_HINT + "."),
        ('start = "later"', "start in FILE: 'later' is not a time; " + TIME_HINT + "."),
        (
            'overwrite = "perhaps"',
            "overwrite in FILE: 'perhaps' is neither true nor false.",
        ),
        (
            "start = ",
            "--config: FILE is not valid TOML (Invalid value (at end of document)); correct it there.",
        ),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_name(tmp_path: Path, text: str, sentence: str) -> None:
    config = tmp_path / "film.toml"
    config.write_text(text)
    with pytest.raises(UsageError) as caught:
        resolve({}, {}, config)
    assert str(caught.value) == sentence.replace("FILE", str(config))


def test_a_missing_file_is_told() -> None:
    with pytest.raises(UsageError) as caught:
        resolve({}, {}, Path("no.toml"))
    assert str(caught.value) == "--config: no.toml cannot be read (No such file or directory); name a TOML file."


def test_a_mistake_in_the_environment_is_told_with_its_variable() -> None:
    with pytest.raises(UsageError) as caught:
        resolve({}, {"SUBEXTRACT_END": "never"})
    assert str(caught.value) == f"SUBEXTRACT_END: 'never' is not a time; {TIME_HINT}."


def test_an_empty_variable_counts_as_none() -> None:
    assert resolve({}, {"SUBEXTRACT_END": "", "OTHER": "x"}) == Options()


def test_an_unknown_variable_is_said_to_be_ignored(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "subextract"):
        resolve({}, {"SUBEXTRACT_ENGIN": "x"})
    assert caplog.messages == ["SUBEXTRACT_ENGIN is ignored: there is no setting 'engin'; perhaps 'engine' is meant."]


def test_an_unknown_setting_in_code_is_told() -> None:
    with pytest.raises(UsageError, match=r"^there is no setting 'regoin'; perhaps 'region' is meant\.$"):
        Options.model_validate({"regoin": "top"})


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"engine": "other"}, False),
        ({"region": "top"}, False),
        ({"start": 1}, False),
        ({"end": 1}, False),
        ({"language": "en"}, False),
        ({"model": "tencent/HunyuanOCR"}, False),
        ({"revision": "main"}, False),
        ({"profile": {"like": "hunyuan"}}, False),
        ({"dtype": "fp32"}, False),
        ({"join_words": True}, False),
        ({"forced": "skip"}, False),
        ({"min_pixels": 1024}, False),
        ({"device": "cpu"}, True),
        ({"server_url": "http://localhost:8000/v1"}, True),
        ({"requests": 1}, True),
        ({"output": "x"}, True),
        ({"format": "vtt"}, True),
        ({"split_languages": True}, True),
        ({"translate": "de", "translator": "local", "bilingual": "above"}, True),
        ({"overwrite": True}, True),
        ({"resume": False}, True),
    ],
)
def test_the_fingerprint_holds_what_decides_the_cues(change: dict[str, Any], same: bool) -> None:
    assert (Options.model_validate(change).fingerprint() == Options().fingerprint()) is same


def test_a_translator_that_looks_cannot_see_joined_words() -> None:
    options = {"join_words": True, "translate": "de", "translator": "vlm"}
    with pytest.raises(UsageError, match=r"^--translator vlm looks at one picture .*; choose --translator server or "):
        resolve(options)
    assert resolve({**options, "translator": "local"}).join_words


def test_every_setting_is_explained_and_has_a_place_in_the_fingerprint_test() -> None:
    assert [setting.name for setting in SETTINGS if not setting.description.endswith(".")] == []
    assert [setting.name for setting in SETTINGS if setting.shapes_cues] == list(Options().fingerprint())


def test_options_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Options().engine = "other"


def test_a_time_reads_like_a_clock() -> None:
    assert [clock(0), clock(90_999), clock(36_000_000)] == ["0:00:00", "0:01:30", "10:00:00"]


def test_what_a_file_says_of_a_folder_wins_over_what_it_says_of_all(tmp_path: Path) -> None:
    config = tmp_path / "my.toml"
    config.write_text(
        'language = "zh"\ntranslate = "en"\n[folders."/films/de/"]\ntranslate = "de"\nkeep-original = true\n'
    )
    of_all, of_one, by_flag = (
        resolve(flags, {}, config, folder)
        for flags, folder in (({}, "/films"), ({}, "/films/de"), ({"translate": "fr"}, "/films/de"))
    )
    assert (of_all.language, of_all.translate, of_all.keep_original) == ("zh", "en", False)
    assert (of_one.language, of_one.translate, of_one.keep_original) == ("zh", "de", True)
    assert by_flag.translate == "fr"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("folders = 3", "'folders' has a table for each; write"),
        ('[folders]\n"/films" = 3', "'folders' has a table for each; write"),
        ('[folders."/films"]\ntranslat = "de"', "there is no setting 'translat'; perhaps 'translate' is meant"),
    ],
)
def test_what_makes_no_sense_about_a_folder_is_told(tmp_path: Path, text: str, sentence: str) -> None:
    config = tmp_path / "my.toml"
    config.write_text(text)
    with pytest.raises(UsageError, match=re.escape(f"{config}: {sentence}")):
        resolve({}, {}, config, "/films")
