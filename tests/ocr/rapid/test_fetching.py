"""Whether a model is fetched whole and right, or not at all, from servers that do what servers do."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from subextract import cli
from subextract.errors import EngineError, UsageError
from subextract.ocr.choosing import Choosing
from subextract.ocr.rapid import recognisers
from subextract.ocr.rapid.fetching import fetch
from subextract.ocr.rapid.recognisers import Recogniser, folder, place, table
from tests.helpers.recognisers import striped, tiny_recogniser

ALPHABET = "안녕하세요"
Answers = Callable[[BaseHTTPRequestHandler, bytes], None]


def whole(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content)


def without_length(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.end_headers()
    handler.wfile.write(content)


def cut(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:-10])


def longer_than_said(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_header("Content-Length", str(len(content) - 10))
    handler.end_headers()
    handler.wfile.write(content)


def another_file(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    whole(handler, content[::-1])


def stalled(handler: BaseHTTPRequestHandler, content: bytes) -> None:
    handler.send_header("Content-Length", str(len(content)))
    handler.end_headers()
    handler.wfile.write(content[:10])
    handler.wfile.flush()
    handler.server.let_go.wait(10)  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return tiny_recogniser(tmp_path_factory.mktemp("model") / "tiny.onnx", ALPHABET).read_bytes()


class Server:
    """A server on this machine whose way to answer can be set."""

    def __init__(self, content: bytes) -> None:
        self.answers: Answers = whole
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                outer.answers(self, content)

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.let_go = threading.Event()  # type: ignore[attr-defined]
        self.digest = hashlib.sha256(content).hexdigest()
        threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def model(self) -> Recogniser:
        return Recogniser("korean", "Kore", f"http://127.0.0.1:{self.http.server_port}/v5/korean.bin", self.digest)


@pytest.fixture
def server(content: bytes, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Server(content)
    yield server
    server.http.let_go.set()  # type: ignore[attr-defined]
    server.http.shutdown()
    server.http.server_close()


@pytest.mark.parametrize("answers", [whole, without_length])
def test_a_model_is_fetched_and_not_fetched_again(server: Server, tmp_path: Path, answers: Answers) -> None:
    server.answers = answers
    told: list[tuple[int, int | None]] = []
    path = fetch(server.model, tmp_path / "new", on_progress=lambda done, total: told.append((done, total)))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == server.digest
    assert told[-1] == (path.stat().st_size, path.stat().st_size if answers is whole else None)
    server.answers = another_file
    assert fetch(server.model, tmp_path / "new") == path


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        (cut, "is not the model 'korean'|cannot be fetched"),
        (longer_than_said, "is not the model 'korean'"),
        (another_file, "is not the model 'korean': its SHA-256 is another one"),
        (stalled, "cannot be fetched"),
    ],
)
def test_what_is_not_whole_or_not_right_leaves_nothing_behind(
    server: Server, tmp_path: Path, answers: Answers, said: str
) -> None:
    server.answers = answers
    place("korean", tmp_path).write_bytes(b"what was there")
    with pytest.raises(EngineError, match=said):
        fetch(server.model, tmp_path, silence=0.3)
    assert [path.name for path in tmp_path.iterdir()] == ["korean.onnx"]
    assert place("korean", tmp_path).read_bytes() == b"what was there"


def test_no_folder_is_made_for_nothing(server: Server, tmp_path: Path) -> None:
    server.answers = cut
    with pytest.raises(EngineError):
        fetch(server.model, tmp_path / "new" / "models")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_can_be_a_mirror_and_proxies_are_those_of_the_environment(
    server: Server, content: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "korean.bin").write_bytes(content)
    assert fetch(server.model, tmp_path / "a", mirror=tmp_path.as_uri()).read_bytes() == content
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{server.http.server_port}")
    elsewhere = server.model._replace(address="http://nowhere.invalid/korean.bin")
    assert fetch(elsewhere, tmp_path / "b").read_bytes() == content
    with pytest.raises(UsageError, match="begin it with https"):
        fetch(server.model, tmp_path / "c", mirror="ftp://127.0.0.1")


def test_a_model_that_was_fetched_reads_its_script(server: Server, tmp_path: Path) -> None:
    fetch(server.model, tmp_path)
    reader = Choosing((), tmp_path, None).reader("Kore", threads=1)
    assert reader is not None
    clip = striped("안녕하세요", ALPHABET)
    ((line,),) = reader.read([clip])
    assert (line.text, line.box) == ("안녕하세요", clip.lines[0])


def test_the_table_is_that_of_the_package() -> None:
    assert set(table()) == set(recognisers.READS)
    assert all(one.address.startswith("https://") and len(one.digest) == 64 for one in table().values())


def test_models_are_listed_fetched_and_found_from_a_terminal(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(recognisers, "table", lambda: {"korean": server.model})
    monkeypatch.setenv("SUBEXTRACT_MODELS", str(tmp_path))
    assert cli.main(["models", "path"]) == 0
    assert capsys.readouterr().out == f"{tmp_path}\n"
    assert cli.main(["models", "list"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["korean", "Hangul", "not", "here"]
    assert cli.main(["models", "get", "korean"]) == 0
    assert capsys.readouterr().err == f"korean: {tmp_path / 'korean.onnx'}\n"
    assert cli.main(["models", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["path"] == str(tmp_path / "korean.onnx")
    assert cli.main(["models", "get", "klingon"]) == 2
    assert "There is no model 'klingon'; the models are korean." in capsys.readouterr().err
    assert cli.main(["models", "get"]) == 2


def test_models_lie_with_the_user_s_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert folder() == tmp_path / "subextract" / "models"
    assert folder(tmp_path) == tmp_path
