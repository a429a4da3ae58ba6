"""Whether the package is installed by its own name: ``subextract`` on the Python Package Index is somebody else's."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from subextract.distribution import DISTRIBUTION, installing
from tests.helpers.files import ROOT

SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT = SETTINGS["project"]
# An installer's command with the bare name as one of its words, or the bare name with extras.
STRANGER = re.compile(r"(?:install|pipx run|uvx|uv add)\b[^\n`]*?[\s'\"]subextract(?=[\s'\"`\[]|$)|subextract\[")


def texts() -> str:
    """What people read or run: the project's files that hold text, without this one, which names the fault."""
    kinds = {".py", ".md", ".toml", ".txt", ".yaml", ".service", ".sh", ""}
    folders = [ROOT / name for name in (".ci", "benchmarks", "deploy", "docs", "fixtures", "subextract", "tests")]
    found = [*ROOT.glob("*"), *(path for folder in folders for path in folder.rglob("*"))]
    read = [path for path in found if path.is_file() and path.suffix in kinds and path != Path(__file__)]
    return "\n".join(path.read_text("utf-8") for path in read)


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("sudo /opt/subextract/bin/pip install subextract", True),
        ("pip install 'subextract[hunyuan]'", True),
        ("uv tool install subextract", True),
        ("`subextract[hunyuan]` or a server", True),
        ("pip install 'subextract-video[hunyuan]'", False),
        ("sudo /opt/subextract/bin/pip install .", False),
        ("pip install . && .venv/bin/subextract fixtures/demo.mp4", False),
    ],
)
def test_the_bare_name_is_seen_where_it_is_installed(line: str, named: bool) -> None:
    assert bool(STRANGER.search(line)) is named


def test_no_text_of_the_project_installs_a_strangers_program() -> None:
    assert [line for line in texts().splitlines() if STRANGER.search(line)] == []


def test_the_name_is_that_of_the_project_file() -> None:
    assert PROJECT["name"] == DISTRIBUTION != "subextract"
    assert PROJECT["scripts"] == {"subextract": "subextract.cli:main"}


def test_what_is_installed_is_the_package_alone() -> None:
    assert SETTINGS["tool"]["hatch"]["build"]["targets"]["wheel"] == {"packages": ["subextract"]}


def test_each_extra_that_is_told_to_be_installed_exists() -> None:
    told = set(re.findall(rf"{DISTRIBUTION}\[(\w+)\]|installing\(['\"](\w+)['\"]\)", texts()))
    told = {first or second for first, second in told}
    assert {"hunyuan", "local", "server"} <= told <= set(PROJECT["optional-dependencies"])
    assert installing("server") == f"pip install '{DISTRIBUTION}[server]'"
