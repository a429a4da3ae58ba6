"""A real browser for tests: the Chromium of the distribution, started once, that reaches nothing but this machine."""

from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
AXE = Path(__file__).parent / "vendored" / "axe.min.js"  # finds what keeps people out of a page
PATIENCE = 20_000  # ms; busy machines


@pytest.fixture(scope="session")
def browser() -> Browser:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        if os.environ.get("CI") and shutil.which("apt-get"):  # elsewhere there is no package of it
            pytest.fail("There is no Chromium; .ci/run installs it.")
        pytest.skip("There is no Chromium here; install it with: apt-get install chromium")
    return started(program)


@cache
def started(program: str) -> Browser:
    """One for all files of tests, each of which has a fixture of its own: Playwright runs once in a thread."""
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright.chromium.launch(executable_path=program, args=list(FLAGS))


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A page of 1280 by 800; what goes wrong in it fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if is_fault(said) else None)
    yield page
    context.close()
    assert wrong == []


EXPECTED = ("409 (Conflict)", "status of 422", "net::ERR_CONNECTION")


def is_fault(said: ConsoleMessage) -> bool:
    """Whether a message of the console is one; that a change met another one is no fault, nor that a request was
    refused, nor that a page is still open when its server ends."""
    return said.type == "error" and not any(words in said.text for words in EXPECTED)
