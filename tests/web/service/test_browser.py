"""Whether a person at a browser can hand a video over, follow it, and have its subtitles."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.browsing import AXE, PATIENCE
from tests.helpers.files import FIXTURES
from tests.helpers.serving import Program
from tests.helpers.watched import subrip

expect.set_options(timeout=PATIENCE)

FILM = FIXTURES / "fade.mp4"
EVIL = "<img src=x onerror=\"document.title='broken in'\">\u202e.mkv"


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Program]:
    made = Program(tmp_path)
    made.start()
    yield made
    made.close()


def opened(tab: Page, program: Program, path: str = "") -> Page:
    token = (program.data / "token").read_text().strip()
    tab.goto(f"http://127.0.0.1:{program.port}/{path}?token={token}")
    return tab


def script(*texts: str, pause: float = 0.0) -> bytes:
    return json.dumps({"texts": texts, "pause": pause}).encode()


def give(tab: Page, name: str, content: bytes) -> None:
    tab.set_input_files("#file", {"name": name, "mimeType": "video/x-matroska", "buffer": content})


def faults(tab: Page) -> list[str]:
    """The serious ones that axe finds."""
    tab.evaluate(AXE.read_text("utf-8"))
    found = tab.evaluate("axe.run().then((found) => found.violations.map(({ id, impact }) => `${impact} ${id}`))")
    return [fault for fault in found if fault.startswith(("serious", "critical"))]


def test_a_video_is_handed_over_followed_and_its_subtitles_are_had(tab: Page, program: Program) -> None:
    opened(tab, program)
    expect(tab.locator("#none")).to_be_visible()
    give(tab, "film.mkv", script("One", "Two", pause=2))
    card = tab.locator("#list .card")
    expect(card.locator(".tag")).to_have_text("running")
    expect(card.locator("progress")).to_be_visible()
    assert faults(tab) == []
    expect(card.locator(".tag")).to_have_text("done")
    expect(card.locator(".said")).to_contain_text("2 cues")
    with tab.expect_download() as download:
        card.get_by_text("srt").click()
    assert download.value.suggested_filename == "film.srt"
    assert Path(download.value.path()).read_text() == subrip("One", "Two")


def test_what_was_really_read_is_mended_on_the_page_of_its_job(tab: Page, tmp_path: Path) -> None:
    program = Program(tmp_path, (sys.executable, "-m", "subextract"))
    program.start()
    try:
        number = program.client.post("/v1/jobs", files={"file": ("film.mp4", FILM.read_bytes())}).json()["id"]
        opened(tab, program)
        tab.get_by_text("Look and mend").click(timeout=3 * PATIENCE)
        tab.wait_for_selector(".crop img")
        assert tab.inner_text("#name") == "film.mp4"
        tab.fill("#text", "Mended")
        tab.keyboard.press("Control+s")
        expect(tab.locator("#status")).to_contain_text("Written")
        assert "Mended" in program.client.get(f"/v1/jobs/{number}/result?format=vtt").text
    finally:
        program.close()


def test_a_name_and_a_reason_out_of_a_file_stay_texts(tab: Page, program: Program) -> None:
    opened(tab, program)
    give(tab, EVIL, b"<b>no video</b>")
    card = tab.locator("#list .card")
    expect(card.locator(".tag")).to_have_text("failed")
    expect(card.locator(".title")).to_contain_text("onerror")
    expect(card.locator(".title")).to_contain_text("⟨U+202E⟩")
    assert tab.title() == "Jobs – subextract"


def test_what_is_refused_is_said_and_a_job_is_cancelled_and_deleted(tab: Page, program: Program) -> None:
    opened(tab, program)
    tab.fill("#language", "xx-yy-zz")
    give(tab, "film.mkv", script("One", pause=30))
    expect(tab.locator("#notice")).to_contain_text("film.mkv: language: 'xx-yy-zz' is not a language code")
    tab.fill("#language", "de")
    give(tab, "film.mkv", script("One", pause=30))
    card = tab.locator("#list .card")
    card.get_by_role("button", name="Cancel film.mkv").click()
    expect(card.locator(".tag")).to_have_text("cancelled")
    card.get_by_role("button", name="Delete film.mkv").click()
    expect(card).to_have_count(0)
    assert program.files() == []


def test_many_videos_that_are_handed_over_at_once_are_all_taken(tab: Page, program: Program) -> None:
    opened(tab, program)
    names = [f"{number}.mkv" for number in range(7)]  # more than the server takes at the same time
    files = [{"name": name, "mimeType": "video/x-matroska", "buffer": script(name) + b" " * 2**21} for name in names]
    tab.set_input_files("#file", files)  # type: ignore[arg-type]
    expect(tab.locator("#list .card")).to_have_count(7)
    expect(tab.locator("#notice")).to_be_hidden()
    expect(tab.locator("#sending .card")).to_have_count(0)


def test_why_videos_were_refused_stays_until_something_else_is_done(tab: Page, program: Program) -> None:
    opened(tab, program)
    looks: list[str] = []
    tab.on("response", lambda answer: looks.append(answer.url) if "limit=" in answer.url else None)
    tab.fill("#language", "xx-yy-zz")
    files = [{"name": name, "mimeType": "video/x-matroska", "buffer": b"x"} for name in ("a.mkv", "b.mkv")]
    tab.set_input_files("#file", files)  # type: ignore[arg-type]
    expect(tab.locator("#notice")).to_contain_text("b.mkv: language:")
    looks.clear()
    while len(looks) < 3:
        tab.wait_for_event("response")
    expect(tab.locator("#notice")).to_contain_text("a.mkv: language:")
    tab.fill("#language", "")
    give(tab, "c.mkv", script("One"))
    expect(tab.locator("#list .card")).to_have_count(1)
    expect(tab.locator("#notice")).to_be_hidden()


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800])
def test_the_pages_are_readable_in_both_lights(tab: Page, program: Program, light: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    tab.emulate_media(color_scheme=light)  # type: ignore[arg-type]
    program.ended(program.send("One", "Two"))
    opened(tab, program)
    expect(tab.locator("#list .card")).to_have_count(1)
    assert faults(tab) == []
    opened(tab, program, "docs")
    expect(tab.locator(".operation")).to_have_count(10)
    assert faults(tab) == []
