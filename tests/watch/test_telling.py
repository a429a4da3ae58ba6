"""Whether a watch tells others what it did: by URL and command, numbers and log."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from subextract.ledger import Ledger
from tests.helpers.watching import Folder


class Ear:
    """A server that hears nothing at first."""

    def __init__(self, deaf: int) -> None:
        self.heard: list[dict[str, Any]] = []
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                nonlocal deaf
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(500 if deaf > 0 else 200)
                self.end_headers()
                if deaf <= 0:
                    ear.heard.append(body)
                deaf -= 1

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}/done"


def test_a_url_is_told_of_each_finished_video(folder: Folder) -> None:
    ear = Ear(deaf=0)
    folder.film("a.mkv")
    folder.film("b.mkv", does="break")
    folder.watch(on_done=ear.url, language="en", retries=0)
    folder.wait_for(lambda: len(ear.heard) == 2)
    ear.server.shutdown()
    ear.server.server_close()
    done, failed = sorted(ear.heard, key=lambda told: str(told["file"]))
    assert done.pop("seconds") < 60
    assert done == {
        "job": 1,
        "state": "done",
        "file": f"{folder.films}/a.mkv",
        "outputs": [f"{folder.films}/a.en.srt"],
        "cues": 2,
        "language": "en",
        "reason": None,
    }
    assert (failed["state"], failed["reason"], failed["outputs"]) == ("failed", "The video breaks off.", [])


def test_a_command_is_told_and_who_did_not_hear_is_told_again_by_the_next_watch(folder: Folder, tmp_path: Path) -> None:
    folder.film("a.mkv")
    folder.once(on_done="false")
    with Ledger(folder.ledger) as ledger:
        assert ledger.jobs()[0].tell is not None
        ledger._connection.execute("UPDATE jobs SET tell = 0")
    folder.once(on_done=f"tee {tmp_path / 'told'}")
    assert json.loads((tmp_path / "told").read_text())["file"] == f"{folder.films}/a.mkv"
    with Ledger(folder.ledger) as ledger:
        assert ledger.jobs()[0].tell is None


def asked(url: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_numbers_and_the_health_are_served(folder: Folder) -> None:
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as taken:
        port = taken.server_port
    folder.film("a.mkv")
    folder.film("b.mkv", does="break")
    folder.watch(metrics=f"127.0.0.1:{port}", retries=0)
    folder.wait_for_states(a="done", b="failed")
    url = f"http://127.0.0.1:{port}"
    expected = {
        'subextract_jobs{state="done"} 1.0',
        'subextract_jobs{state="queued"} 0.0',
        'subextract_jobs_finished_total{state="done"} 1.0',
        'subextract_jobs_finished_total{state="failed"} 1.0',
        "subextract_cues_total 2.0",
        f'subextract_folder_up{{folder="{folder.films}"}} 1.0',
    }
    folder.wait_for(lambda: expected <= {*asked(f"{url}/metrics")[1].splitlines()})
    status, numbers = asked(f"{url}/metrics")
    lines = numbers.splitlines()
    assert status == 200
    assert all(line.startswith("#") or len(line.rsplit(" ", 1)) == 2 for line in lines)
    well = {"ok": True, "status": "ok", "running": 0, "missing": []}
    folder.wait_for(lambda: json.loads(asked(f"{url}/healthz")[1]) == well)  # what the last turn of the loop saw
    assert asked(f"{url}/else") == (404, "Try /metrics or /healthz.\n")


def test_the_log_says_every_decision_on_one_line_also_as_json(folder: Folder) -> None:
    path = folder.film("a.mkv")
    folder.once(log="json")
    lines = [json.loads(line) for line in folder.log.read_text().splitlines()]
    assert {"time", "level", "message"} <= lines[0].keys()
    assert [(line["job"], line["video"], line.get("state")) for line in lines if "job" in line] == [
        (1, str(path), None),
        (1, str(path), "done"),
    ]
    assert [line["message"] for line in lines][1:3] == [f"{path} is new and queued.", f"{path} is read (attempt 1)."]
