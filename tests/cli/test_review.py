"""Whether a review is begun from a terminal as people would, and says in one sentence what is in its way."""

from __future__ import annotations

import importlib.util
import json
import re
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from subextract import formats
from subextract.review import Sidecar, save
from subextract.web import serving
from tests.helpers.terminal import SUBRIP, TWO, Terminal, files, film

pytestmark = pytest.mark.usefixtures("scripted_videos")

SIGN = [5000, 6000, "EXIT"]


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The links of pages, whose servers end at once."""
    found: list[str] = []

    class Ended:
        def run(self, sockets: Any) -> None:
            found.append(f"port {sockets[0].getsockname()[1]}")

    monkeypatch.setattr(serving, "server", lambda *_: Ended())
    return found


def edit(text: str, keep: bool = False) -> None:
    with Sidecar(Path("film.review")) as sidecar:
        sidecar.note(keep=keep)
        sidecar.step("edit", [{"id": 1, "set": {"text": text}}], sidecar.state()["revision"])


def texts(name: str = "film.srt") -> list[str]:
    return [cue.text for cue in formats.load(name)]


def told(page: str) -> Any:
    return json.loads(Path(page).read_text("utf-8").split('id="document">')[1].split("</script>")[0])


def test_a_run_keeps_what_it_saw_where_that_is_asked_for(run: Terminal) -> None:
    code, _, err = run(film(rejected=[SIGN]), "--review")
    assert (code, files()) == (0, ["film.mp4", "film.review", "film.srt"])
    assert err.splitlines()[1] == "film.review keeps what was seen; to look at it: subextract review film.mp4"
    with Sidecar(Path("film.review")) as sidecar:
        entries = sidecar.entries()
    assert [(one["text"], one["out"]) for one in entries] == [("One", False), ("Two", False), ("EXIT", True)]
    assert [one["pictures"] for one in entries] == [[1], [2], []]


def test_the_command_that_is_told_finds_a_review_elsewhere(run: Terminal, links: list[str]) -> None:
    Path("out").mkdir()
    _, _, err = run(film(), "--review", "-o", "out")
    told = err.splitlines()[1].partition("to look at it: subextract ")[2]
    assert told == "review --output out film.mp4"
    before = Path("out/film.review").read_bytes()
    assert run(*told.split(), "--no-browser")[0] == 0
    assert (files(), Path("out/film.review").read_bytes(), len(links)) == (["film.mp4", "out"], before, 1)


def test_without_it_nothing_is_kept(run: Terminal) -> None:
    assert run(film())[0] == 0
    assert files() == ["film.mp4", "film.srt"]


def test_a_video_that_was_not_read_yet_is_read_first(run: Terminal, links: list[str]) -> None:
    code, _, err = run("review", film(), "--format", "srt,vtt", "--no-browser")
    assert (code, len(links)) == (0, 1)
    assert files() == ["film.mp4", "film.review", "film.srt", "film.vtt"]
    said = r"The page is at http://127\.0\.0\.1:\d+/\?token=[\w-]{32} \(Ctrl-C ends it\)\."
    assert re.fullmatch(said, err.splitlines()[-1])


def test_a_video_beside_a_video_makes_no_sense(run: Terminal) -> None:
    code, _, err = run("review", film(), "--video", "other.mkv")
    assert (code, files()) == (2, ["film.mp4"])
    assert err == (
        "subextract: --video names the video of a subtitle file; film.mp4 is looked into itself, so leave it away.\n"
    )


def test_subtitles_without_a_film_say_that_there_are_no_pictures(run: Terminal, links: list[str]) -> None:
    Path("lone.srt").write_text(SUBRIP)
    code, _, err = run("review", "lone.srt", "--no-browser")
    assert (code, len(links)) == (0, 1)
    sentence = "There is no video called like lone.srt beside it, so there are no pictures; name it with --video."
    assert err.splitlines()[0] == sentence


def test_a_review_is_gone_on_with_and_nothing_is_read_again(run: Terminal, links: list[str]) -> None:
    run("review", film(), "--no-browser")
    edit("Mine")
    code, _, err = run("review", "film.mp4", "--no-browser")
    assert (code, len(links)) == (0, 2)
    assert err.splitlines()[1:] == ["Changes that are not in the subtitle files yet are kept in film.review."]
    with Sidecar(Path("film.review")) as sidecar:
        save(sidecar)
    assert texts() == ["Mine", "Two"]


def test_a_file_of_html_needs_no_server(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    code, _, err = run("review", film(), "--html", "out.html")
    assert (code, err.splitlines()[-1]) == (0, "out.html: a page to look at and mend film with, in any browser.")
    page = told("out.html")
    assert ([cue["text"] for cue in page["cues"]], sorted(page["pictures"])) == (["One", "Two"], ["1", "2"])
    assert run("review", "film.mp4", "--html", "out.html")[0] == 2
    assert run("review", "film.mp4", "--no-browser")[::2] == (
        7,
        "subextract: The page needs Starlette and uvicorn: pip install 'subextract-video[web]'. --html writes a file "
        "without them.\n",
    )


def test_subtitles_that_are_there_are_shown_and_the_video_is_not_read(run: Terminal, links: list[str]) -> None:
    Path("film.en.srt").write_text(SUBRIP)
    film()
    code, _, err = run("review", "film.en.srt", "--no-browser")
    assert (code, len(links)) == (0, 1)
    assert err.startswith("There are no pictures of the film: film.mp4 is not a video")
    with Sidecar(Path("film.en.review")) as sidecar:
        assert [one["text"] for one in sidecar.entries()] == ["One", "Two"]


def test_a_result_that_knows_scores_shows_them(run: Terminal) -> None:
    run(film(), "--format", "json")
    run("review", "film.json", "--html", "out.html")
    assert [cue["score"] for cue in told("out.html")["cues"]] == [0.9, 0.7]


def test_the_review_of_another_file_of_that_name_is_not_taken_for_this_one(run: Terminal) -> None:
    Path("film.srt").write_text(SUBRIP)
    Path("film.vtt").write_text("WEBVTT\n\n00:01.000 --> 00:02.000\nOther\n")
    run("review", "film.srt", "--html", "out.html")
    code, _, err = run("review", "film.vtt", "--html", "other.html")
    said = "subextract: film.review is the review of film.srt; add --overwrite to begin one of film.vtt in its place."
    assert (code, err.splitlines()[-1]) == (2, said)


def test_a_file_that_has_changed_since_is_told(run: Terminal, links: list[str]) -> None:
    run("review", film(), "--no-browser")
    Path("film.srt").write_text(SUBRIP.replace("One", "Other"))
    said = "film.srt has changed since; film.review shows it as it was (--overwrite begins with it as it is)."
    assert said in run("review", "film.srt", "--no-browser")[2]
    assert run("review", "film.srt", "--overwrite", "--html", "out.html")[0] == 0
    assert [cue["text"] for cue in told("out.html")["cues"]] == ["Other", "Two"]


def test_a_video_that_was_replaced_is_told(run: Terminal, links: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subextract.cli.review._is_video", lambda path: True)
    run("review", film(), "--no-browser")
    assert "not the video" not in run("review", "film.mp4", "--no-browser")[2]
    film(more="of it")
    said = "film.mp4 is not the video that film.review was made of; --overwrite reads it anew."
    assert said in run("review", "film.mp4", "--no-browser")[2]


@pytest.mark.parametrize("keep", [True, False])
def test_a_later_run_writes_the_changes_of_a_person_only_where_they_said_so(run: Terminal, keep: bool) -> None:
    run(film(), "--review")
    edit("Mine", keep)
    assert run("film.mp4", "--overwrite")[0] == 0
    assert texts() == (["Mine", "Two"] if keep else ["One", "Two"])


def test_a_film_that_cannot_be_read_leaves_nothing(run: Terminal, links: list[str]) -> None:
    assert run("review", "nothere.mp4")[::2] == (
        3,
        "subextract: nothere.mp4 does not exist: check the name and the folder.\n",
    )
    assert run("review", film(opening="media"))[::2] == (4, "subextract: film.mp4 is not a video.\n")
    assert (files(), links) == (["film.mp4"], [])


def test_a_film_that_breaks_off_is_reviewed_as_far_as_it_goes(run: Terminal, links: list[str]) -> None:
    code, _, err = run("review", film(later="broken"), "--no-browser")
    assert (code, len(links)) == (0, 1)
    assert "subextract: film.mp4 is incomplete: copy it again." in err
    with Sidecar(Path("film.review")) as sidecar:
        assert len(sidecar.entries()) == len(TWO)


def test_a_port_that_is_taken_is_told(run: Terminal) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        code, _, err = run("review", film(), "--port", str(port), "--no-browser")
    said = f"subextract: The port {port} is taken; choose another one with --port (0: any free one)."
    assert (code, err.splitlines()[-1]) == (5, said)


def test_where_no_browser_opens_that_is_said(run: Terminal, links: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webbrowser.open", lambda link: False)
    said: list[str] = []
    serving.serve(None, 0, browser=True, say=said.append)  # type: ignore[arg-type]
    for thread in threading.enumerate():
        if thread.name == "browser":
            thread.join()
    assert said[1] == "No browser could be opened; open the link above in one."


def test_a_typing_error_and_settings_of_the_page(run: Terminal) -> None:
    assert "did you mean subextract review?" in run("reveiw")[2]
    assert run("review", film(), "--port", "99999")[0] == 2
    Path("my.toml").write_text("[page]\nport = 0\nbrowsers = true\n")
    assert "perhaps 'browser' is meant" in run("review", "film.mp4", "--config", "my.toml")[2]
