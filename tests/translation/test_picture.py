"""Whether a model that sees translates the cues of a video by their pictures, and what of its answer is taken."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from subextract import cli
from subextract.formats import by_name, load
from subextract.translation.picture import translation_in
from tests.helpers.files import FIXTURES
from tests.helpers.served import Fake, completion, running

VIDEO = str(FIXTURES / "capitals.mp4")
TRUTH = by_name("srt").loads(Path(VIDEO).with_suffix(".gt.srt").read_text("utf-8"))
CHINESE = [
    f"这是{letter}行字幕" + "".join(re.findall(r"\d+", cue.text)) for letter, cue in zip("甲乙丙丁", TRUTH, strict=True)
]


class Seeing(Fake):
    """A server that says the text of each cue in turn, and under it a translation that names it."""

    def answer(self, body: dict[str, Any]) -> object:
        number = (len(self.asked) - 1) % len(TRUTH)
        return completion(f"{TRUTH[number].text}\n\n译文：{CHINESE[number]}")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Seeing]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with running(Seeing()) as found:
        yield found


def test_a_video_is_translated_by_its_pictures_with_the_prompt_of_the_authors(fake: Seeing, tmp_path: Path) -> None:
    flags = ["--translate", "zh", "--translator", "vlm", "--server-url", fake.url, "--requests", "1", "--quiet"]
    assert cli.main([VIDEO, *flags, "-o", str(tmp_path), "--format", "json"]) == 0
    found = load(tmp_path / "capitals.zh.json")
    assert [(cue.start, cue.end, cue.original) for cue in found] == [(cue.start, cue.end, cue.text) for cue in TRUTH]
    assert [cue.text.replace("\n", "") for cue in found] == CHINESE
    prompts = {part["text"] for body in fake.asked for part in body["messages"][-1]["content"] if "text" in part}
    assert prompts == {
        "先提取文字，再将文字内容翻译为中文。若是文档，则其中页眉、页脚忽略。公式用latex格式表示，表格用html格式表示。"
    }
    asked = len(fake.asked)
    assert asked == len(TRUTH)
    again = tmp_path / "again"  # a part of it, by which the first cue is known
    assert cli.main([VIDEO, *flags, "-o", str(again), "--format", "json", "--end", "2"]) == 0
    assert load(again / "capitals.zh.json") == found[:1]
    assert len(fake.asked) == asked


def test_the_picture_is_that_of_the_text(fake: Seeing, tmp_path: Path) -> None:
    flags = ["--translate", "zh", "--translator", "vlm", "--server-url", fake.url, "--quiet", "--end", "2"]
    cli.main([VIDEO, *flags, "-o", str(tmp_path)])
    encoded = fake.asked[0]["messages"][-1]["content"][0]["image_url"]["url"].split(",")[1]
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(encoded), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert picture is not None
    whole = cv2.VideoCapture(VIDEO)
    assert picture.shape[0] < whole.get(cv2.CAP_PROP_FRAME_HEIGHT) / 2
    assert picture.max() > 200  # the letters are white


@pytest.mark.parametrize(
    ("answer", "text", "translation"),
    [
        ("Where are you?\n你在哪里？", "Where are you?", "你在哪里？"),
        ("Where are y0u\n\n你在哪里？", "Where are you?", "你在哪里？"),
        ("Where\nare you?\n---\n你在\n哪里？", "Where\nare you?", "你在\n哪里？"),
        ("Where are you?\n你在哪里？", "Where\nare you?", "你在哪里？"),
        ("```\nWhere are you?\nTranslation: 你在哪里？\n```", "Where are you?", "你在哪里？"),
        ("你在哪里？", "Where are you?", "你在哪里？"),
        ("Where are you?", "Where are you?", ""),
        ("", "Where are you?", ""),
    ],
)
def test_what_of_an_answer_is_the_translation(answer: str, text: str, translation: str) -> None:
    assert translation_in(answer, text) == translation


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([VIDEO, "--translate", "de"], "'hunyuan' translates into en, zh only, not into 'de'."),
        (
            ["film.srt", "--translate", "zh"],
            "The translator 'vlm' looks at burned-in subtitles, and this is a",
        ),
        (
            ["translate", "film.srt", "--to", "zh"],
            "The translator 'vlm' looks at a video, and this is text",
        ),
    ],
)
def test_what_cannot_be_seen_is_told_before_the_work_begins(
    fake: Seeing, tmp_path: Path, arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("film.srt").write_text(by_name("srt").dumps(TRUTH))
    assert cli.main([*arguments, "--translator", "vlm", "--server-url", fake.url, "-o", "out"]) == 2
    assert sentence in capsys.readouterr().err
    assert not Path("out").exists()
