"""Whether what contributors are told and what machines check for them is there and fits."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

import subextract
from tests.helpers.files import ROOT

FORMS = [path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"]


def loaded(path: Path) -> Any:
    return yaml.safe_load(path.read_text("utf-8"))


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/releasing.md"])
def test_each_file_that_is_named_is_there(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    linked = [(ROOT / name).parent / place for place in re.findall(r"\]\(([^)#:]+)\)", text)]
    named = [ROOT / place for place in re.findall(r"`((?:subextract|benchmarks|tests|docs)/[\w./]*)`", text)]
    assert [str(path) for path in [*linked, *named] if not path.exists()] == []


def test_the_workflow_does_what_is_done_here_on_every_system_and_version() -> None:
    (job,) = loaded(ROOT / ".github" / "workflows" / "checks.yml")["jobs"].values()
    matrix = job["strategy"]["matrix"]
    assert matrix["python"] == ["3.11", "3.12", "3.13", "3.14"]
    assert [name.split("-")[0] for name in matrix["os"]] == ["ubuntu", "macos", "windows"]
    assert [step["run"] for step in job["steps"] if "run" in step] == ["bash .ci/run"]


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_each_form_asks_for_what_the_file_is_and_for_a_cut_of_it(form: Path) -> None:
    asked = {part["id"]: part["attributes"] for part in loaded(form)["body"]}
    assert "subextract probe VIDEO --json" in asked["probe"]["description"]
    assert "ffmpeg" in asked["clip"]["description"]


def test_there_is_a_form_for_each_kind_of_fault() -> None:
    assert sorted(path.stem for path in FORMS) == ["invented_cue", "wrong_text", "wrong_time"]


def test_before_a_commit_the_checks_of_style_and_types_are_made() -> None:
    (repository,) = loaded(ROOT / ".pre-commit-config.yaml")["repos"]
    commands = [hook["entry"].split(" --")[0] for hook in repository["hooks"]]
    checked = (ROOT / ".ci" / "run").read_text("utf-8")
    assert commands == ["ruff check", "ruff format", "mypy"]
    assert all(command.split()[0] in checked for command in commands)


def test_the_site_describes_each_public_name() -> None:
    page = (ROOT / "docs" / "api.md").read_text("utf-8")
    documented = set(re.findall(r"::: subextract\.[\w.]*?(\w+)$", page, re.M))
    documented |= set(re.findall(r"members: \[([^\]]+)\]", page)[0].split(", "))
    errors = {name for name in subextract.__all__ if isinstance(getattr(subextract, name), type)} - documented
    assert {*subextract.__all__} - documented - errors == {"__version__"}
    assert {getattr(subextract, name).__module__ for name in errors} == {"subextract.errors"}  # documented as one
    assert "errors" in documented


def test_each_page_is_in_the_menu_of_the_site() -> None:
    menu = (ROOT / "mkdocs.yml").read_text("utf-8").partition("nav:")[2]
    assert sorted(re.findall(r"(\w+\.md)", menu)) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))
