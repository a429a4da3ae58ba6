"""Whether single pictures, and moments of videos, are read, and the tasks of models give what they promise."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from subextract import cli, ocr
from subextract.errors import EngineError, InputError, UsageError
from subextract.images import PAGE_TOKENS, PictureReader, as_json, parse_task, picture_at, unfenced
from subextract.ocr.vlm.profiles import DEEPSEEK, HUNYUAN, HUNYUAN_1_5
from subextract.ocr.vlm.protocol import Answer, Question
from subextract.options import Options
from subextract.types import Box, Line
from tests.helpers.files import FIXTURES

DEMO = str(FIXTURES / "demo.mp4")
FIRST = f"{DEMO}@1"
LINE = "The harbour lights go out at nine."


class Scripted:
    """A model that says the same to every question and keeps them."""

    batch = 8

    def __init__(self, answer: Answer) -> None:
        self.asked: list[Question] = []
        self._answer = answer

    def answers(self, questions: Sequence[Question]) -> list[Answer]:
        self.asked += questions
        return [self._answer] * len(questions)

    def close(self) -> None:
        pass


Say = Callable[..., Scripted]


@pytest.fixture
def say(monkeypatch: pytest.MonkeyPatch) -> Say:
    def script(text: str, *, profile: Any = HUNYUAN, ended: bool = True) -> Scripted:
        model = Scripted(Answer(text, 0.9, ended))
        monkeypatch.setattr(ocr, "answering", lambda engine, asked, threads: (model, profile))
        return model

    return script


def read(task: str, source: str = FIRST, engine: str = "hunyuan") -> Any:
    with PictureReader(task, Options(engine=engine)) as reader:
        return reader.read(source)


def blank(folder: Path) -> str:
    cv2.imwrite(str(folder / "blank.png"), np.full((200, 300, 3), 90, np.uint8))
    return str(folder / "blank.png")


# --- with a reader of lines --------------------------------------------------------------------------------------


def test_a_moment_of_a_video_is_read_without_any_model() -> None:
    said = read("spotting", engine="rapidocr")
    (line,) = [line for line in said.lines if line.text == LINE]
    assert line.box is not None
    assert line.box.intersection(Box(120, 300, 520, 340)).area > 0.8 * line.box.area
    assert LINE in said.text.splitlines()


def test_a_picture_of_any_size_is_read_from_a_file(tmp_path: Path) -> None:
    frame = picture_at(FIRST)
    large = cv2.resize(frame, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    cv2.imwrite(str(tmp_path / "frame@1.png"), cv2.cvtColor(large, cv2.COLOR_RGB2BGR))
    said = read("text", str(tmp_path / "frame@1.png"), engine="rapidocr")
    assert LINE in said.text.splitlines()


def test_a_picture_without_text_gives_none(tmp_path: Path) -> None:
    said = read("text", blank(tmp_path), engine="rapidocr")
    assert (said.text, said.lines, said.score) == ("", (), None)


def test_a_reader_of_lines_knows_no_tables() -> None:
    with pytest.raises(
        UsageError, match="'rapidocr' reads lines and knows no task 'table'; add --engine with one of hun"
    ):
        read("table", engine="rapidocr")


# --- with a model ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("task", ["text", "subtitles", "spotting", "translate=en"])
def test_no_model_sees_a_picture_without_text_where_it_would_invent_some(say: Say, tmp_path: Path, task: str) -> None:
    model = say("Once upon a time")
    assert read(task, blank(tmp_path)).text == ""
    assert model.asked == []


@pytest.mark.parametrize(
    ("task", "prompt"),
    [
        ("subtitles", "提取图片中的字幕。"),
        ("document", HUNYUAN.prompts["document"]),
        ("fields=date, total", "提取图片中的: ['date', 'total'] 的字段内容，并按照 JSON 格式返回。"),
        ("translate=en", HUNYUAN.prompts["translate"].replace("{language}", "英文")),
    ],
)
def test_a_task_is_the_authors_prompt_and_the_whole_picture(say: Say, task: str, prompt: str) -> None:
    model = say('{"date": "today"}')
    read(task)
    (asked,) = model.asked
    assert (asked.prompt, asked.picture.shape, asked.max_tokens) == (prompt, (360, 640, 3), PAGE_TOKENS)


def test_spotting_gives_lines_with_boxes_in_pixels(say: Say) -> None:
    say("Hello(100,100),(500,200)")
    assert read("spotting").lines == (Line("Hello", Box(64, 36, 320, 72)),)
    say('[{"box": [100, 100, 500, 200], "text": "Hello"}]', profile=HUNYUAN_1_5)
    assert read("spotting").lines == (Line("Hello", Box(64, 36, 320, 72)),)


def test_fields_are_json_or_an_error(say: Say) -> None:
    say('```json\n{"date": "1987", "total": null}\n```')
    said = read("fields=date,total")
    assert said.value == {"date": "1987", "total": None}
    assert json.loads(said.text) == said.value
    say("The date is 1987.")
    with pytest.raises(EngineError, match=r"answer is not the JSON it should be; ask for fewer fields"):
        read("fields=date")


def test_a_table_comes_as_it_is_without_a_fence(say: Say) -> None:
    say("```html\n<table><tr><td>1</td></tr></table>\n```")
    assert read("table").text == "<table><tr><td>1</td></tr></table>"
    assert unfenced("a\n```mermaid\nb\n```") == "a\n```mermaid\nb\n```"


def test_places_stand_in_no_document(say: Say) -> None:
    say("<|ref|>title<|/ref|><|det|>[[1, 2, 3, 4]]<|/det|>\n# Title\n\nText", profile=DEEPSEEK)
    assert read("document").text == "# Title\n\nText"


def test_a_cut_answer_is_said(say: Say, caplog: pytest.LogCaptureFixture) -> None:
    say("1 1 1 1", ended=False)
    read("document")
    assert caplog.messages == [f"{FIRST}: the answer was cut after {PAGE_TOKENS} tokens."]


@pytest.mark.parametrize("text", ["", "none", '{"a": ', "{a: 1}"])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(EngineError):
        as_json(text, "page.png")


# --- what is asked for -------------------------------------------------------------------------------------------


def test_a_task_has_a_value_where_it_needs_one() -> None:
    assert parse_task("fields=a,b") == ("fields", "a,b")
    assert parse_task("text") == ("text", "")


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ("read", "There is no task 'read'; the tasks are text, subtitles, spotting"),
        ("fields", "The task 'fields' needs a value, as in fields=date,total."),
        ("translate= ", "The task 'translate' needs a value, as in translate=en."),
        ("text=en", "The task 'text' takes no value 'en'."),
    ],
)
def test_a_mistake_in_a_task_is_told(task: str, told: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_task(task)
    assert str(error.value).startswith(told)


@pytest.mark.parametrize(
    ("source", "kind", "told"),
    [
        ("no.png", InputError, "no.png cannot be read (No such file or directory); check the name and the folder."),
        (DEMO, InputError, "is no picture; name a PNG or JPEG, or a time in a video as in film.mp4@1:30."),
        (f"{DEMO}@soon", UsageError, "'soon' is not a time; write it like 90, 1:30"),
        (f"{DEMO}@1:00", InputError, "has no picture at 60 s; name an earlier time."),
        ("no.mp4@1", InputError, "no.mp4"),
    ],
)
def test_what_is_no_picture_is_told(source: str, kind: type[Exception], told: str) -> None:
    with pytest.raises(kind) as error:
        picture_at(source)
    assert told in str(error.value)


def test_an_empty_file_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "empty.png").touch()
    with pytest.raises(InputError, match="is no picture"):
        picture_at(str(tmp_path / "empty.png"))


# --- the command -------------------------------------------------------------------------------------------------


def test_the_command_prints_the_text_and_goes_on_after_a_bad_picture(
    say: Say, capsys: pytest.CaptureFixture[str]
) -> None:
    say("Hello(100,100),(500,200)")
    code = cli.main(["ocr", "no.png", FIRST, "--engine", "hunyuan", "--task", "spotting"])
    out, err = capsys.readouterr()
    assert (code, out) == (3, f"==> {FIRST} <==\n64\t36\t320\t72\tHello\n")
    assert err == "subextract: no.png cannot be read (No such file or directory); check the name and the folder.\n"


def test_the_command_answers_programs_in_json(say: Say, capsys: pytest.CaptureFixture[str]) -> None:
    say("Hello(100,100),(500,200)")
    assert cli.main(["ocr", FIRST, "--engine", "hunyuan", "--task", "spotting", "--json"]) == 0
    line = {"text": "Hello", "box": [64, 36, 320, 72], "score": None, "alternative": None, "unread": None}
    answer = {"picture": FIRST, "task": "spotting", "text": "Hello", "lines": [line], "value": None, "score": 0.9}
    assert json.loads(capsys.readouterr().out) == [answer]


def test_the_command_takes_the_settings_of_engines_from_everywhere(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "my.toml").write_text(
        'engine = "server"\nserver_url = "http://a"\n[profile]\nlike = "chandra"\n', "utf-8"
    )
    monkeypatch.setenv("SUBEXTRACT_REQUESTS", "3")
    seen: list[Any] = []

    def answering(engine: str, asked: Any, threads: int | None) -> Any:
        seen.append((engine, asked))
        raise EngineError("Enough seen: stop.")

    monkeypatch.setattr(ocr, "answering", answering)
    assert cli.main(["ocr", FIRST, "--config", str(tmp_path / "my.toml"), "--min-pixels", "9", "--model", "m"]) == 7
    ((engine, asked),) = seen
    assert (engine, asked.server_url, asked.requests, asked.profile, asked.min_pixels, asked.model) == (
        *("server", "http://a", 3, {"like": "chandra"}, 9, "m"),
    )
    assert capsys.readouterr().err == "subextract: Enough seen: stop.\n"


@pytest.mark.parametrize(("engine", "makes"), [("rapidocr", "reader"), ("hunyuan", "answering")])
@pytest.mark.parametrize(("flags", "threads"), [((), None), (("--threads", "3"), 3)])
def test_engines_use_as_many_threads_as_are_allowed(
    monkeypatch: pytest.MonkeyPatch, engine: str, makes: str, flags: tuple[str, ...], threads: int | None
) -> None:
    told: list[int | None] = []

    def made(*_: Any, threads: int | None = None, **__: Any) -> None:
        told.append(threads)
        if len(told) == 2:
            raise EngineError("Enough seen: stop.")

    monkeypatch.setattr(ocr, "detector", made)
    monkeypatch.setattr(ocr, makes, made)
    assert cli.main(["ocr", FIRST, "--engine", engine, *flags]) == 7
    assert told == [threads, threads]


def test_the_command_wants_a_picture(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["ocr"]) == 2
    told = "There is no picture to read; name at least one, as in: subextract ocr page.png"
    assert capsys.readouterr().err == f"subextract: {told}\n"
