"""Commands in this process whose videos are JSON (tests/helpers/scripted.py), and what they leave."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from subextract import cli

TWO = [[1000, 2000, "One", 0.9], [3000, 4000, "Two", 0.7]]
SUBRIP = "1\n00:00:01,000 --> 00:00:02,000\nOne\n\n2\n00:00:03,000 --> 00:00:04,000\nTwo\n\n"


def film(name: str = "film.mp4", **script: Any) -> str:
    Path(name).write_text(json.dumps({"cues": TWO} | script))
    return name


def without_times(text: str) -> str:
    return re.sub(r"[\d.]+ s, [\d.]+ times real time", "TIME", text)


class Terminal:
    """What one command leaves: its exit code, and what it said where."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        code = cli.main(arguments)
        out, err = self._capsys.readouterr()
        return code, out, without_times(err)


def files() -> list[str]:
    return sorted(path.name for path in Path().iterdir())
