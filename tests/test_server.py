"""Whether a server with OpenAI's protocol is asked as it should be, and what goes wrong there is told."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import cv2
import numpy as np
import pytest

from subextract import ocr
from subextract.errors import EngineError, UsageError
from subextract.ocr import server as server_module
from subextract.ocr.asking import Answer, Question
from subextract.ocr.server import ServerModel
from subextract.options import Asked
from subextract.types import Box, Clip

NAME = "tencent/HunyuanOCR"
PICTURE = np.full((40, 200, 3), (250, 10, 30), np.uint8)
QUESTION = Question(PICTURE, "提取图片中的字幕。", 77)
QUICKLY = {"retry-after-ms": "10"}  # the client would wait half a second and more

Fault = Callable[["Handler"], bool]
"""Answers a request in place of the server and says whether it did."""


def completion(text: str, *, chances: list[float] | None = None, finish: str = "stop") -> dict[str, Any]:
    tokens = [
        {"token": "x", "logprob": float(np.log(chance)), "bytes": None, "top_logprobs": []} for chance in chances or []
    ]
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": text},
        "finish_reason": finish,
        "logprobs": {"content": tokens, "refusal": None} if chances else None,
    }
    return {"id": "1", "object": "chat.completion", "created": 0, "model": NAME, "choices": [choice]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Fake

    def do_GET(self) -> None:
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "me"} for name in self.server.models]
        self.reply(200, {"object": "list", "data": models})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.server.lock:
            self.server.asked.append(body)
            self.server.keys.append(self.headers["authorization"])
            self.server.busy += 1
            self.server.most_busy = max(self.server.most_busy, self.server.busy)
            fault = self.server.faults.pop(0) if self.server.faults else None
        try:
            if fault is None or not fault(self):
                self.reply(200, self.server.answer(body))
        finally:
            with self.server.lock:
                self.server.busy -= 1

    def reply(self, status: int, value: object, **headers: str) -> None:
        raw = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        for name, content in {"content-type": "application/json", "content-length": str(len(raw)), **headers}.items():
            self.send_header(name, content)
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


class Fake(ThreadingHTTPServer):
    """A server that answers with the width of each picture, after the faults that it is told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.lock = threading.Lock()
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.faults: list[Fault] = []
        self.models = [NAME]
        self.busy = self.most_busy = 0
        self.url = f"http://127.0.0.1:{self.server_port}/v1"

    def answer(self, body: dict[str, Any]) -> dict[str, Any]:
        encoded = body["messages"][-1]["content"][0]["image_url"]["url"].removeprefix("data:image/png;base64,")
        picture = cv2.imdecode(np.frombuffer(base64.b64decode(encoded), np.uint8), cv2.IMREAD_COLOR)
        assert picture is not None
        return completion(f"wide {picture.shape[1]}", chances=[0.9, 0.7] if body.get("logprobs") else None)

    def handle_error(self, request: Any, address: Any) -> None:
        """A client that went away is no fault of ours."""


@pytest.fixture
def fake() -> Iterator[Fake]:
    with Fake() as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def model(fake: Fake) -> Iterator[ServerModel]:
    found = ServerModel(fake.url, None, None, requests=4)
    yield found
    found.close()


def status(code: int, message: str = "no", **headers: str) -> Fault:
    def answer(handler: Handler) -> bool:
        handler.reply(code, {"error": {"message": message}}, **QUICKLY, **headers)
        return True

    return answer


def cut(handler: Handler) -> bool:
    """The connection ends in the middle of the answer."""
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.send_header("content-length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"id": "1", "cho')
    handler.close_connection = True
    return True


def slow(handler: Handler) -> bool:
    time.sleep(0.4)
    return False


def plain(handler: Handler) -> bool:
    handler.reply(200, b"<html>Hello</html>", **{"content-type": "text/html"})
    return True


def damaged(handler: Handler) -> bool:
    handler.reply(200, b'{"choices": [')
    return True


def other(handler: Handler) -> bool:
    handler.reply(200, {"answer": 42})
    return True


def test_the_picture_stands_before_the_words_and_nothing_is_left_to_chance(fake: Fake, model: ServerModel) -> None:
    assert model.answers([QUESTION]) == [Answer("wide 200", pytest.approx(0.75), ended=True)]
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
    fake.faults = [slow] + [lambda handler: bool(time.sleep(0.02))] * 19
    widths = list(range(20, 40))
    answers = model.answers([Question(PICTURE[:, :width], "x", 9) for width in widths])
    assert [answer.text for answer in answers] == [f"wide {width}" for width in widths]
    assert 1 < fake.most_busy <= 4


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
    monkeypatch.setattr(server_module, "SECONDS", 0.1)
    monkeypatch.setattr(server_module, "RETRIES", 1)
    fake.faults = [slow] * 4
    with pytest.raises(EngineError, match="takes too long; see what it is doing, or restart it"):
        ServerModel(fake.url, None, None).answers([QUESTION])
    assert len(fake.asked) == 2


def test_no_server_at_all_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "RETRIES", 0)
    with pytest.raises(
        EngineError, match=r"No server answers at http://127\.0\.0\.1:9/v1 \(.+\); start it, or correct"
    ):
        ServerModel("http://127.0.0.1:9/v1", None, None)
    with pytest.raises(UsageError, match="needs --server-url, like http://localhost:8000/v1"):
        ocr.reader("server")


def test_a_server_that_knows_no_chances_is_asked_without(fake: Fake, model: ServerModel) -> None:
    fake.faults = [status(400, "logprobs are not supported")]
    assert model.answers([QUESTION]) == [Answer("wide 200", None)]
    model.answers([QUESTION])
    assert "logprobs" not in fake.asked[-1]


def test_an_answer_that_was_cut_by_the_limit_did_not_end(fake: Fake, model: ServerModel) -> None:
    fake.faults = [lambda handler: handler.reply(200, completion("a a a", finish="length")) is None]
    assert model.answers([QUESTION]) == [Answer("a a a", None, ended=False)]


def test_the_model_that_answers_decides_how_it_is_asked(fake: Fake) -> None:
    fake.models = ["lightonai/LightOnOCR-1B-1025"]
    model = ServerModel(fake.url, None, None)
    model.answers([Question(PICTURE, model.profile.reading, 9)])
    (message,) = fake.asked[0]["messages"]
    assert [part["type"] for part in message["content"]] == ["image_url"]
    model.close()


def test_of_several_models_one_must_be_named(fake: Fake) -> None:
    fake.models = ["a-hunyuan", "b-chandra"]
    with pytest.raises(EngineError, match="has several models; add --model with one of a-hunyuan, b-chandra"):
        ServerModel(fake.url, None, None)
    with pytest.raises(EngineError, match="has no model 'c', only a-hunyuan, b-chandra"):
        ServerModel(fake.url, "c", None)
    assert ServerModel(fake.url, "b-chandra", None).profile.name == "chandra"


def test_special_tokens_and_penalties_are_sent_where_the_profile_wants_them(fake: Fake) -> None:
    own = {"like": "deepseek-ocr", "repetition_penalty": 1.05}
    ServerModel(fake.url, None, own).answers([QUESTION])
    assert (fake.asked[0]["skip_special_tokens"], fake.asked[0]["repetition_penalty"]) == (False, 1.05)


def test_the_key_comes_from_the_environment(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    ServerModel(fake.url, None, None).answers([QUESTION])
    assert fake.keys == ["Bearer secret"]


def test_the_engine_reads_the_boxes_of_a_clip_and_lets_rapidocr_check(fake: Fake) -> None:
    clip = Clip(0, 1000, np.full((60, 300, 3), 30, np.uint8), Box(10, 300, 310, 360), (Box(20, 10, 220, 50),))
    reader = ocr.reader("server", asked=Asked(server_url=fake.url, requests=2))
    ((line,),) = reader.read([clip])
    assert (line.text, line.box) == ("wide 200", Box(30, 310, 230, 350))
    reader.close()
    reader.close()


def test_a_cascade_goes_to_the_server_where_one_is_named(fake: Fake) -> None:
    clip = Clip(0, 1000, np.full((60, 300, 3), 30, np.uint8), Box(10, 300, 310, 360), (Box(20, 10, 220, 50),))
    reader = ocr.reader("cascade", language="ko", asked=Asked(server_url=fake.url))
    assert [[line.text for line in lines] for lines in reader.read([clip])] == [["wide 200"]]
    reader.close()
