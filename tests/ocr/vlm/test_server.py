"""Whether a server with OpenAI's protocol is asked as it should be, and what goes wrong there is told."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
import pytest

from subextract import ocr, openai_client
from subextract.errors import EngineError, UsageError
from subextract.ocr.vlm.protocol import Answer, Question
from subextract.ocr.vlm.server import ServerModel
from subextract.options import Options
from subextract.types import Box, Clip
from tests.helpers.served import (
    NAME,
    Fake,
    Fault,
    Handler,
    completion,
    cut,
    damaged,
    other,
    plain,
    running,
    slow,
    status,
)

PICTURE = np.full((40, 200, 3), (250, 10, 30), np.uint8)
QUESTION = Question(PICTURE, "提取图片中的字幕。", 77)


class Looking(Fake):
    """Answers with the width of each picture."""

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        encoded = body["messages"][-1]["content"][0]["image_url"]["url"].removeprefix("data:image/png;base64,")
        picture = cv2.imdecode(np.frombuffer(base64.b64decode(encoded), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        return completion(f"wide {picture.shape[1]}", chances=[0.9, 0.7] if body.get("logprobs") else None)


@pytest.fixture
def fake() -> Iterator[Fake]:
    with running(Looking()) as found:
        yield found


@pytest.fixture
def model(fake: Fake) -> Iterator[ServerModel]:
    found = ServerModel(fake.url, None, None, requests=4)
    yield found
    found.close()


def test_the_picture_stands_before_the_words_and_nothing_is_left_to_chance(fake: Fake, model: ServerModel) -> None:
    (answer,) = model.answers([QUESTION])
    assert answer == Answer("wide 200", answer.score, ended=True)
    assert answer.score == pytest.approx(0.75)
    (asked,) = fake.asked
    system, user = asked.pop("messages")
    assert system == {"role": "system", "content": ""}
    assert [part["type"] for part in user["content"]] == ["image_url", "text"]
    assert user["content"][1]["text"] == "提取图片中的字幕。"
    assert asked == {"model": NAME, "temperature": 0.0, "top_p": 1.0, "max_tokens": 77, "logprobs": True}


def test_the_picture_arrives_with_its_colours(fake: Fake, model: ServerModel) -> None:
    model.answers([QUESTION])
    url = fake.asked[0]["messages"][1]["content"][0]["image_url"]["url"]
    raw = np.frombuffer(base64.b64decode(url.split(",")[1]), np.uint8)
    picture = cv2.imdecode(raw, cv2.IMREAD_COLOR_RGB)
    assert picture is not None
    assert np.array_equal(picture, PICTURE)


def test_answers_come_in_the_order_of_the_questions_and_so_many_at_a_time(fake: Fake, model: ServerModel) -> None:
    def a_little_slow(handler: Handler) -> bool:
        time.sleep(0.02)
        return False

    fake.faults = [slow, *[a_little_slow] * 19]
    widths = list(range(20, 40))
    answers = model.answers([Question(PICTURE[:, :width], "x", 9) for width in widths])
    assert [answer.text for answer in answers] == [f"wide {width}" for width in widths]
    assert 1 < fake.max_busy <= 4


def test_after_ctrl_c_nobody_waits_for_the_answers_that_are_under_way(fake: Fake) -> None:
    server, never = openai_client.Server(fake.url, None, requests=2), threading.Event()
    asked: list[int] = []

    def ask(number: int) -> int:
        asked.append(number)
        return number if number == 0 else never.wait()

    answers = server.each(ask, range(9))
    assert next(answers) == (0, 0)
    with pytest.raises(KeyboardInterrupt):
        answers.throw(KeyboardInterrupt())
    assert len(asked) <= 3
    never.set()
    server.close()


@pytest.mark.parametrize("fault", [status(429), status(500), status(503), cut], ids=["429", "500", "503", "cut"])
def test_a_passing_fault_is_waited_out(
    fake: Fake, model: ServerModel, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    fake.faults = [fault, fault]
    assert [answer.text for answer in model.answers([QUESTION])] == ["wide 200"]
    assert len(fake.asked) == 3


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (status(429, "busy"), "The server at URL refuses (Error code: 429 - busy); look into its log."),
        (
            status(500, "out of\nmemory"),
            "The server at URL refuses (Error code: 500 - out of memory); look into its log.",
        ),
        (status(400, "too large"), "The server at URL refuses (Error code: 400 - too large); look into its log."),
        (status(401, "key"), "The server at URL wants a key; set OPENAI_API_KEY."),
        (plain, "does not speak OpenAI's protocol"),
        (damaged, "does not speak OpenAI's protocol"),
        (other, "does not speak OpenAI's protocol"),
        (cut, "No server answers at URL ("),
    ],
    ids=["429", "500", "400", "401", "not JSON", "damaged JSON", "other JSON", "cut"],
)
def test_a_lasting_fault_is_one_sentence(
    fake: Fake, model: ServerModel, fault: Fault, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openai._base_client.INITIAL_RETRY_DELAY", 0.01)
    fake.faults = [fault] * 40
    with pytest.raises(EngineError) as error:
        model.answers([QUESTION] * 3)
    assert told in str(error.value).replace(fake.url, "URL")
    assert "\n" not in str(error.value)


def test_a_server_that_never_answers_is_given_up(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_client, "SECONDS", 0.1)
    monkeypatch.setattr(openai_client, "RETRIES", 1)
    fake.faults = [slow] * 4
    with pytest.raises(EngineError, match="takes too long; see what it is doing, or restart it"):
        ServerModel(fake.url, None, None, requests=16).answers([QUESTION])
    assert len(fake.asked) == 2


def test_no_server_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openai_client, "RETRIES", 0)
    with pytest.raises(
        EngineError, match=r"No server answers at http://127\.0\.0\.1:9/v1 \(.+\); start it, or correct"
    ):
        ServerModel("http://127.0.0.1:9/v1", None, None, requests=16)
    with pytest.raises(UsageError, match="needs --server-url, like http://localhost:8000/v1"):
        ocr.reader("server")


def test_a_server_that_knows_no_chances_is_asked_without(fake: Fake, model: ServerModel) -> None:
    fake.faults = [status(400, "logprobs are not supported")]
    assert model.answers([QUESTION]) == [Answer("wide 200", None)]
    model.answers([QUESTION])
    assert "logprobs" not in fake.asked[-1]


def test_an_answer_that_was_cut_by_the_limit_did_not_end(fake: Fake, model: ServerModel) -> None:
    def cut_short(handler: Handler) -> bool:
        handler.reply(200, completion("a a a", finish="length"))
        return True

    fake.faults = [cut_short]
    assert model.answers([QUESTION]) == [Answer("a a a", None, ended=False)]


def test_the_model_that_answers_decides_how_it_is_asked(fake: Fake) -> None:
    fake.models = ["lightonai/LightOnOCR-1B-1025"]
    model = ServerModel(fake.url, None, None, requests=16)
    model.answers([Question(PICTURE, model.profile.reading, 9)])
    (message,) = fake.asked[0]["messages"]
    assert [part["type"] for part in message["content"]] == ["image_url"]
    model.close()


def test_a_model_is_sampled_as_its_authors_do(fake: Fake) -> None:
    fake.models = ["lightonai/LightOnOCR-3-0.8B"]
    ServerModel(fake.url, None, None, requests=16).answers([QUESTION])
    assert (fake.asked[0]["temperature"], fake.asked[0]["top_p"]) == (0.1, 1.0)
    assert fake.asked[0]["chat_template_kwargs"] == {"enable_thinking": False}


def test_a_model_is_sampled_from_as_many_tokens_as_its_authors_take(fake: Fake) -> None:
    fake.models = ["LiquidAI/LFM2.5-VL-3B-GGUF"]
    model = ServerModel(fake.url, None, None, requests=16)
    model.answers([Question(PICTURE, model.profile.reading, 9)])
    asked = fake.asked[0]
    assert asked["messages"][0]["content"][1]["text"] == "Transcribe the visible text in reading order."
    assert (asked["temperature"], asked["top_k"], asked["repetition_penalty"]) == (0.1, 50, 1.05)


def test_others_are_asked_greedily_and_their_template_is_left_alone(fake: Fake) -> None:
    fake.models = ["zai-org/GLM-OCR"]
    model = ServerModel(fake.url, None, None, requests=16)
    model.answers([Question(PICTURE, model.profile.reading, 9)])
    assert fake.asked[0]["messages"][0]["content"][1]["text"] == "Text Recognition:"
    assert fake.asked[0]["temperature"] == 0
    assert "chat_template_kwargs" not in fake.asked[0]


def test_of_several_models_one_must_be_named(fake: Fake) -> None:
    fake.models = ["a-hunyuan", "b-chandra"]
    with pytest.raises(EngineError, match="has several models; add --model with one of a-hunyuan, b-chandra"):
        ServerModel(fake.url, None, None, requests=16)
    with pytest.raises(EngineError, match="has no model 'c', only a-hunyuan, b-chandra"):
        ServerModel(fake.url, "c", None, requests=16)
    assert ServerModel(fake.url, "b-chandra", None, requests=16).profile.name == "chandra"


def test_special_tokens_and_penalties_are_sent_where_the_profile_wants_them(fake: Fake) -> None:
    own = {"like": "deepseek-ocr", "repetition_penalty": 1.05}
    ServerModel(fake.url, None, own, requests=16).answers([QUESTION])
    assert (fake.asked[0]["skip_special_tokens"], fake.asked[0]["repetition_penalty"]) == (False, 1.05)


def test_the_key_comes_from_the_environment(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    ServerModel(fake.url, None, None, requests=16).answers([QUESTION])
    assert fake.keys == ["Bearer secret"]


def test_the_engine_reads_the_boxes_of_a_clip_and_lets_rapidocr_check(fake: Fake) -> None:
    clip = Clip(0, 1000, np.full((60, 300, 3), 30, np.uint8), Box(10, 300, 310, 360), (Box(20, 10, 220, 50),))
    reader = ocr.reader("server", asked=Options(server_url=fake.url, requests=2).asked)
    ((line,),) = reader.read([clip])
    assert (line.text, line.box) == ("wide 200", Box(30, 310, 230, 350))
    reader.close()
    reader.close()


def test_a_cascade_goes_to_the_server_where_one_is_named(fake: Fake) -> None:
    clip = Clip(0, 1000, np.full((60, 300, 3), 30, np.uint8), Box(10, 300, 310, 360), (Box(20, 10, 220, 50),))
    reader = ocr.reader("cascade", language="ko", asked=Options(server_url=fake.url).asked)
    assert [[line.text for line in lines] for lines in reader.read([clip])] == [["wide 200"]]
    reader.close()
