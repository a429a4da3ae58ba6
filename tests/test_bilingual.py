"""Whether each line of a bilingual film ends up in the language that it is in, and its cues stay whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from subextract.bilingual import split
from subextract.formats import load
from subextract.types import Box, Cue, Word
from tests.helpers.files import FIXTURES

CHINESE = ["钥匙在哪里？", "他昨天把它弄丢了。", "那我们只好爬窗户了。", "小心，台阶很滑。", "别出声，有人来了。"]
JAPANESE = [
    "鍵はどこですか。",
    "昨日なくしたらしい。",
    "では窓から入りましょう。",
    "足元に気をつけて。",
    "静かに、誰か来る。",
]
GERMAN = [
    "Wo ist denn der Schlüssel?",
    "Er hat ihn gestern verloren.",
    "Dann müssen wir durch das Fenster.",
    "Vorsicht, die Stufen sind glatt.",
    "Still jetzt, da kommt jemand.",
]
ENGLISH = [
    "So where is the key?",
    "He lost it yesterday.",
    "Then we have to climb through the window.",
    "Careful, the steps are slippery.",
    "Be quiet, there is somebody coming.",
]
LINE = 30  # px
BOTTOM = 340  # px


def stacked(*cues: Sequence[str]) -> list[Cue]:
    """Cues one after the other, all standing on one line at the bottom."""
    return [
        Cue(2000 * number, 2000 * number + 1900, "\n".join(lines), Box(100, BOTTOM - LINE * len(lines), 500, BOTTOM))
        for number, lines in enumerate(cues)
    ]


def pairs(upper: Sequence[str], lower: Sequence[str]) -> list[tuple[str, str]]:
    return list(zip(upper, lower, strict=True))


def texts(cues: Sequence[Cue], language: str | None = None) -> dict[str, list[str]]:
    return {code: [cue.text for cue in own] for code, own in split(cues, language).items()}


def test_lines_of_two_scripts_are_parted() -> None:
    cues = stacked(*pairs(CHINESE, ENGLISH))
    assert texts(cues) == {"zh-Hans": CHINESE, "en": ENGLISH}


def test_a_cue_keeps_its_times_and_score_and_gets_its_language_and_the_place_of_its_lines() -> None:
    first = Cue(10, 20, "钥匙在哪里？\nSo where\nis the key?", Box(100, 250, 500, 340), 0.8)
    found = split([first, *stacked(*pairs(CHINESE, ENGLISH))[1:]])
    assert found["zh-Hans"][0] == Cue(10, 20, "钥匙在哪里？", Box(100, 250, 500, 280), 0.8, "zh-Hans")
    assert found["en"][0] == Cue(10, 20, "So where\nis the key?", Box(100, 280, 500, 340), 0.8, "en")


def test_german_above_english_is_told_by_place_and_words() -> None:
    cues = stacked(*pairs(GERMAN, ENGLISH))
    assert texts(cues) == {"de": GERMAN, "en": ENGLISH}
    assert texts(stacked(*pairs(ENGLISH, GERMAN))) == {"en": ENGLISH, "de": GERMAN}


def test_three_lines_are_parted_where_the_language_changes() -> None:
    extra = [
        ("Ich habe ihn überall gesucht,", "aber er ist nicht da.", "I looked for it everywhere."),
        ("Das glaubt dir keiner.", "Nobody is going to believe", "a single word of that."),
    ]
    found = texts(stacked(*pairs(GERMAN, ENGLISH), *extra))
    assert found == {
        "de": [*GERMAN, "Ich habe ihn überall gesucht,\naber er ist nicht da.", "Das glaubt dir keiner."],
        "en": [*ENGLISH, "I looked for it everywhere.", "Nobody is going to believe\na single word of that."],
    }


def test_japanese_above_chinese_is_told_although_both_have_the_same_characters() -> None:
    cues = stacked(*pairs(JAPANESE, CHINESE) * 2, ("大丈夫？", "没事吧？"), ("了解。", "明白。"))
    assert texts(cues) == {"ja": [*JAPANESE * 2, "大丈夫？", "了解。"], "zh-Hans": [*CHINESE * 2, "没事吧？", "明白。"]}


def test_traditional_above_simplified_chinese_is_told() -> None:
    traditional = [
        "鑰匙在哪裡？",
        "他昨天把它弄丟了。",
        "那我們只好爬窗戶了。",
        "小心，臺階很滑。",
        "別出聲，有人來了。",
    ]
    assert texts(stacked(*pairs(traditional, CHINESE))) == {"zh-Hant": traditional, "zh-Hans": CHINESE}


def test_names_numbers_and_notes_go_with_the_language_of_their_place() -> None:
    lines = ["Tom!", "NASA", "OK!", "♪", "2046", "..."]
    cues = stacked(*pairs(CHINESE, ENGLISH), *pairs(lines, lines))
    assert texts(cues) == {"zh-Hans": CHINESE + lines, "en": ENGLISH + lines}
    cues = stacked(*pairs(GERMAN, ENGLISH), *pairs(lines, lines))
    assert texts(cues) == {"de": GERMAN + lines, "en": ENGLISH + lines}


def test_a_cue_of_one_language_is_in_that_alone_wherever_it_stands() -> None:
    alone = ("那是很久以前的事了。",), ("That was a long time ago,", "before any of us was born.")
    found = texts(stacked(*pairs(CHINESE, ENGLISH), *alone))
    assert found == {
        "zh-Hans": [*CHINESE, "那是很久以前的事了。"],
        "en": [*ENGLISH, "That was a long time ago,\nbefore any of us was born."],
    }


def test_zones_with_times_of_their_own_are_parted_by_place() -> None:
    above = [Cue(2000 * n, 2000 * n + 1500, text, Box(100, 20, 500, 50)) for n, text in enumerate([*ENGLISH, "Tom!"])]
    below = [
        Cue(2000 * n + 300, 2000 * n + 1900, text, Box(100, 310, 500, 340)) for n, text in enumerate([*GERMAN, "Tom!"])
    ]
    found = split([*below, *above])
    assert found == {
        "en": [Cue(cue.start, cue.end, cue.text, cue.box, None, "en") for cue in above],
        "de": [Cue(cue.start, cue.end, cue.text, cue.box, None, "de") for cue in below],
    }


def test_three_languages_are_three_lists() -> None:
    cues = stacked(*zip(CHINESE, GERMAN, ENGLISH, strict=True))
    assert texts(cues) == {"zh-Hans": CHINESE, "de": GERMAN, "en": ENGLISH}


def test_a_line_that_stays_while_the_other_language_changes_is_one_cue() -> None:
    upper = [CHINESE[0], CHINESE[0], *CHINESE[1:]]
    lower = [*ENGLISH, "Here they are."]
    cues = [Cue(1000 * n, 1000 * n + 960, f"{one}\n{other}") for n, (one, other) in enumerate(pairs(upper, lower))]
    found = split(cues)
    assert [(cue.start, cue.end, cue.text) for cue in found["zh-Hans"][:2]] == [
        (0, 1960, CHINESE[0]),
        (2000, 2960, CHINESE[1]),
    ]
    assert [cue.text for cue in found["en"]] == lower


def test_the_same_line_after_a_pause_stays_two_cues() -> None:
    cues = stacked(*pairs(CHINESE, ENGLISH), *pairs(CHINESE, ENGLISH))
    assert texts(cues) == {"zh-Hans": CHINESE * 2, "en": ENGLISH * 2}


@pytest.mark.parametrize(("name", "code"), [("demo.gt.srt", "en"), ("ja10bit.gt.srt", "ja")])
def test_a_film_in_one_language_is_one_list(name: str, code: str) -> None:
    cues = load(FIXTURES / name)
    found = split(cues)
    assert list(found) == [code]
    assert [(cue.start, cue.end, cue.text) for cue in found[code]] == [(cue.start, cue.end, cue.text) for cue in cues]
    assert {cue.language for cue in found[code]} == {code}


def test_long_sentences_in_two_lines_are_not_two_languages() -> None:
    halves = [("So where did you put", "the key to the cellar?"), ("He must have lost it", "yesterday on the beach.")]
    cues = stacked(*((line,) for line in ENGLISH), *halves * 3)
    assert list(texts(cues)) == ["en"]


def test_two_speakers_at_two_places_are_not_two_languages() -> None:
    cues = [
        Cue(2000 * n, 2000 * n + 1900, text, Box(100, top, 500, top + LINE))
        for top, said in ((20, ENGLISH), (310, ENGLISH[::-1]))
        for n, text in enumerate(said)
    ]
    assert list(texts(cues)) == ["en"]


def test_a_line_keeps_the_times_of_its_words_where_it_stays_whole() -> None:
    both = stacked(*pairs(CHINESE, ENGLISH))
    words = (Word(0, 500, "钥匙在哪里？"), Word(500, 1900, "So where is the key?"))
    alone = Cue(20_000, 20_900, "Nobody knows", Box(100, 310, 500, 340))
    timed = replace(alone, words=(Word(20_000, 20_300, "Nobody"), Word(20_300, 20_900, "knows")))
    found = split([replace(both[0], words=words), *both[1:], timed])
    assert found == split([*both, alone]) | {"en": [*split(both)["en"], replace(timed, language="en")]}


def test_foreign_words_in_a_film_are_not_a_second_language() -> None:
    names = [(text, "NASA") for text in CHINESE]
    greetings = [("Good morning, how are you today?",)] * 3
    assert list(texts(stacked(*names, *((text,) for text in CHINESE * 2)))) == ["zh-Hans"]
    assert list(texts(stacked(*((text,) for text in CHINESE * 2), *greetings))) == ["zh-Hans"]


@pytest.mark.parametrize(
    ("cues", "found"),
    [
        ([], {}),
        (stacked(("OK!",)), {"und-Latn": ["OK!"]}),
        (stacked(("♪",), ("2046",)), {"und": ["♪", "2046"]}),
        (stacked(("Нет.", "No.")), {"und-Cyrl": ["Нет."], "und-Latn": ["No."]}),
    ],
)
def test_what_nobody_knows_is_undetermined(cues: list[Cue], found: dict[str, list[str]]) -> None:
    assert texts(cues) == found
    assert {cue.language for own in split(cues).values() for cue in own} <= {None}


@pytest.mark.parametrize(
    ("cues", "known", "codes"),
    [
        (stacked(("OK!",)), "pt-BR", ["pt-BR"]),
        (stacked(*pairs(CHINESE, ENGLISH)), "en-GB", ["zh-Hans", "en-GB"]),
        (stacked(*pairs(CHINESE, ENGLISH)), "zh", ["zh", "en"]),
        (stacked(*pairs(CHINESE, ENGLISH)), "fr", ["zh-Hans", "en"]),
        ([], "en", []),
    ],
)
def test_a_language_that_is_known_beforehand_names_the_one_that_it_means(
    cues: list[Cue], known: str, codes: list[str]
) -> None:
    assert list(split(cues, known)) == codes


def test_a_language_in_two_scripts_is_two_lists() -> None:
    cyrillic = ["Где си био целу ноћ?", "Морамо одмах да одемо одавде.", "Нико није видео шта се десило."]
    latin = ["Gde si bio celu noć?", "Moramo odmah da odemo odavde.", "Niko nije video šta se desilo."]
    cyrillic += [
        "Увек је тако, ништа се не мења.",
        "Где су деца и ко је ово донео?",
        "Хтео бих да знам шта се овде дешава.",
    ]
    latin += [
        "Uvek je tako, ništa se ne menja.",
        "Gde su deca i ko je ovo doneo?",
        "Hteo bih da znam šta se ovde dešava.",
    ]
    assert texts(stacked(*pairs(cyrillic, latin))) == {"sr-Cyrl": cyrillic, "sr-Latn": latin}


def test_cues_whose_language_is_known_are_of_that_one() -> None:
    above = [replace(cue, language="ja") for cue in stacked(*zip(CHINESE, strict=True))]  # whatever they look like
    below = [replace(cue, start=cue.start + 1, language="de") for cue in stacked(*zip(GERMAN, strict=True))]
    rest = [replace(cue, start=cue.start + 2) for cue in stacked(*zip(ENGLISH, strict=True))]
    assert split([*above, *below], known=["ja", "de"]) == {"ja": above, "de": below}
    found = split([*below, *rest], known=["de"])
    assert list(found) == ["en", "de"]
    assert found["de"] == below
