"""Whether italics, bold and underlined text go from one format to another."""

from __future__ import annotations

import pysubs2
import pytest

from subextract.formats import ass, by_name
from subextract.formats import srt as srt_format
from subextract.types import Cue

STYLED = Cue(
    1_000, 2_000, "You & the Titanic?\nNo {1} <i>!", styled="You &amp; the <i>Titanic</i>?\n<b>No {1} &lt;i&gt;!</b>"
)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("srt", "You & the <i>Titanic</i>?\n<b>No {1} <\N{WORD JOINER}i>!</b>"),
        ("vtt", "You &amp; the <i>Titanic</i>?\n<b>No {1} &lt;i&gt;!</b>"),
        (
            "ass",
            r"You & the {\i1}Titanic{\i0}?\N{\b1}No ｛\N{WORD JOINER}1} <i>!{\b0}".replace(
                r"\N{WORD JOINER}", "\N{WORD JOINER}"
            ),
        ),
    ],
)
def test_italics_go_from_format_to_format(name: str, written: str) -> None:
    text = by_name(name).dumps([STYLED])
    assert written in text
    assert by_name(name).loads(text) == [STYLED]


def test_styles_of_a_text_that_was_changed_are_not_written() -> None:
    changed = Cue(1_000, 2_000, "You & the Olympic?", styled=STYLED.styled)
    assert srt_format.dumps([changed]) == "1\n00:00:01,000 --> 00:00:02,000\nYou & the Olympic?\n\n"


def test_an_italic_style_of_a_script_is_known() -> None:
    script = pysubs2.SSAFile()
    script.styles["Thought"] = pysubs2.SSAStyle(italic=True)
    script.events = [pysubs2.SSAEvent(0, 1_000, "Who?", style="Thought")]
    assert [cue.styled for cue in ass.loads(script.to_string("ass"))] == ["<i>Who?</i>"]
