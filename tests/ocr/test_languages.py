"""Whether each language finds a reader that knows its letters."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from subextract import ocr
from subextract.errors import UsageError
from subextract.languages.packs import LANGUAGES, Language, describe, is_right_to_left, refuse_unreadable, same_language

ALPHABETS = {
    "en": "abcdefghijklmnopqrstuvwxyz",
    "zh": "我从来没说过那句话你昨晚去哪儿了们必须在日出之前离开",
    "zh-Hant": "我從來沒說過那句話你昨晚去哪兒了們必須在日出之前離開",
    "ja": "そんなこと言ってない昨日の夜どこにいたんだ夜明け前に出発しなければならないアヴュッー々",
    "fr": "àâæçéèêëîïôœùûüÿ",
    "de": "äöüß",
    "es": "áéíñóúü¿",
    "pt-BR": "áâãàçéêíóôõú",
    "it": "àèéìîòù",
    "tr": "çğıİöşü",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýž",
    "ro": "ăâîșț",
    "hu": "áéíóöőúüű",
    "sv": "åäö",
    "is": "áðéíóúýþæö",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž",
    "hr": "čćđšž",
    "mt": "ċġħż",
    "sr-Latn": "čćđšž",
    "ko": "난그런말한적없어",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "he": "אבגדהוזחטיכךלמםנןסעפףצץקרשת",
    "th": "กขคงจฉชซ",
    "hi": "अआइईउऊएऐ",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ",
    "vi": "ăâđêôơưạảấầẩẫậếềểễệ",
    "yo": "ẹọṣ",
}


@pytest.fixture(scope="module")
def bundled_letters() -> set[str]:
    onnxruntime, rapidocr = import_module("onnxruntime"), import_module("rapidocr")
    model = Path(str(rapidocr.__file__)).parent / "models" / "PP-OCRv6_rec_small.onnx"
    facts = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"]).get_modelmeta()
    return set(facts.custom_metadata_map["character"].split("\n"))


@pytest.mark.parametrize("tag", ALPHABETS)
def test_a_language_is_refused_if_the_bundled_model_lacks_its_letters(tag: str, bundled_letters: set[str]) -> None:
    def refused() -> bool:
        try:
            refuse_unreadable("rapidocr", tag)
        except UsageError:
            return True
        return False

    assert refused() == bool(set(ALPHABETS[tag]) - bundled_letters)


def test_the_refusal_says_which_engine_reads_the_language() -> None:
    with pytest.raises(UsageError) as refusal:
        ocr.reader("rapidocr", language="ko")
    assert str(refusal.value) == (
        "The engine 'rapidocr' cannot read Korean: its model does not know Hangul; add --engine tesseract, "
        "which needs apt-get install tesseract-ocr-kor, or brew install tesseract-lang."
    )


def test_no_language_and_an_unknown_one_are_nobody_s_business_but_the_reader_s() -> None:
    refuse_unreadable("rapidocr", None)
    refuse_unreadable("rapidocr", "tlh")
    refuse_unreadable("another", "ko")


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ko", Language("ko", "Korean", "Kore", "kor")),
        ("ko-KR", Language("ko", "Korean", "Kore", "kor")),
        ("kor", Language("ko", "Korean", "Kore", "kor")),
        ("zh", Language("zh", "Chinese", "Hans", "chi_sim")),
        ("zh-Hant", Language("zh", "Chinese", "Hant", "chi_tra")),
        ("zh_TW", Language("zh", "Chinese", "Hant", "chi_tra")),
        ("zh-Hans-HK", Language("zh", "Chinese", "Hans", "chi_sim")),
        ("sr-Latn", Language("sr", "Serbian", "Latn", "srp_latn")),
        ("grc", Language("grc", "grc", "", "grc")),
    ],
)
def test_a_tag_names_a_script_and_a_pack(tag: str, language: Language) -> None:
    assert describe(tag) == language


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("en", "eng", True),
        ("ger", "de", True),
        ("deu", "de-AT", True),
        ("zh-Hans", "zh-Hant", False),
        ("chi", "zh-Hant", True),
        ("zho", "zh", True),
        ("nob", "nb", True),
        ("zh-TW", "zh-Hant", True),
        ("pt", "es", False),
    ],
)
def test_languages_are_compared_over_the_standards_that_write_them(one: str, other: str, same: bool) -> None:
    assert same_language(one, other) == same


def test_arabic_and_hebrew_letters_run_from_right_to_left() -> None:
    assert [tag for tag in LANGUAGES if is_right_to_left(tag)] == [
        *("ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"),
    ]
