"""Whether files lie where the system or the user keep such files."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from subextract import places

FOLDERS = {"XDG_CACHE_HOME": places.cache, "XDG_STATE_HOME": places.state, "XDG_DATA_HOME": places.data}


@pytest.mark.skipif(sys.platform in ("darwin", "win32"), reason="these have places of their own")
@pytest.mark.parametrize("variable", FOLDERS)
def test_the_user_says_where_such_files_are(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CACHE_DIRECTORY", "STATE_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "/home/me/there")
    assert FOLDERS[variable]() == Path("/home/me/there/subextract")
    monkeypatch.setenv(variable, "")
    assert Path.home() in FOLDERS[variable]().parents


@pytest.mark.parametrize(("variable", "place"), [("CACHE_DIRECTORY", places.cache), ("STATE_DIRECTORY", places.state)])
def test_a_service_has_the_folder_that_systemd_gives_it(
    variable: str, place: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, "/var/lib/subextract:/other")
    assert callable(place)
    assert place() == Path("/var/lib/subextract")
