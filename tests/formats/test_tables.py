"""Whether tables hold all that people look for, open in a spreadsheet, and split into rows and fields."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from subextract.errors import InputError
from subextract.formats import by_name, load, save
from subextract.types import Box, Cue
from tests.helpers.results import Run
from tests.helpers.texts import ODD_TEXTS, one_after_another

EXCEL = {"writing": {"excel": True}}
COMMA = {"writing": {"decimal_comma": True}}
FULL = Cue(3_723_004, 3_724_000, 'He said "no",\nshe\tdid', Box(220, 29, 420, 60), 0.875, "en", "sign", original="Nein")
BARE = Cue(3_725_000, 3_726_000, "- Yes.")
HEAD = "start,end,text,original,language,score,kind,box"


def test_a_table_with_commas_looks_like_one() -> None:
    assert by_name("csv").dumps([BARE, FULL]) == (
        f"{HEAD}\n"
        '01:02:03.004,01:02:04.000,"He said ""no"",\nshe\tdid",Nein,en,0.875,sign,220 29 420 60\n'
        "01:02:05.000,01:02:06.000,- Yes.,,,,,\n"
    )


def test_a_table_with_tabs_is_a_line_for_each_cue() -> None:
    assert by_name("tsv").dumps([FULL, BARE]) == (
        HEAD.replace(",", "\t") + "\n"
        '01:02:03.004\t01:02:04.000\tHe said "no",\\nshe\\tdid\tNein\ten\t0.875\tsign\t220 29 420 60\n'
        "01:02:05.000\t01:02:06.000\t- Yes.\t\t\t\t\t\n"
    )


def test_where_numbers_have_a_comma_the_fields_have_semicolons() -> None:
    table = by_name("csv").dumps([BARE, FULL], None, COMMA)
    assert table == (
        f"{HEAD.replace(',', ';')}\n"
        '01:02:03,004;01:02:04,000;"He said ""no"",\nshe\tdid";Nein;en;0,875;sign;220 29 420 60\n'
        "01:02:05,000;01:02:06,000;- Yes.;;;;;\n"
    )
    tabs = by_name("tsv").dumps([FULL], None, COMMA).splitlines()[1].split("\t")
    assert [tabs[column] for column in (0, 5)] == ["01:02:03,004", "0,875"]


def test_semicolons_are_asked_for_like_all_else(film: Path) -> None:
    with Run(film, format="csv", excel=True, decimal_comma=True).writer() as writer:
        writer.add(Cue(1000, 2000, "a; b, c", score=0.5))
        (path,) = writer.finish()
    assert path.read_text("utf-8-sig").splitlines()[1] == '00:00:01,000;00:00:02,000;"a; b, c";;;0,5;;'
    assert load(path) == [Cue(1000, 2000, "a; b, c", score=0.5)]


@pytest.mark.parametrize("name", ["csv", "tsv"])
@pytest.mark.parametrize("details", [None, EXCEL, COMMA])
def test_all_of_it_comes_back(name: str, details: dict[str, dict[str, bool]] | None) -> None:
    cues = [FULL, BARE, Cue(3_727_000, 3_728_000, "=1+1\n@you", original="+1"), Cue(3_729_000, 3_730_000, r"C:\new\\t")]
    assert by_name(name).loads(by_name(name).dumps(cues, None, details)) == cues


@pytest.mark.parametrize("text", ODD_TEXTS)
def test_other_programs_read_the_same_texts(text: str) -> None:
    cues = one_after_another([text, "between", text])
    rows = list(csv.DictReader(StringIO(by_name("csv").dumps(cues), newline="")))
    assert [row["text"] for row in rows] == [cue.text for cue in cues]
    lines = by_name("tsv").dumps(cues).removesuffix("\n").split("\n")
    assert [len(line.split("\t")) for line in lines] == [8] * 4


@pytest.mark.parametrize("name", ["csv", "tsv"])
def test_for_excel_there_is_a_mark_and_no_formula_and_else_neither(name: str, film: Path) -> None:
    cues = [Cue(1000, 2000, text) for text in ("=1+1", "- Yes.", "+1", "@you", "Yes")]
    for asked in (True, False):
        with Run(film, format=name, excel=asked, overwrite=True).writer() as writer:
            for cue in cues:
                writer.add(cue)
            (path,) = writer.finish()
        data = path.read_bytes()
        assert data.startswith(b"\xef\xbb\xbfstart") is asked
        texts = data.decode("utf-8").splitlines()[1:]
        read = [line.split("\t" if name == "tsv" else ",")[2] for line in texts]
        assert [text[0] in "=-+@" for text in read] == [not asked] * 4 + [False]
        assert load(path) == cues


def test_columns_may_stand_in_any_order_with_others_among_them() -> None:
    text = "Nr,TEXT,end,start\n1,Hello,00:00:02.5,0:00:01\n\n2,there,00:00:04,00:00:03\n"
    assert by_name("csv").loads(text) == [Cue(1000, 2500, "Hello"), Cue(3000, 4000, "there")]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "this CSV has no columns start, end, text"),
        ("start,end,text\n00:00:01,soon,Hello\n", r"row 2 of this CSV is damaged \('soon' is not a time"),
        ("start,end,text\n00:00:01\n", "row 2 of this CSV is damaged"),
        ("start,end,text,score\n00:00:01,00:00:02,Hello,much\n", "row 2 of this CSV is damaged"),
        ('start,end,text\n00:00:01,00:00:02,"Hello\n', "this CSV is damaged"),
    ],
)
def test_what_is_wrong_with_a_table_is_said_with_its_row(text: str, reason: str) -> None:
    with pytest.raises(InputError, match=rf"^{reason}.*\.$"):
        by_name("csv").loads(text)


def test_tables_are_written_by_their_suffix(tmp_path: Path) -> None:
    for name in ("csv", "tsv"):
        save([FULL], tmp_path / f"a.{name}")
        assert load(tmp_path / f"a.{name}") == [FULL]
