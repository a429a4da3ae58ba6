"""Which conditions do tests in several files ask for."""

from __future__ import annotations

import logging
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from subextract import runner
from subextract.concurrency.cores import OPENCV_THREADS, cores
from subextract.options import PREFIX
from tests.helpers import extracted, scripted
from tests.helpers.browsing import browser, tab
from tests.helpers.terminal import Terminal
from tests.helpers.watching import Folder

# Several tests run at once, each in one of the processes that pytest-xdist starts: none takes more than its core.
# The libraries read these when they are imported, so it comes before any of them, in the processes of tests, too.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", OPENCV_THREADS):
    os.environ.setdefault(variable, "1")

# Whatever is set where the tests run is not what they are about. Here, before any test is imported, it is gone for
# fixtures of all scopes and for every process that a test starts, too.
for variable in [name for name in os.environ if name.startswith(PREFIX) or name == "FORCE_COLOR"]:
    del os.environ[variable]

__all__ = ["browser", "tab"]  # here, so that one browser serves all files

FAKE = """#!{python}
import os, sys
with open({log!r}, "a") as log:
    print(*sys.argv[1:], "threads", os.environ["OMP_THREAD_LIMIT"], file=log)
if sys.argv[1] == "--list-langs":
    print("List of available languages (3):", "ara", "eng", "kor", sep="\\n")
    sys.exit()
names = open(sys.argv[1]).read().split()
with open(sys.argv[2] + ".txt", "w") as text, open(sys.argv[2] + ".tsv", "w") as table:
    print("level", "page_num", "block_num", "and so on", sep="\\t", file=table)
    for number, name in enumerate(names, 1):
        width = int.from_bytes(open(name, "rb").read()[16:20], "big")
        print(1, number, 0, 0, 0, 0, 0, 0, width, 60, -1, "", sep="\\t", file=table)
        for word, (said, sure) in enumerate((("wide", 96), (width, 90)), 1):
            print(5, number, 1, 1, 1, word, 12, 12, 20, 20, sure, said, sep="\\t", file=table)
        print("wide ", width, "\\n", sep="", end="" if number == len(names) else "\\f", file=text)
"""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A process for each core where all tests are run; those of a file or two are done sooner in this one."""
    return cores() if config.args == config.getini("testpaths") else 0


@pytest.fixture(scope="session", autouse=True)
def shared_results(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Extractions that several tests look at are kept where all processes of the run find them."""
    own = tmp_path_factory.getbasetemp()
    extracted.folders[:] = [own.parent if "PYTEST_XDIST_WORKER" in os.environ else own]


@pytest.fixture(autouse=True)
def log_as_before() -> Iterator[None]:
    """What a command of one test logs, and to where, is nothing to the next test."""
    log = logging.getLogger("subextract")
    level, handlers = log.level, log.handlers[:]
    yield
    log.setLevel(level)
    log.handlers[:] = handlers


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Tiny models are slower on several threads, and much slower where others use these, too."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def fake_tesseract(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program that says how wide each page is; the path is that of the list of its calls."""
    log, program = tmp_path / "calls.log", tmp_path / "bin" / "tesseract"
    program.parent.mkdir()
    program.write_text(FAKE.format(python=sys.executable, log=str(log)), "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    return log


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """A file that stands for a video which nobody opens."""
    video = tmp_path / "film.mp4"
    video.write_bytes(b"frames")
    return video


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path)
    yield made
    for daemon in made.daemons:
        daemon.kill()
        daemon.wait()


@pytest.fixture
def scripted_videos(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test works in a folder of its own, with the pipeline of tests/helpers/scripted.py."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setattr(runner, "stream", scripted.stream)
    return tmp_path


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)
