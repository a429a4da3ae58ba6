"""Whether live texts that roll up or grow are said once, whatever carries them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from subextract.subtitles.rolling import TextRow, stays
from subextract.subtitles.text.teletext import cues
from tests.helpers.teletext import page

Screens = Sequence[dict[int, str]]


def told(pages: Screens) -> list[tuple[int, int, str]]:
    """The cues of teletext whose page changes every two seconds and is sent every second."""
    sent = [{row: text.encode() for row, text in each.items()} for each in (*pages, {})]
    packets = [(2000 * n + more, page(0x888, rows)) for n, rows in enumerate(sent, 1) for more in (0, 1000)]
    return [(cue.start, cue.end, cue.text) for cue in cues(packets, 0x888)]


@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        (
            [{22: "one line"}, {20: "one line", 22: "second line"}, {20: "second line", 22: "third"}],
            [(2000, 4000, "one line"), (4000, 6000, "second line"), (6000, 8000, "third")],
        ),
        ([{22: "Good"}, {22: "Good evening"}, {22: "Good evening all"}], [(2000, 8000, "Good evening all")]),
        ([{20: "one"}, {20: "one", 22: "two"}], [(2000, 6000, "one\ntwo")]),
        (
            [{22: "Good even"}, {20: "Good evening", 22: "to"}, {20: "Good evening", 22: "to all"}],
            [(2000, 4000, "Good evening"), (4000, 8000, "to all")],
        ),
        ([{22: "Yes."}, {}, {22: "Yes."}], [(2000, 4000, "Yes."), (6000, 8000, "Yes.")]),
        ([{22: "Yes."}, {22: "No."}], [(2000, 4000, "Yes."), (4000, 6000, "No.")]),
    ],
)
def test_each_line_of_live_teletext_comes_once_and_whole(pages: Screens, expected: list[tuple[int, int, str]]) -> None:
    assert told(pages) == expected


def test_a_line_that_goes_on_while_it_is_pushed_up_keeps_its_last_words_and_its_place() -> None:
    screens = [
        (0, (TextRow(40, 243, "Good even"),)),
        (500, (TextRow(40, 228, "Good evening"), TextRow(40, 243, "to"))),
        (900, ()),
    ]
    first, second = stays(screens)
    assert (first.end, first.rows) == (500, (TextRow(40, 243, "Good evening"),))
    assert [row.text for row in second.rows] == ["to"]
