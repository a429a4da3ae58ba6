"""Whether a code that no language has is told at once, with the one that may be meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from subextract.errors import UsageError
from subextract.languages.codes import FORMER, NAMES, SPOKEN_IN, exists
from subextract.languages.packs import describe
from subextract.languages.tags import SHORT, short
from subextract.options import resolve
from subextract.wording.lists import rules

HINT = "write it like en, ja, pt-BR or zh-Hant"


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("jp", "perhaps ja (Japanese) is meant"),
        ("CN", "perhaps zh (Chinese) is meant"),
        ("ua", "perhaps uk (Ukrainian) is meant"),
        ("cz-Latn", "perhaps cs (Czech) is meant"),
        ("xx", "perhaps xh (Xhosa) is meant"),
        ("zz", "perhaps zu (Zulu) or zh (Chinese) or za (Zhuang) is meant"),
        ("English", "perhaps en (English) is meant"),
        ("deutsch", "perhaps de (German) is meant"),
        ("Portugese", "perhaps pt (Portuguese) is meant"),
        ("日本語", "perhaps ja (Japanese) is meant"),
        ("en-", "perhaps en (English) is meant"),
        ("e", HINT),
        ("", HINT),
        ("my own language", HINT),
    ],
)
def test_what_may_be_meant_is_said(word: str, told: str) -> None:
    for name in ("language", "translate"):
        with pytest.raises(UsageError) as caught:
            resolve({name: word})
        assert str(caught.value) == f"--{name}: {word!r} is not a language code; {told}."


@pytest.mark.parametrize("code", ["en", "pt_br", "zh-Hant", "iw", "yue", "eng", "ger", "qaa", "und"])
def test_codes_are_taken_as_they_are(code: str) -> None:
    assert (resolve({"language": code}).language or "").casefold() == code.replace("_", "-").casefold()


def test_a_track_may_be_in_what_its_file_calls_a_language_and_else_the_likely_one_is_said() -> None:
    assert resolve({"track": "JP"}).track == "jp"
    with pytest.raises(UsageError, match=r"^--track: 'english' is no track; .*; perhaps en \(English\) is meant\.$"):
        resolve({"track": "english"})


def test_a_list_of_replacements_names_languages_that_there_are(tmp_path: Path) -> None:
    path = tmp_path / "names.txt"
    path.write_text("[jp]\na = b")
    with pytest.raises(UsageError) as caught:
        rules(path)
    told = "'jp' is not a language code; perhaps ja (Japanese) is meant; [all] is for all languages."
    assert str(caught.value) == f"--replace: line 1 of {path}: {told}"


def test_whatever_is_known_elsewhere_exists_here() -> None:
    assert set(SHORT.values()) <= NAMES.keys()
    assert all(exists((short(code) or "").split("-")[0]) for code in SHORT)
    assert [code for code, name in NAMES.items() if describe(code).name not in (code, name, name.split()[0])] == []


def test_no_country_is_taken_for_a_language_that_has_its_code() -> None:
    assert not SPOKEN_IN.keys() & (NAMES.keys() | FORMER)
    assert set(SPOKEN_IN.values()) <= NAMES.keys()
