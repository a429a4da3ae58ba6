"""Whether a real service loses nothing, doubles nothing and stays up, whatever happens to it and its clients."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.types import Message

from subextract.web.problems import Problem
from subextract.web.service import uploads
from tests.helpers.serving import Program, bench, children_of, in_threads
from tests.helpers.watched import film, subrip
from tests.helpers.watching import PATIENCE


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path)
    yield made
    made.close()


def events_of(program: Program, number: int) -> list[tuple[str, Any]]:
    """All that is told of a job until its end."""
    with program.client.stream("GET", f"/v1/jobs/{number}/events") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        blocks = "".join(answer.iter_text()).split("\n\n")
    lines = [block.split("\n") for block in blocks if block.startswith("event: ")]
    return [(name.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for name, data in lines]


def raw(program: Program, head: str, *pieces: bytes) -> socket.socket:
    """A connection on which a request has been sent so far."""
    connection = socket.create_connection(("127.0.0.1", program.port), timeout=30)
    token = program.client.headers["authorization"]
    connection.sendall(f"{head}\r\nHost: 127.0.0.1:{program.port}\r\nAuthorization: {token}\r\n".encode())
    for piece in pieces:
        connection.sendall(piece)
    return connection


def begun_upload(program: Program, length: int) -> socket.socket:
    kind = f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {length}\r\n\r\n"
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="film.mkv"\r\n\r\n'
    return raw(program, "POST /v1/jobs HTTP/1.1", kind.encode(), part, b"x" * 100_000)


def status_of(connection: socket.socket) -> int:
    return int(connection.recv(65_536).split()[1])


def test_a_video_is_read_and_its_cues_are_told_as_they_are_found(program: Program) -> None:
    program.start()
    number = program.send("One", "Two", "Three", "Four", pause=1.2)
    told = events_of(program, number)
    assert (told[0][0], told[-1][0]) == ("snapshot", "end")
    cues: list[Any] = told[0][1]["cues"]
    padded = []
    for name, data in told:
        if name == "cues":
            cues = cues[: data["from"]] + data["cues"]
            padded.append([cue["text"] for cue in cues])
    assert padded[-1] == ["One", "Two", "Three", "Four"]
    assert any(name == "progress" and 0 < data["position"] < data["duration"] for name, data in told)
    end = told[-1][1]["job"]
    assert (end["state"], end["cues"]) == ("done", 4)
    assert program.client.get(f"/v1/jobs/{number}/result").text == subrip("One", "Two", "Three", "Four")
    assert [name for name, _ in events_of(program, number)] == ["snapshot", "end"]
    review = program.client.get(f"/v1/jobs/{number}/review/api/document").json()
    assert (review["name"], [cue["text"] for cue in review["cues"]]) == ("film.mkv", ["One", "Two", "Three", "Four"])


def test_what_is_mended_on_the_page_is_in_the_result(program: Program) -> None:
    program.start()
    number = program.send("One", "Tow")
    program.ended(number)
    page = f"/v1/jobs/{number}/review"
    assert program.client.get(f"{page}/").status_code == 200
    assert program.client.get(f"{page}/static/main.js").status_code == 200
    step = {"name": "edit", "changes": [{"id": 2, "set": {"text": "Two"}}], "revision": 0}
    assert program.client.post(f"{page}/api/step", json=step).status_code == 200
    assert program.client.post(f"{page}/api/save", json={}).status_code == 200
    assert program.client.get(f"/v1/jobs/{number}/result").text == subrip("One", "Two")
    assert "Two" in program.client.get(f"/v1/jobs/{number}/result?format=ass").text
    assert program.client.delete(f"/v1/jobs/{number}").status_code == 204
    assert program.client.get(f"{page}/").status_code == 404
    assert program.files() == []


def test_a_video_that_brings_its_reader_down_is_set_aside_with_the_reason(program: Program) -> None:
    program.start(jobs=2)
    expected = {
        "break": (1, "The video breaks off."),
        "crash": (2, "The reader was ended by SIGSEGV"),
    }  # tests/watch has the others
    numbers = {misdeed: program.send(does=misdeed, name=f"{misdeed}.mkv") for misdeed in expected}
    for misdeed, (attempts, reason) in expected.items():
        told = program.ended(numbers[misdeed])
        assert (told["state"], told["attempts"]) == ("failed", attempts), misdeed
        assert reason in told["reason"]
    answer = program.client.post("/v1/jobs", files={"file": ("evil.mkv", os.urandom(10_000))})
    told = program.ended(answer.json()["id"])  # what is no video is told once and for all
    assert (told["state"], told["attempts"], told["reason"]) == ("failed", 1, "evil.mkv is not a video.")
    assert program.ended(program.send("Other"))["state"] == "done"


def test_a_reader_that_hangs_or_needs_too_much_memory_is_ended(program: Program) -> None:
    program.start(retries=0, stall=1, memory=256)
    told = program.ended(program.send(does="hang"))
    assert (told["state"], told["reason"][:28]) == ("failed", "It made no progress for 1 s;")
    told = program.ended(program.send(does="hog", name="large.mkv"))
    assert told["state"] == "failed"
    assert "256 MiB" in told["reason"]


def test_a_job_that_is_cancelled_or_deleted_ends_at_once(program: Program) -> None:
    program.start()
    first, second = program.send("One", pause=30), program.send("Two", pause=30)
    program.wait_for(lambda: program.told(first)["state"] == "running")
    assert program.client.post(f"/v1/jobs/{first}/cancel").json()["state"] == "cancelled"
    program.wait_for(lambda: program.told(second)["state"] == "running")
    assert program.client.delete(f"/v1/jobs/{second}").status_code == 204
    assert program.ended(program.send("Three"))["state"] == "done"
    assert (program.told(first)["state"], program.client.get(f"/v1/jobs/{second}").status_code) == ("cancelled", 404)
    assert program.client.delete(f"/v1/jobs/{first}").status_code == 204
    assert program.files() == ["video.json", "video.mkv", "video.review", "video.srt"]


def test_a_stop_hands_back_what_is_being_read_and_the_next_start_goes_on(program: Program) -> None:
    program.start()
    number = program.send("One", "Two", "Three", "Four", pause=1.5)
    program.wait_for(lambda: any(cue for cue in _so_far(program, number)))
    assert program.end(signal.SIGTERM) == 0
    assert "Traceback" not in program.log.read_text()
    program.start()
    told = program.ended(number)
    assert (told["state"], program.readings(number)[1] > 0) == ("done", True)
    assert program.client.get(f"/v1/jobs/{number}/result").text == subrip("One", "Two", "Three", "Four")


def _so_far(program: Program, number: int) -> list[Any]:
    with program.client.stream("GET", f"/v1/jobs/{number}/events") as answer:
        for line in answer.iter_lines():
            if line.startswith("data: "):
                return list(json.loads(line.removeprefix("data: "))["cues"])
    return []


def test_kill_9_of_the_service_and_its_readers_loses_nothing_and_doubles_nothing(program: Program) -> None:
    program.start(jobs=2)
    numbers = [program.send(f"Film {number}", "Two", "Three", pause=0.6, name=f"{number}.mkv") for number in range(4)]
    for turn in range(4):
        program.wait_for(lambda: any(program.told(number)["state"] == "running" for number in numbers))
        time.sleep(0.4 * turn)
        assert program.process
        if turn % 2:  # also while something is being sent
            connection = begun_upload(program, 10_000_000)
            program.end(signal.SIGKILL)
            connection.close()
            program.start(jobs=2)
        else:
            for reader in children_of(program.process.pid):
                os.kill(reader, signal.SIGKILL)
    told = [program.ended(number) for number in numbers]
    assert [each["state"] for each in told] == ["done"] * 4
    for number in numbers:
        text = program.client.get(f"/v1/jobs/{number}/result").text
        assert text == subrip(f"Film {number - numbers[0]}", "Two", "Three")
    assert len(program.client.get("/v1/jobs").json()["jobs"]) == 4
    names = program.files()
    assert {name: names.count(name) for name in names} == dict.fromkeys(
        ("video.json", "video.srt", "video.mkv", "video.review"), 4
    )


def test_two_hundred_clients_at_once_are_all_answered(program: Program) -> None:
    program.start(queue=4, uploads=4)
    token = program.client.headers["authorization"]

    def ask(number: int) -> int:
        content = json.dumps({"texts": [f"Film {number}"]}).encode()
        headers, address = {"Authorization": token}, program.client.base_url
        with httpx2.Client(base_url=address, headers=headers, timeout=120, verify=False) as client:
            if number % 2:
                return client.get("/v1/jobs").status_code
            return client.post("/v1/jobs", files={"file": (f"{number}.mkv", content)}).status_code

    answers = in_threads(200, ask)
    assert answers[1::2] == [200] * 100
    assert {*answers[::2]} <= {202, 429, 503}
    taken = sum(answer == 202 for answer in answers)
    assert taken >= 1
    jobs = program.client.get("/v1/jobs?limit=200").json()["jobs"]
    assert len(jobs) == taken
    assert {program.ended(job["id"])["state"] for job in jobs} == {"done"}


def test_a_video_that_is_too_large_is_refused_before_it_is_sent(program: Program) -> None:
    program.start()
    connection = begun_upload(program, 10 << 30)
    assert status_of(connection) == 413
    connection.close()
    connection = raw(
        program, "POST /v1/jobs HTTP/1.1", b"Content-Length: 99999999999\r\nContent-Type: text/plain\r\n\r\n"
    )
    assert status_of(connection) in (413, 415)
    connection.close()
    assert program.files() == []


def test_an_upload_without_a_length_is_cut_off_where_it_is_too_large(program: Program) -> None:
    program.start(largest=1)
    pieces = (b"x" * 100_000 for _ in range(30))

    def body() -> Iterator[bytes]:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="film.mkv"\r\n\r\n'
        yield from pieces

    headers = {"Content-Type": "multipart/form-data; boundary=b"}
    answer = program.client.post("/v1/jobs", content=body(), headers=headers)
    assert (answer.status_code, "larger than the 1 MiB" in answer.json()["title"]) == (413, True)
    assert program.files() == []


def test_a_client_that_goes_away_leaves_nothing(program: Program) -> None:
    program.start()
    for _ in range(3):
        connection = begun_upload(program, 1_000_000)
        program.wait_for(lambda: program.files() == ["video.mkv"] or list((program.data / "incoming").iterdir()))
        connection.close()
        program.wait_for(lambda: not list((program.data / "incoming").iterdir()))
    assert program.client.get("/v1/jobs").json()["jobs"] == []
    assert program.ended(program.send())["state"] == "done"


def test_two_requests_with_one_key_at_a_time_make_one_job(program: Program) -> None:
    program.start()
    kind = "Content-Type: multipart/form-data; boundary=b\r\nIdempotency-Key: k\r\nContent-Length: 1000\r\n\r\n"
    connection = raw(program, "POST /v1/jobs HTTP/1.1", kind.encode(), b"--b\r\n")
    program.wait_for(lambda: list((program.data / "incoming").iterdir()))
    answer = program.client.post("/v1/jobs", files={"file": b"x"}, headers={"Idempotency-Key": "k"})
    assert (answer.status_code, "is being answered" in answer.json()["title"]) == (409, True)
    connection.close()
    program.wait_for(lambda: not list((program.data / "incoming").iterdir()))
    content = json.dumps({"texts": ["One"]}).encode()
    for _ in range(2):
        answer = program.client.post("/v1/jobs", files={"file": content}, headers={"Idempotency-Key": "k"})
        assert (answer.status_code, answer.json()["id"]) == (202, 1)


def test_who_follows_a_job_that_is_deleted_or_a_service_that_stops_is_told_or_let_go(program: Program) -> None:
    program.start()
    first, second = program.send("One", pause=30), program.send("Two", pause=30)
    with ThreadPoolExecutor(1) as thread:
        following = thread.submit(events_of, program, first)
        program.wait_for(lambda: program.told(first)["state"] == "running")
        program.client.delete(f"/v1/jobs/{first}")
        assert following.result()[-1] == ("end", {"job": None})
        following = thread.submit(events_of, program, second)
        program.wait_for(lambda: program.told(second)["state"] == "running")
        time.sleep(1)
        assert program.process
        program.process.send_signal(signal.SIGTERM)
        assert "end" not in [name for name, _ in following.result()]
    assert program.process.wait(PATIENCE) == 0
    program.client.close()
    assert "Traceback" not in program.log.read_text()


def test_only_so_many_videos_are_sent_at_once(program: Program) -> None:
    program.start(uploads=2)
    held = [begun_upload(program, 1_000_000) for _ in range(2)]
    program.wait_for(lambda: len(list((program.data / "incoming").iterdir())) == 2)
    answer = program.client.post("/v1/jobs", files={"file": b"x"})
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    for connection in held:
        connection.close()
    program.wait_for(lambda: not list((program.data / "incoming").iterdir()))
    program.send()


def test_an_upload_that_is_too_slow_ends_and_one_that_comes_steadily_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uploads, "PATIENCE", 0.5)
    monkeypatch.setattr(uploads, "ENOUGH_BYTES", 100)
    with ThreadPoolExecutor(1) as thread:  # in this one a browser of other tests may have a loop
        pieces = thread.submit(asyncio.run, _pieces_of(10, 150, 0.1)).result()
        assert sum(map(len, pieces)) == 1500  # in twice the time
        for size, pause in ((5, 0.1), (100, 9)):
            with pytest.raises(Problem) as caught:
                thread.submit(asyncio.run, _pieces_of(30, size, pause)).result()
            assert caught.value.status == 408


async def _pieces_of(number: int, size: int, pause: float) -> list[bytes]:
    """The pieces of a body that comes in ``number`` parts, with a pause (s) before each."""
    left = number

    async def receive() -> Message:
        nonlocal left
        await asyncio.sleep(pause)
        left -= 1
        return {"type": "http.request", "body": b"x" * size, "more_body": left > 0}

    return [piece async for piece in uploads._pieces(Request({"type": "http"}, receive))]


def test_a_full_disk_is_said_as_such_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with bench(tmp_path) as served:
        free = served.places.free()
        monkeypatch.setattr(uploads, "DISK_RESERVE", free)
        answer = served.sent(b"x" * 5_000_000)
        assert (answer.status_code, answer.json()["title"]) == (507, uploads.FULL)
        monkeypatch.setattr(uploads, "DISK_RESERVE", 0)
        monkeypatch.setattr("os.fsync", _full)
        assert served.sent().status_code == 507
        assert served.left() == []


def _full(descriptor: int) -> None:
    raise OSError(28, "No space left on device")


def test_the_command_line_steers_the_same_jobs(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    from subextract import cli

    program.start()
    number = program.send(does="break", times=1)
    assert program.ended(number)["state"] == "failed"
    ledger = ["--ledger", str(program.data / "jobs.db")]
    assert cli.main(["jobs", "retry", str(number), *ledger]) == 0
    assert program.ended(number)["state"] == "done"
    assert cli.main(["jobs", "show", str(number), "--json", *ledger]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "film.mkv"


def test_a_path_below_a_root_is_read_where_it_is(program: Program, tmp_path: Path) -> None:
    path = film(tmp_path / "films" / "Ünï.mkv", "One")
    program.start(roots=tmp_path / "films")
    number = program.client.post("/v1/jobs", json={"path": "Ünï.mkv", "options": {"format": "vtt"}}).json()["id"]
    told = program.ended(number)
    assert (told["state"], told["title"]) == ("done", "Ünï.mkv")
    assert [each.name for each in path.parent.iterdir()] == ["Ünï.mkv"]
    path.unlink()
    path.symlink_to("/etc/passwd")
    program.client.delete(f"/v1/jobs/{number}")
    assert program.client.post("/v1/jobs", json={"path": "Ünï.mkv"}).status_code == 403
