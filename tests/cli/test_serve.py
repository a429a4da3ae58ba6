"""Whether the service is started as it is told, and says in one sentence why it is not."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import httpx2
import pytest

from subextract import cli
from subextract.cli.serve import HOPELESS, _order_of
from subextract.concurrency.cores import share
from subextract.errors import DecodeError, EngineError, NotMedia, UsageError
from subextract.ledger import Asked, Ledger, Stamp
from subextract.options import Options
from subextract.watch.settings import ledger_path
from subextract.web.service.places import Places
from subextract.web.serving import bound
from subextract.web.settings import Service
from tests.helpers.files import ROOT
from tests.helpers.serving import Program, bench


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["film.mkv"], 2, "'film.mkv' is one argument too many for subextract serve; see subextract serve --help."),
        (["--mux"], 2, "--mux is not for the service: the service makes no copies of videos."),
        (
            ["--track", "hard"],
            2,
            "--track is not for the service: each job says its own, or gets what suits the video.",
        ),
        (["--roots", "/nowhere"], 2, "--roots: /nowhere is no folder; make it first, or mount its disk."),
        (["--port", "99999"], 2, "--port: '99999' is too large; 65535 is the most."),
        (["--engine", "none"], 2, "There is no engine 'none'; the engines are"),
        (["--translate", "de"], 2, "The translator 'server' needs --translator-url"),
        (
            ["--host", "192.0.2.1"],
            5,
            "--host: 192.0.2.1 is no address of this machine; 127.0.0.1 is, or 0.0.0.0 for all.",
        ),
        (["--host", ""], 2, "--host: the address is empty; 127.0.0.1 is this machine alone, 0.0.0.0 every address."),
        (["--data", "/proc/nothing"], 5, "--data: /proc/nothing cannot be used"),
        (["--token-file", "/proc/nothing/x", "--port", "0"], 5, "--token-file: /proc/nothing/x cannot be written"),
    ],
)
def test_what_makes_no_sense_is_said_at_once(
    arguments: list[str], code: int, sentence: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = [] if "--data" in arguments else ["--data", str(tmp_path)]
    assert cli.main(["serve", *data, *arguments]) == code
    assert capsys.readouterr().err.startswith(f"subextract: {sentence}")


def test_one_service_holds_its_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = Places(tmp_path)
    assert cli.main(["serve", "--data", str(tmp_path)]) == 2
    assert "another subextract serve uses" in capsys.readouterr().err
    places.close()


def test_its_ledger_is_that_of_the_watch_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STATE_DIRECTORY", str(tmp_path))
    places = Places(ledger_path(None).parent)
    places.close()
    assert places.ledger == ledger_path(None)


def test_the_settings_come_from_flags_variables_and_the_file(tmp_path: Path) -> None:
    found = Service.model_validate({"roots": f"{tmp_path}{os.pathsep}/tmp", "names": ["Films.LAN", "b:c"]})
    assert (found.roots, found.names) == ((tmp_path, Path("/tmp")), ("films.lan", "b", "c"))


def test_a_job_is_read_with_its_own_options_over_those_of_the_service(tmp_path: Path) -> None:
    settings = Service.model_validate({"memory": 100, "jobs": 2, "pause": 7})
    order = _order_of(tmp_path / "jobs.db", settings, Options(language="de", engine="rapid"))
    with Ledger(tmp_path / "jobs.db") as ledger:
        job = ledger.ask("/d", "/d/1/video.mkv", Stamp(1, 1), Asked("Film.mkv", {"language": "fr", "track": "hard"}))
    made = order(job)
    assert (made.video, made.out, made.track, made.if_soft) == ("/d/1/video.mkv", None, "hard", "hard")
    assert (made.memory, made.pause, made.job, made.token) == (100, 7, job.id, job.token)
    options = Options.model_validate(made.options)
    assert (options.language, options.engine, options.review) == ("fr", "rapid", True)
    assert options.threads == share(0, 2)
    assert options.format == ("json", "srt")


def test_a_link_that_leads_out_of_the_roots_by_now_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    (tmp_path / "films" / "a.mkv").write_bytes(b"a")
    with bench(tmp_path, roots=[tmp_path / "films"]) as served:
        served.named("a.mkv")
        order = _order_of(served.places.ledger, served.settings, Options())
        assert order(served.job(1)).track == "auto"
        (tmp_path / "films").rename(tmp_path / "elsewhere")
        (tmp_path / "films").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(UsageError, match="leads out of the folders"):
            order(served.job(1))


def test_a_whole_video_that_is_broken_is_not_tried_again_and_a_missing_engine_is_waited_for() -> None:
    assert {UsageError.exit_code, NotMedia.exit_code, DecodeError.exit_code} <= HOPELESS
    assert EngineError.exit_code not in HOPELESS


def test_the_first_start_shows_a_link_and_later_ones_where_the_token_is(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.start()
    token = (program.data / "token").read_text().strip()
    assert f"Open http://127.0.0.1:{program.port}/?token={token}\n" in program.log.read_text()
    assert httpx2.get(f"http://127.0.0.1:{program.port}/?token={token}", follow_redirects=False).status_code == 303
    program.end()
    program.log.write_text("")
    program.start()
    said = program.log.read_text()
    assert f"Serving at http://127.0.0.1:{program.port}/; the token is in {program.data / 'token'}.\n" in said
    assert token not in said
    program.end()


def test_a_start_that_fails_makes_no_token_that_nobody_sees(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with bound(0) as listening:
        port = str(listening.getsockname()[1])
        assert cli.main(["serve", "--data", str(tmp_path), "--port", port]) == 5
    assert "is taken" in capsys.readouterr().err
    assert not (tmp_path / "token").exists()


def test_the_client_of_the_documentation_gets_subtitles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = re.search(r"```python\n(.*?)```", (ROOT / "docs" / "service.md").read_text("utf-8"), re.DOTALL)
    assert found
    assert len(found[1].strip().splitlines()) <= 20
    monkeypatch.setitem(sys.modules, "httpx", httpx2)
    program = Program(tmp_path)
    program.start()
    code = found[1].replace("8642", str(program.port)).replace("~/.local/state/subextract", str(program.data))
    names: dict[str, object] = {}
    exec(code, names)
    video = tmp_path / "film.mkv"
    video.write_text('{"texts": ["One"]}')
    assert "One" in names["subtitles"](str(video), "vtt", language="en")  # type: ignore[operator]
    video.write_text("no video")
    with pytest.raises(RuntimeError, match=r"film\.mkv is not a video"):
        names["subtitles"](str(video))  # type: ignore[operator]
    names["HERE"].close()  # type: ignore[attr-defined]
    program.end()
