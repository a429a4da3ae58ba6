"""Whether the server of a review answers the page, refuses everybody else, and lets nothing out of a text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from subextract import formats
from subextract.review import Sidecar
from subextract.web import page
from subextract.web.alone import page_alone
from subextract.web.guard import LARGEST_REQUEST, Guard
from subextract.web.reviewing import Reviewing
from tests.helpers import reviewed
from tests.helpers.files import FIXTURES
from tests.helpers.reviewed import TOKEN, TRUE, cue

HOME = "http://127.0.0.1:8642"
EVIL = "<script>alert(1)</script> & </textarea> \u202eevil"


def client_of(sidecar: Path, video: Path | None = None) -> TestClient:
    app = Guard(Reviewing(Sidecar(sidecar), video).app(), TOKEN, 8642)
    return TestClient(app, base_url=HOME, headers={"Origin": HOME}, raise_server_exceptions=False)


@pytest.fixture
def stranger(tmp_path: Path) -> TestClient:
    return client_of(reviewed.with_errors(tmp_path))


@pytest.fixture
def client(stranger: TestClient) -> TestClient:
    assert stranger.get(f"/?token={TOKEN}").status_code == 200
    return stranger


def post(client: TestClient, path: str, body: Any, **more: Any) -> Any:
    return client.post(path, content=json.dumps(body), **more)


def test_without_the_token_there_is_nothing(stranger: TestClient) -> None:
    for path in ("/", "/?token=wrong", "/api/document", "/static/main.js", "/video", "/nothing"):
        assert stranger.get(path).status_code == 401
    assert post(stranger, "/api/undo", {"revision": 0}).status_code == 401
    assert stranger.get("/", headers={"Cookie": "subextract-8642=wrong; \x01=2"}).status_code == 401


def test_the_link_makes_a_cookie_and_leaves_the_address(stranger: TestClient) -> None:
    answer = stranger.get(f"/?token={TOKEN}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert "samesite=strict" in answer.headers["set-cookie"].lower()
    elsewhere = stranger.get(f"//evil.example/?token={TOKEN}", follow_redirects=False)
    assert not elsewhere.headers.get("location", "").startswith("//")


def test_another_name_for_this_machine_is_refused(client: TestClient) -> None:
    for host in ("evil.example:8642", "127.0.0.1", "127.0.0.1:80", "127.0.0.1.evil.example:8642", ""):
        assert client.get("/api/document", headers={"Host": host}).status_code == 421
    assert client.get("/", headers={"Host": "localhost:8642"}).status_code in (200, 401)  # a cookie of another name


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:8642"])
def test_other_pages_change_nothing(client: TestClient, origin: str) -> None:
    for path in ("/api/step", "/api/undo", "/api/redo", "/api/save", "/api/keep"):
        assert post(client, path, {"revision": 0}, headers={"Origin": origin}).status_code == 403
    del client.headers["Origin"]
    assert post(client, "/api/save", {}).status_code == 403


def test_every_answer_has_a_strict_policy(client: TestClient) -> None:
    for path in ("/", "/api/document", "/static/main.js", "/nothing", "/api/pictures/99"):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


def test_an_address_that_leads_nowhere_is_said_as_any_other_fault(client: TestClient) -> None:
    for path, status in (("/nothing", 404), ("/api/document/x", 404), ("/api/save", 405)):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_request_that_is_too_large_is_refused(client: TestClient) -> None:
    assert client.post("/api/step", content=b"x" * (LARGEST_REQUEST + 1)).status_code == 413
    pieces = (b"x" * 65_536 for _ in range(1 + LARGEST_REQUEST // 65_536))  # with no length announced
    assert client.post("/api/step", content=pieces).status_code == 422
    assert client.get("/api/document").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"[" * 100_000,
        b'{"revision": "0", "changes": []}',
        b'{"revision": 0}',
        b'{"revision": 0, "changes": [1]}',
        b'{"revision": 0, "changes": [{"id": 99, "set": {}}]}',
        b'{"revision": 0, "changes": [{"id": "1\' OR 1", "set": {}}]}',
        b'{"revision": 0, "changes": [{"id": {}, "set": {}}]}',
        b'{"revision": 0, "changes": [{"id": 1, "set": []}]}',
        b'{"revision": 0, "changes": [{"id": 1, "set": {"out": 1}}]}',
        b'{"revision": 0, "changes": [{"from": 1, "make": {"text": null}}]}',
        b'{"revision": 0, "changes": [{"id": 123456789012345678901234567890, "remove": true}]}',
    ],
)
def test_a_step_that_makes_no_sense_is_a_problem_and_no_change(client: TestClient, body: bytes) -> None:
    before = client.get("/api/document").json()
    answer = client.post("/api/step", content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert client.get("/api/document").json() == before


def test_the_page_tells_what_was_changed_and_who_was_later_is_refused(client: TestClient) -> None:
    change = {"name": "edit", "changes": [{"id": 1, "set": {"text": TRUE[0]}}], "revision": 0}
    told = post(client, "/api/step", change).json()
    assert [(number, entry["text"]) for number, entry in told["entries"]] == [(1, TRUE[0])]
    assert told["state"] == {"revision": 1, "saved": 0, "undo": "edit", "redo": None}
    assert post(client, "/api/step", change).status_code == 409
    assert post(client, "/api/undo", {"revision": 1}).json()["entries"][0][1]["score"] == 0.71
    assert post(client, "/api/redo", {"revision": 2}).json()["state"]["undo"] == "edit"


def test_save_writes_the_files_and_asks_before_it_replaces_those_of_others(client: TestClient, tmp_path: Path) -> None:
    assert post(client, "/api/save", {}).json()["paths"] == ["film.srt"]
    (tmp_path / "film.srt").write_text("")
    assert post(client, "/api/save", {}).status_code == 409
    assert post(client, "/api/save", {"replace": True}).status_code == 200
    assert len(formats.load(tmp_path / "film.srt")) == 4


def test_save_writes_a_file_that_was_deleted_without_a_question(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "film.srt").unlink()
    assert client.get("/api/document").json()["changed"] == []
    assert post(client, "/api/save", {}).status_code == 200
    assert len(formats.load(tmp_path / "film.srt")) == 4


def test_save_says_how_many_cues_have_no_text_and_are_not_written(client: TestClient, tmp_path: Path) -> None:
    assert post(client, "/api/save", {}).json()["without_text"] == 0
    change = {"name": "edit", "changes": [{"id": 1, "set": {"text": " \n"}}], "revision": 0}
    post(client, "/api/step", change)
    assert post(client, "/api/save", {}).json()["without_text"] == 1
    assert len(formats.load(tmp_path / "film.srt")) == 3


def test_pictures_are_those_of_the_run(client: TestClient) -> None:
    answer = client.get("/api/pictures/1")
    assert (answer.headers["content-type"], answer.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert client.get("/api/pictures/99").status_code == 404
    assert client.get("/api/cues/1/crop").json()["title"].startswith("There is no video here")


def test_no_name_becomes_a_path(client: TestClient) -> None:
    for name in ("..%2f..%2fpage.py", "%2e%2e/page.py", "....//page.py", "main.js%00", "/etc/passwd"):
        assert client.get(f"/static/{name}").status_code == 404


@pytest.fixture(scope="module")
def beside_a_film(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    sidecar = reviewed.with_errors(tmp_path_factory.mktemp("film"))
    with client_of(sidecar, FIXTURES / "demo.mp4") as client:
        client.get(f"/?token={TOKEN}")
        yield client


def test_the_frames_around_an_edge_are_five_of_the_film_with_their_times(beside_a_film: TestClient) -> None:
    found = beside_a_film.get("/api/cues/1/edge/start").json()
    times = [frame["time"] for frame in found]
    assert times == [916, 958, 1000, 1041, 1083]  # 24 frames a second; the edge is at 1000 ms
    assert all(frame["picture"].startswith("data:image/jpeg;base64,") for frame in found)
    assert beside_a_film.get("/api/cues/1/edge/middle").status_code == 422
    assert beside_a_film.get("/api/cues/99/edge/start").status_code == 422


def test_stills_and_crops_are_cut_out_of_the_film(beside_a_film: TestClient) -> None:
    for path in ("/api/still?time=1500", "/api/still?time=99999999", "/api/cues/1/crop"):
        assert beside_a_film.get(path).content[:2] == b"\xff\xd8"
    for time in ("", "x", "-1", "1e3", "9" * 30):
        assert beside_a_film.get(f"/api/still?time={time}").status_code == 422


def test_a_part_of_the_film_can_be_asked_for_as_players_do(beside_a_film: TestClient) -> None:
    answer = beside_a_film.get("/video", headers={"Range": "bytes=0-99"})
    assert (answer.status_code, len(answer.content)) == (206, 100)


def test_the_cues_are_a_track_in_which_markup_is_text(tmp_path: Path) -> None:
    client = client_of(reviewed.kept(tmp_path, [cue(0, EVIL)]))
    client.get(f"/?token={TOKEN}")
    assert "<script" not in client.get("/api/track.vtt").text


def test_a_page_of_its_own_holds_no_text_as_markup_and_allows_no_other_script(tmp_path: Path) -> None:
    with Sidecar(reviewed.kept(tmp_path, [cue(0, EVIL)], [cue(1, "</script><img src=x onerror=alert(1)>")])) as sidecar:
        written = page_alone(sidecar, None)
    assert "alert(1)</script>" not in written
    assert "<img src=x" not in written
    assert written.count("</script>") == 2
    assert len(re.findall(r"'sha256-[A-Za-z0-9+/=]{44}'|&#x27;sha256-[A-Za-z0-9+/=]{44}&#x27;", written)) == 2
    assert "http://" not in written.replace("http://www.w3.org/", "")
    data = written.split('id="document">')[1].split("</script>")[0]
    assert json.loads(data)["cues"][0]["text"] == EVIL


def test_each_module_imports_only_from_those_before_it_and_no_name_is_there_twice() -> None:
    seen: set[str] = set()
    names: list[str] = []
    for module in page.MODULES:
        text = (page.STATIC / f"{module}.js").read_text("utf-8")
        assert set(re.findall(r'from "\./(\w+)\.js"', text)) <= seen, module
        names += re.findall(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", text, re.MULTILINE)
        seen.add(module)
    assert sorted(names) == sorted(set(names))
    assert {f"{name}.js" for name in (*page.MODULES, *page.OF_THE_SERVICE)} == {
        path.name for path in page.STATIC.glob("*.js")
    }
    assert not re.search(r"^(import|export) ", page.script_alone(), re.MULTILINE)
