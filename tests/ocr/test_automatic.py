"""Whether each line is read by who knows its script, and what nobody knows keeps its place alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from subextract.languages.packs import VIETNAMESE
from subextract.ocr.automatic import AutoReader
from subextract.ocr.choosing import Choosing, remedy, script_of
from subextract.ocr.expecting import Expecting
from subextract.ocr.protocols import Reader
from subextract.ocr.script import CLASSES, NONE, ScriptTeller
from subextract.ocr.standing import LETTERS, stand_in
from subextract.ocr.surety import odds_by_answer
from subextract.types import Box, Clip, Image, Line

UPPER, LOWER = Box(0, 0, 100, 20), Box(0, 20, 100, 40)


class Named:
    """A reader that answers with its name."""

    def __init__(self, name: str) -> None:
        self.name, self.shown, self.closed = name, 0, False

    def read(self, clips: Sequence[Clip]) -> list[list[Line]]:
        self.shown += sum(len(clip.lines) for clip in clips)
        return [[Line(self.name, box.moved(clip.box.left, clip.box.top), 0.9) for box in clip.lines] for clip in clips]

    def close(self) -> None:
        self.closed = True


class Painted:
    """Tells the script that a picture is painted with: the number of its class is its brightness."""

    def odds(self, image: Image) -> NDArray[np.float32]:
        return odds(CLASSES[int(image[0, 0, 0])])


def odds(script: str, sure: float = 0.95) -> NDArray[np.float32]:
    chances = np.full(len(CLASSES), (1 - sure) / (len(CLASSES) - 1), np.float32)
    chances[CLASSES.index(script)] = sure
    return np.log(chances)


def either_of(one: str, other: str, share: float) -> NDArray[np.float32]:
    """The odds of a line that is rather of the other script, by that share."""
    return np.asarray(np.log((1 - share) * np.exp(odds(one)) + share * np.exp(odds(other))), np.float32)


def clip(upper: str, lower: str, *, vertical: bool = False) -> Clip:
    image = np.zeros((40, 100, 3), np.uint8)
    image[:20], image[20:] = CLASSES.index(upper), CLASSES.index(lower)
    return Clip(0, 1000, image, Box(10, 50, 110, 90), (UPPER, LOWER), vertical=vertical)


def automatic(**others: Named) -> tuple[AutoReader, Named]:
    bundled = Named("bundled")
    teller = cast(ScriptTeller, Painted())
    return AutoReader(bundled, lambda script: cast("Reader | None", others.get(script)), teller), bundled


def test_a_film_in_two_scripts_is_read_by_two() -> None:
    korean = Named("korean")
    reader, bundled = automatic(Kore=korean)
    found = reader.read([clip("Kore", "Latn"), clip("Hani", "Kore"), clip(NONE, "Latn")])
    assert [[line.text for line in lines] for lines in found] == [
        ["korean", "bundled"],
        ["bundled", "korean"],
        ["bundled", "bundled"],
    ]
    assert (korean.shown, bundled.shown) == (2, 4)  # what is surely in another script costs no second reading
    reader.close()
    assert (korean.closed, bundled.closed) == (True, True)


def test_what_nobody_can_read_keeps_its_place_and_says_its_script() -> None:
    reader, bundled = automatic()
    ((above, below),) = reader.read([clip("Thai", "Latn")])
    assert (above.unread, above.box, above.score) == ("Thai", UPPER.moved(10, 50), None)
    assert set(above.text) <= set(LETTERS["Thai"])
    assert (below.text, below.unread) == ("bundled", None)
    assert bundled.shown == 1


@pytest.mark.parametrize(
    ("picture", "said", "script"),
    [
        pytest.param("Cyrl", Line("Warum hört mir nie jemand zu?", score=0.99), "Latn", id="surely read"),
        pytest.param("Cyrl", Line("HeT, R He moory npocto", score=0.72), "Cyrl", id="read as what it resembles"),
        pytest.param("Thai", Line("", score=0.0), "Thai", id="not read at all"),
        pytest.param("Latn", Line("Xouy 3haTb, 4To 9to", score=0.6), "Latn", id="unsure, and no film tells"),
    ],
)
def test_the_script_is_told_by_what_the_bundled_reader_makes_of_it_too(picture: str, said: Line, script: str) -> None:
    told = Expecting().told([odds(picture, 0.6) + odds_by_answer(said)])
    assert told == [script]


def test_columns_are_read_by_who_reads_columns() -> None:
    reader, _ = automatic()
    (lines,) = reader.read([clip("Kore", "Kore", vertical=True)])
    assert [line.text for line in lines] == ["bundled", "bundled"]


def test_a_doubtful_line_is_in_the_script_of_the_lines_before_it() -> None:
    either = either_of("Latn", "Cyrl", 0.8)
    english = Expecting()
    assert english.told([odds("Latn")] * 40 + [either]) == ["Latn"] * 41
    assert english.told([odds("Cyrl", 0.999)]) == ["Cyrl"]
    assert Expecting().told([odds("Cyrl")] * 40 + [either_of("Cyrl", "Latn", 0.8)]) == ["Cyrl"] * 41


def test_lines_of_which_each_is_doubtful_tell_together_what_a_film_is_in() -> None:
    assert Expecting().told([either_of("Latn", VIETNAMESE, 0.85)]) == ["Latn"]
    assert Expecting().told([either_of("Latn", VIETNAMESE, 0.85)] * 20) == [VIETNAMESE] * 20


def test_a_language_that_the_user_names_is_expected() -> None:
    either = [either_of("Latn", "Grek", 0.6)]
    assert (Expecting().told(either), Expecting(["Grek"]).told(either)) == (["Latn"], ["Grek"])


def test_equal_lines_have_one_stand_in_and_others_another() -> None:
    random = np.random.default_rng(1)
    one, other = (random.integers(0, 255, (30, 300, 3)).astype(np.uint8) for _ in range(2))
    one[:, 100:200] = 0
    other[:, 50:90] = 0
    for script, letters in LETTERS.items():
        said = stand_in(one, script)
        assert said == stand_in(one.copy(), script)
        assert said != stand_in(other, script)
        assert set(said) <= {*letters, " "}


def test_every_language_has_a_script_and_every_script_a_remedy() -> None:
    assert [script_of(tag) for tag in ("vi", "en", "zh-Hant", "ja", "ko", "sr-Latn", "uk")] == [
        *(VIETNAMESE, "Latn", "Hani", "Hani", "Kore", "Latn", "Cyrl")
    ]
    assert remedy("Kore") == "subextract models get korean, or apt-get install tesseract-ocr-kor"
    assert remedy("Hebr") == "apt-get install tesseract-ocr-heb"
    assert set(LETTERS) == set(CLASSES) - {"Latn", "Hani", NONE}


def test_tesseract_reads_with_the_packs_that_are_here(fake_tesseract: object) -> None:
    chosen = Choosing((), None, None).reader("Kore")
    assert type(chosen).__name__ == "TesseractReader"
    assert Choosing((), None, None).reader("Telu") is None


def test_a_model_that_was_named_reads_before_all_others() -> None:
    model = Named("model")
    assert Choosing((), None, lambda: model).reader("Kore") is model
