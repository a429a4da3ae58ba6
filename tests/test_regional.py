"""Whether the lines of several regions are read by the reader of the language that each is in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from subextract import ocr
from subextract.options import Options, VlmOptions
from subextract.regional import RegionalReader, Regions, languages, reader
from subextract.types import Box, Clip, Line

PICTURE = np.zeros((40, 200, 3), np.uint8)
SIZE = (200, 100)
UPPER, LOWER = Box(0, 2, 100, 12), Box(0, 22, 100, 32)


class Spy:
    """A reader that says its language, and notes how many lines it was given."""

    def __init__(self, language: str | None, batch: int = 0) -> None:
        self.language, self.batch, self.asked, self.closed = language, batch, 0, False

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        self.asked += sum(len(clip.lines) for clip in clips)
        assert all(clip.lines for clip in clips)
        return [[Line(str(self.language), box) for box in clip.lines] for clip in clips]

    def close(self) -> None:
        self.closed = True


def regions(*values: str) -> tuple[Options, Regions]:
    options = Options.model_validate({"region": list(values), "engine": "tesseract"})
    return options, Regions.of(options, *SIZE)


def test_a_line_is_in_the_language_of_the_first_region_in_which_it_lies() -> None:
    _, found = regions("0,0,1,0.5=ja", "0,0.25,1,1=en", "0,0,1,1")
    places = [Box(0, 30, 50, 40), Box(0, 46, 50, 56), Box(0, 60, 50, 70), Box(0, 48, 50, 52)]
    assert [found.language(place) for place in places] == ["ja", "en", "en", "en"]
    assert Regions().language(places[0]) is None


def test_each_line_of_a_clip_is_read_by_the_reader_of_its_language() -> None:
    options, found = regions("0,0,1,0.5=ja", "0,0.5,1,1=en")
    spies = {language: Spy(language, batch=40) for language in languages(options, found)}
    both = Clip(0, 1000, PICTURE, Box(0, 30, 200, 70), (UPPER, LOWER, UPPER))
    one = Clip(0, 1000, PICTURE, Box(0, 60, 200, 100), (UPPER,))
    regional = RegionalReader(spies, found.language)
    assert [[line.text for line in lines] for lines in regional.read([both, one])] == [["ja", "en", "ja"], ["en"]]
    assert [spy.asked for spy in spies.values()] == [2, 2]
    assert regional.batch == 40
    regional.close()
    assert all(spy.closed for spy in spies.values())


def test_a_reader_is_made_for_each_language_and_one_model_for_all(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, str | None]] = []

    def make(name: str, *, language: str | None, asked: VlmOptions, threads: int | None) -> Spy:
        made.append((name, language))
        return Spy(language)

    monkeypatch.setattr(ocr, "reader", make)
    options, found = regions("top=ja", "bottom")
    regional = reader("tesseract", options.model_copy(update={"language": "en"}), found, None)
    clip = Clip(0, 1000, PICTURE, Box(0, 0, 200, 100), (Box(0, 2, 100, 12), Box(0, 70, 100, 80)))
    assert [line.text for line in regional.read([clip])[0]] == ["ja", "en"]
    reader("tesseract", *regions("top=ja", "bottom=ja"), None)
    reader("server", *regions("top=ja", "bottom=ko"), None)
    reader("server", *regions("top=ja", "bottom=en"), None)
    reader("tesseract", Options(language="fr"), Regions(), None)
    names = [("tesseract", "ja"), ("tesseract", "en"), ("tesseract", "ja"), ("server", "ko"), ("server", None)]
    assert made == [*names, ("tesseract", "fr")]
