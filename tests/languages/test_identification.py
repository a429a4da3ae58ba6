"""Whether the language of lines is named where it is certain, and only there."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from subextract.languages.identification import doubts, language_of, main_script, scripts

GERMAN = ["Wo ist der Schlüssel?", "Er hat ihn gestern verloren.", "Dann müssen wir durch das Fenster."]
ENGLISH = ["Where is the key?", "He lost it yesterday.", "Then we have to climb through the window."]


@pytest.mark.parametrize(
    ("lines", "language"),
    [
        (["鍵はどこですか。", "昨日"], "ja"),
        (["열쇠가 어디 있어요?"], "ko"),
        (["钥匙在哪里？", "他昨天把它弄丢了。"], "zh-Hans"),
        (["鑰匙在哪裡？", "他昨天把它弄丟了。"], "zh-Hant"),
        (["你好"], "zh"),
        (["鲜の味很好，我们走吧", "这里的饭很好吃"], "zh-Hans"),
        (["กุญแจอยู่ที่ไหน"], "th"),
        (["Πού είναι το κλειδί;"], "el"),
        (["איפה המפתח?"], "he"),
        (["أين المفتاح؟", "لقد فقده أمس.", "علينا أن ندخل من النافذة."], "ar"),
        (["चाबी कहाँ है?", "उसने कल खो दी।", "हमें खिड़की से जाना होगा।"], "hi"),
        (["Где ключ?", "Он вчера его потерял.", "Тогда нам придётся лезть через окно."], "ru"),
        (["Де ключ?", "Він учора його загубив.", "Тоді нам доведеться лізти через вікно."], "uk"),
        (GERMAN, "de"),
        (ENGLISH, "en"),
        ([line.upper() for line in GERMAN], "de"),
        (["¿Dónde está la llave?", "La perdió ayer.", "Entonces hay que entrar por la ventana."], "es"),
        ([*ENGLISH, "你好", "Привет"], "en"),
    ],
)
def test_the_language_of_lines_is_named(lines: list[str], language: str) -> None:
    assert language_of(lines) == language


@pytest.mark.parametrize(
    "lines", [[], ["♪", "2046", "..."], ["OK!"], ["No"], ["Tom?", "Tom!"], ["Hamburg. Berlin."], ["нет"]]
)
def test_what_is_not_certain_has_no_language(lines: list[str]) -> None:
    assert language_of(lines) is None


def test_scripts_are_counted_in_words_or_in_letters_where_words_are_not_parted() -> None:
    assert scripts("I don't know, 我在IBM工作 コーヒー नमस्ते 42 ♪") == Counter(
        {"Latn": 4, "Hani": 4, "Kana": 2, "Deva": 1}
    )


def test_full_width_letters_are_latin_ones_and_half_width_kana_are_kana() -> None:
    assert scripts("ＯＫ ﾊﾟﾝ") == Counter({"Latn": 1, "Kana": 2})


def test_the_main_script_is_that_of_most_words_with_kana_and_characters_as_one() -> None:
    assert main_script(scripts("He said 爱 and left")) == "Latn"
    assert main_script(scripts("NBA Finals 日本の勝利")) == "Hani"
    assert main_script(scripts("... 42 ♪")) is None


def test_a_line_is_doubted_in_the_languages_that_it_is_not_in() -> None:
    assert doubts("Meine Großmutter fährt Motorrad.", ["de", "en"])[0] == 0
    assert doubts("Meine Großmutter fährt Motorrad.", ["de", "en"])[1] > 5
    assert max(doubts("Tom!", ["de", "en"])) < 1
    assert max(doubts("2046", ["de", "en"])) == 0


def test_a_line_of_chinese_is_doubted_in_the_other_kind_of_chinese() -> None:
    assert doubts("没事", ["zh-Hans", "zh-Hant"]) == pytest.approx([0, 2])
    assert doubts("沒事", ["zh-Hans", "zh-Hant"]) == pytest.approx([2, 0])
    assert doubts("好", ["zh-Hans", "zh-Hant"]) == [0, 0]


def test_the_model_is_loaded_only_where_it_is_asked() -> None:
    script = """
import sys, subextract.languages.identification as language
print(language.language_of(["鍵はどこですか。"]), "py3langid" in sys.modules)
"""
    shown = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown == "ja False\n"
