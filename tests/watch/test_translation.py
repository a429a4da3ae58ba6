"""Whether a watched folder gets translated subtitles, as its own settings say.

The daemons and workers are real processes, and so is the server; only the reading is a stand-in
(tests/helpers/watched.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.foreign import Translating, foreign
from tests.helpers.served import running, status
from tests.helpers.watched import subrip
from tests.helpers.watching import Folder

TEXTS = ("Good evening.", "At home?")
TRANSLATED = subrip(*map(foreign, TEXTS))


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Translating]:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with running(Translating()) as found:
        yield found


def test_every_folder_has_its_own_language(folder: Folder, fake: Translating, tmp_path: Path) -> None:
    config = tmp_path / "watch.toml"
    config.write_text(
        f'translator_url = "{fake.url}"\n[folders."{folder.films}"]\ntranslate = "de"\nkeep_original = true\n'
    )
    folder.film("film.mkv", *TEXTS)
    assert folder.once(f"--config={config}", language="en") == 0
    assert folder.files() == ["film.de.srt", "film.en.srt"]
    assert (folder.text("film.de.srt"), folder.text("film.en.srt")) == (TRANSLATED, subrip(*TEXTS))
    assert folder.jobs()["film.mkv"].language == "de"
    assert folder.once(f"--config={config}", language="en") == 0
    assert len(fake.asked) == 1


def test_a_track_in_the_language_is_enough_and_one_in_another_is_translated(folder: Folder, fake: Translating) -> None:
    german, english = ("text", "subrip", "ger"), ("text", "subrip", "eng")
    folder.film("enough.mkv", tracks=[english, german], soft=["x"])
    folder.film("other.mkv", "off the picture", tracks=[english], soft=list(TEXTS))
    assert folder.once(translate="de", translator_url=fake.url) == 0
    assert folder.files() == ["other.de.srt"]
    assert folder.text("other.de.srt") == TRANSLATED
    assert folder.states() == {"enough.mkv": "skipped", "other.mkv": "done"}


def test_an_original_of_somebody_else_is_kept_beside_the_translation(folder: Folder, fake: Translating) -> None:
    film = folder.film("film.mkv", "off the picture", tracks=[("text", "subrip", "eng")], soft=list(TEXTS))
    film.with_suffix(".en.srt").write_text("mine")
    assert folder.once("--keep-original", translate="de", translator_url=fake.url) == 0
    assert (folder.files(), folder.text("film.en.srt")) == (["film.de.srt", "film.en.srt"], "mine")


def test_a_translator_that_is_gone_is_waited_for_and_nothing_half_translated_is_left(
    folder: Folder, fake: Translating
) -> None:
    folder.film("film.mkv", *TEXTS)
    fake.faults = [status(500)] * 5
    folder.watch(translate="de", translator_url=fake.url)
    folder.wait_for(lambda: folder.ledger.exists() and folder.states() == {"film.mkv": "done"})
    assert (folder.files(), folder.text("film.de.srt")) == (["film.de.srt"], TRANSLATED)


def test_what_is_never_translated_is_told(folder: Folder, fake: Translating) -> None:
    folder.film("film.mkv", *TEXTS)
    fake.faults = [status(400)] * 20
    assert folder.once(translate="de", translator_url=fake.url) == 0
    assert folder.jobs()["film.mkv"].reason == "2 of 2 cues are not translated."


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"translate": "de"}, "The translator 'server' needs --translator-url"),
        ({"translate": "de", "translator": "local", "glossary": "none.txt"}, "--glossary: none.txt cannot be read"),
    ],
)
def test_what_would_go_wrong_with_every_video_is_told_at_once(
    folder: Folder, settings: dict[str, str], sentence: str
) -> None:
    assert folder.once(**settings) == 2
    assert sentence in folder.log.read_text()
