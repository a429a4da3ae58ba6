"""Whether what models say becomes the text of a line, and what they cannot have read is known as such."""

from __future__ import annotations

import pytest

from subextract.errors import UsageError
from subextract.ocr.vlm.answers import fits, line_of, loops, max_tokens
from subextract.ocr.vlm.profiles import HUNYUAN, HUNYUAN_1_5, PROFILES, TASKS, Profile, profile
from subextract.ocr.vlm.spotting import spotted
from subextract.types import Box, Line

SEEN = "Where were you last night?"


@pytest.mark.parametrize(
    ("answer", "seen", "text"),
    [
        ("Where were you last night?", SEEN, "Where were you last night?"),
        ("# Where were you last night?", SEEN, "Where were you last night?"),
        ("# 1 in the charts", "# 1 in the charts", "# 1 in the charts"),
        ("#1 in the charts", "1 in the charts", "#1 in the charts"),
        ("```\nWhere were you last night?\n```", SEEN, "Where were you last night?"),
        ("```text\nWhere were you last night?```", SEEN, "Where were you last night?"),
        ("**Where were you** last night?", SEEN, "Where were you last night?"),
        ("He said *nothing*", "He said *nothing*", "He said *nothing*"),
        ("The text in the image is: Where were you last night?", SEEN, "Where were you last night?"),
        ('Sure! Here is the subtitle: "Where were you last night?"', SEEN, "Where were you last night?"),
        ("图片中的字幕是：“我从来没说过那句话”", "我从来没说过那句话", "我从来没说过那句话"),
        ("The text reads: run", "The text reads: run", "The text reads: run"),
        ("Where were you\nlast night?", SEEN, "Where were you last night?"),
        ("我从来没\n说过那句话", "我从来没说过那句话", "我从来没说过那句话"),
        ("There is no text in this image.", "", ""),
        ("图片中没有文字。", "", ""),
        ("There is no picture of him.", "There is no picture of him", "There is no picture of him."),
        ("Somewhere over the rainbow", "♪ Somewhere over the rainbow ♪", "♪ Somewhere over the rainbow ♪"),
        ("♫ la la la", "♪ la la la", "♫ la la la"),
        ("", "♪ la la la", ""),
        ("  \n ", SEEN, ""),
        ("cafe\u0301", "café", "café"),
        ("(100,100),(500,200)", SEEN, ""),
        ("[[100, 100, 500, 200]]", SEEN, ""),
        ("<|ref|>text<|/ref|><|det|>[[100, 300, 500, 400]]<|/det|>", SEEN, ""),
        ('```json\n[{"box": [0, 12, 500, 200.5]}, {"box": [0, 300, 500, 400]}]\n```', SEEN, ""),
        ("![text](309,90,691,516)", SEEN, ""),
        ("Where were you last night?(100, 100),(500, 200)", SEEN, SEEN),
        ("![text](309,90,691,516) Where were you last night?", SEEN, SEEN),
        ("Go to (12,5),(14,9)", "Go to (12,5),(14,9)", "Go to (12,5),(14,9)"),
        ("He has 1, 2, 3, 4 (5)", "He has", "He has 1, 2, 3, 4 (5)"),
    ],
)
def test_only_what_another_reader_does_not_see_is_taken_away(answer: str, seen: str, text: str) -> None:
    assert line_of(answer, seen) == text


def test_tags_are_taken_away_where_answers_are_html() -> None:
    assert line_of('<div data-label="Text"><p>Tom &amp; I<br>left.</p></div>', SEEN, tags=True) == "Tom & I left."
    assert line_of("x <b and y> z", "", tags=False) == "x <b and y> z"


@pytest.mark.parametrize(
    ("text", "seen", "loop"),
    [
        ("哈哈哈哈", "哈哈哈哈", False),
        ("哈哈哈哈哈哈", "哈哈哈", False),
        ("no no no no", "no no no no", False),
        ("No, no, no, no, no!", "No, no, no, no, no!", False),
        ("Wait.......", "Wait......", False),
        ("Where were you last night?", SEEN, False),
        ("哈哈哈哈哈哈哈哈哈哈哈哈", "哈", True),
        ("Where were you were you were you were you were", SEEN, True),
        ("了了了了了了", "我走了", True),
        ("0000000000000000", "007", True),
        (f"{SEEN} {SEEN}", SEEN, True),
        (f"{SEEN}{SEEN}", SEEN, True),
        (f"{SEEN} {SEEN} {SEEN} Where were", "Where were yuo lost night", True),
        (f"Well. {SEEN} {SEEN} Where were you", SEEN, True),
        (f"{SEEN} {SEEN}", f"{SEEN} Where were yov last nght?", False),
        (f"{SEEN} Where were you last year?", SEEN, False),
        ("我从来没说过那句话，你听错了，他们也都听错了，真的。" * 2, "我从来没说过那句话", True),
    ],
)
def test_a_loop_is_what_another_reader_did_not_see_half_as_often(text: str, seen: str, loop: bool) -> None:
    assert loops(text, seen) is loop


@pytest.mark.parametrize(
    ("text", "width", "room"),
    [
        ("Where were you last night?", 400, True),
        ("illicit trill, still ill", 250, True),
        ("我从来没说过那句话", 300, True),
        ("哈哈哈哈", 130, True),
        ("我从来没说过那句话", 130, False),
        ("Where were you last night? " * 3, 400, False),
        ("กำลังจะไปไหน", 200, True),
    ],
)
def test_a_line_is_no_longer_than_its_box_can_hold(text: str, width: int, room: bool) -> None:
    assert fits(text, Box(0, 0, width, 40)) is room
    assert fits(text, Box(0, 0, 40, width)) is room


def test_the_limit_of_tokens_is_out_of_the_text_s_reach_and_grows_with_the_box() -> None:
    assert [max_tokens(Box(0, 0, width, 40)) for width in (40, 400, 800)] == [30, 155, 256]
    assert max_tokens(Box(0, 0, 40, 0)) == 256


# --- answers with places -----------------------------------------------------------------------------------------

HELLO = Line("Hello (you)", Box(64, 36, 320, 72))
WORLD = Line("世界", Box(64, 108, 320, 144))


@pytest.mark.parametrize(
    ("form", "answer", "lines"),
    [
        ("hunyuan", "Hello (you)(100,100),(500,200)世界(100,300),(500,400)", [HELLO, WORLD]),
        ("hunyuan", "Hello (you)(500, 200),(100, 100)\n世界(100,300),(500,400)", [HELLO, WORLD]),
        ("hunyuan", "Hello (you)(100,100),(500,200)世界(100,30", [HELLO]),
        ("hunyuan", "Hello", []),
        ("hunyuan", "(100,100),(500,200)", []),
        ("hunyuan", "a(100,100),(100,200)", []),
        ("hunyuan", "a(900,900),(5000,5000)", [Line("a", Box(576, 324, 640, 360))]),
        (
            "json",
            '```json\n[{"box": [100, 100, 500, 200], "text": "Hello (you)"},{"box":[500,400,100,300],"text":"世界"}]',
            [HELLO, WORLD],
        ),
        ("json", '[{"box": [100, 100, 500, 200], "text": "Hello (you)"}, {"box": [100, 30', [HELLO]),
        ("json", '[{"box": [1, 2, 3], "text": "a"}, {"text": "b"}, {"box": null, "text": "c"}]', []),
        ("json", "no text {in} it", []),
        (
            "deepseek",
            "<|ref|>世界<|/ref|><|det|>[[100, 300, 500, 400]]<|/det|>\n<|ref|>x<|/ref|><|det|>[]<|/det|>",
            [WORLD],
        ),
    ],
)
def test_an_answer_with_places_becomes_lines_in_pixels(form: str, answer: str, lines: list[Line]) -> None:
    assert spotted(answer, form, 640, 360) == lines


# --- profiles ----------------------------------------------------------------------------------------------------


def test_every_profile_names_its_source_and_knows_its_tasks() -> None:
    for name, each in PROFILES.items():
        assert (each.name, each.source.startswith("https://"), set(each.prompts) <= set(TASKS)) == (name, True, True)
        assert each.reading == each.prompts.get("subtitles", each.prompts["text"])


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (None, "hunyuan"),
        ("tencent/HunyuanOCR", "hunyuan"),
        ("hunyuan_vl", "hunyuan"),
        ("HunyuanOCR-1.5-Q8_0.gguf", "hunyuan-1.5"),
        ("HYVL", "hunyuan"),
        ("datalab-to/chandra", "chandra"),
        ("deepseek-ai/DeepSeek-OCR-2", "deepseek-ocr"),
        ("deepseek_ocr2", "deepseek-ocr"),
        ("lightonai/LightOnOCR-1B-1025", "lightonocr"),
        ("PaddlePaddle/PaddleOCR-VL", "paddleocr-vl"),
        ("datalab-to/chandra-ocr-2", "chandra-2"),
        ("lightonai/LightOnOCR-2-1B", "lightonocr"),
        ("lightonai/LightOnOCR-3-0.8B", "lightonocr-3"),
        ("GLM-OCR-Q8_0.gguf", "glm-ocr"),
    ],
)
def test_a_model_s_name_tells_its_profile(model: str | None, name: str) -> None:
    assert profile(None, model).name == name


def test_the_second_prompt_of_chandra_is_the_first_with_what_was_added() -> None:
    first, second = (PROFILES[name].prompts["text"].splitlines() for name in ("chandra", "chandra-2"))
    assert len(second) == len(first) + 2
    assert [line for line in second if line not in first] == [
        second[2],
        "* Images: Include a description of any images in the alt attribute of an <img> tag. Do not fill out the src "
        "property. Describe in detail inside the div tag. Also convert charts to high fidelity data, and convert "
        "diagrams to mermaid.",
        "* Chemistry: Use <chem>...</chem> tags for chemical formulas with reactive SMILES.",
        "* Lists: Preserve indents and proper list markers.",
    ]
    assert second[2].endswith("'code', 'chem'], and these attributes" + second[2].partition("attributes")[2])
    assert second[2].endswith("'href', 'alt', 'align', 'data-bbox', 'data-label'].")


def test_an_unknown_model_or_profile_is_told_with_the_known_ones() -> None:
    with pytest.raises(
        UsageError, match=r"'mine' wants to be asked is not known; add --profile with one of hunyuan-1\.5"
    ):
        profile(None, "mine")
    with pytest.raises(UsageError, match=r"no profile 'hunian'; did you mean 'hunyuan'\?"):
        profile("hunian", None)


def test_a_user_s_own_profile_starts_from_nothing_or_from_a_known_one() -> None:
    own = profile({"prompts": {"text": "Read."}, "max_pixels": 1000}, "mine")
    assert own == Profile("your own", {"text": "Read."}, max_pixels=1000)
    assert profile({"like": "hunyuan", "model": "/mine"}, None).prompts == HUNYUAN.prompts


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"like": "x"}, "there is no profile 'x' to be like"),
        ({"prompt": "Read."}, "there is no field 'prompt'"),
        ({"prompts": {"table": "T"}}, "prompts must be a table with a prompt for text or subtitles"),
        ({"prompts": "Read."}, "prompts must be a table"),
        ({"like": "hunyuan", "min_pixels": 0}, "numbers"),
        ({"like": "hunyuan", "temperature": "cold"}, "numbers"),
        ({"like": "hunyuan", "spots": "xml"}, "spots is one of hunyuan, json, deepseek"),
    ],
)
def test_a_mistake_in_a_profile_is_told(table: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        profile(table, None)


def test_prompts_are_filled_with_what_is_asked() -> None:
    assert (
        HUNYUAN.prompt("fields", fields="date, total")
        == "提取图片中的: ['date', 'total'] 的字段内容，并按照 JSON 格式返回。"
    )
    assert HUNYUAN_1_5.prompt("translate", language="en").endswith("再将文字内容翻译为英文。")
    with pytest.raises(UsageError, match="into en, zh only, not into 'fr'"):
        HUNYUAN.prompt("translate", language="fr")
    with pytest.raises(UsageError, match="do not know the task 'subtitles'; they know text, spotting"):
        HUNYUAN_1_5.prompt("subtitles")
