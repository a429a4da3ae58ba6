"""Whether lines that were read as they stand come into the order in which they are typed."""

from __future__ import annotations

import pytest

from subextract.ocr.rapid.bidi import logical


@pytest.mark.parametrize(
    ("seen", "typed"),
    [
        ("ةلمج", "جملة"),
        ("؟تنأ نيأ", "أين أنت؟"),
        (".1987 ماع يف", "في عام 1987."),
        (".12:30 ةعاسلا", "الساعة 12:30."),
        ("% 5.5 ةبسنب", "بنسبة 5.5 %"),
        ("New York ىلإ", "إلى New York"),
        ("!OK ,םולש", "שלום, OK!"),
        (".30-ב יתדלונ", "נולדתי ב-30."),
        ("(ךוסמ) םולש", "שלום (מסוך)"),
        ("Nothing to turn (here) 12.", "Nothing to turn (here) 12."),
        ("12:30", "12:30"),
        ("", ""),
    ],
)
def test_a_line_comes_into_the_order_in_which_it_is_typed(seen: str, typed: str) -> None:
    assert logical(seen) == typed
