"""Workbooks as lists of text: every typed cell without loss, and nothing believed that a sheet says of its size."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from python_calamine import CalamineWorkbook

from throughline.intake import apart
from throughline.intake.apart.archive import contents
from throughline.intake.apart.tests.shelf import HEADER, cell, sheet_xml, workbook
from throughline.intake.parsing import FileRefused


def read(data: bytes) -> tuple[list[list[str]], str]:
    """Return the rows of a packed file without the column `unreadable`, and the remarks."""
    remarks: list[str] = []
    text = b"".join(contents(io.BytesIO(data), separator=",", remarks=remarks)).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows[0][-1] == "unreadable"
    return [row[:-1] for row in rows], " ".join(remarks)


def written(*rows: list[object], **sheets: list[list[object]]) -> bytes:
    """Return a workbook as another library writes it."""
    book = Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for title, more in sheets.items():
        other = book.create_sheet(title)
        for row in more:
            other.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Zoë Ní Mháille", "Zoë Ní Mháille"),
        (9434765919, "9434765919"),
        (36.6, "36.6"),
        (12.0, "12"),
        (-3, "-3"),
        (True, "TRUE"),
        (date(2020, 10, 3), "2020-10-03"),
        (datetime(2020, 10, 3, 9, 5, 30), "2020-10-03 09:05:30"),  # noqa: DTZ001
        (time(9, 5), "09:05:00"),
        ("=1+1", "#NOT STORED!"),
        ("#N/A", "#N/A"),
        ("007", "007"),
        (" two\nlines ", " two\nlines "),
        ('a "quote", a comma', 'a "quote", a comma'),
    ],
)
def test_each_kind_of_cell_becomes_text_without_loss(value: object, text: str) -> None:
    rows, _ = read(written(["report_id", "value"], ["r1", value]))
    assert rows == [["report_id", "value"], ["r1", text]]


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("0.30000000000000004", "0.30000000000000004"),
        ("9.434765919E9", "9434765919"),
        ("12.0", "12"),
        ("1E+300", "1e+300"),
        ("", ""),
        ("no number", "no number"),
    ],
)
def test_a_number_is_given_with_every_digit_that_it_has(stored: str, text: str) -> None:
    rows, _ = read(workbook(sheet_xml([HEADER, cell("A2", "r1") + cell("B2", stored, "n")])))
    assert rows[1] == ["r1", text]


def test_an_error_and_a_formula_that_came_to_nothing_are_told_apart() -> None:
    cells = (
        '<c r="A2" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B2" t="str"><f>""</f><v></v></c>',
        '<c r="A3"><f>1/1</f></c><c r="B3"><f>1+1</f><v>2</v></c>',
    )
    rows, _ = read(workbook(sheet_xml([HEADER, *cells])))
    assert rows[1:] == [["#DIV/0!", ""], ["#NOT STORED!", "2"]]


@pytest.mark.parametrize(
    ("code", "stored", "text"),
    [
        ("dd/mm/yyyy", "44107", "2020-10-03"),
        ('yyyy"-W"', "44107", "2020-10-03"),
        ('[$-409]d" of "mmmm', "44107.5", "2020-10-03 12:00:00"),
        ("h:mm AM/PM", "0.25", "06:00:00"),
        ("[h]:mm", "1.25", "30:00:00"),
        ('0.00" days"', "1.25", "1.25"),
        ("[Red]0", "7", "7"),
        ("yyyy", "59", "1900-02-28"),
        ("yyyy", "61", "1900-03-01"),
    ],
)
def test_a_number_is_a_date_when_its_format_says_so(code: str, stored: str, text: str) -> None:
    styles = (
        f"<styleSheet><numFmts><numFmt numFmtId='164' formatCode='{code}'/></numFmts>"
        "<cellXfs><xf numFmtId='0'/><xf numFmtId='164'/></cellXfs></styleSheet>"
    )
    rows = [HEADER, cell("A2", "r1") + f'<c r="B2" s="1"><v>{stored}</v></c>']
    found, _ = read(workbook(sheet_xml(rows), styles=styles))
    assert found[1] == ["r1", text]


def test_dates_count_from_1904_where_the_workbook_says_so() -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    book.active.append(["report_id", "taken"])
    book.active.append(["r1", date(2020, 10, 3)])
    kept = io.BytesIO()
    book.save(kept)
    assert read(kept.getvalue())[0][1] == ["r1", "2020-10-03"]


@settings(max_examples=40)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.integers(-(10**14), 10**14),
                st.floats(allow_nan=False, allow_infinity=False, width=32),
                # A text like =1 would be written as a formula, of which another test speaks.
                st.text(
                    st.characters(min_codepoint=32, exclude_categories=["Cs"]), max_size=20
                ).filter(lambda text: not text.startswith("=")),
                st.booleans(),
                st.dates(date(1950, 1, 1), date(2100, 1, 1)),
                st.none(),
            ),
            min_size=3,
            max_size=3,
        ),
        max_size=8,
    )
)
def test_a_second_library_reads_the_same_values(rows: list[list[object]]) -> None:
    data = written(["one", "two", "three"], *rows)
    theirs = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    ours, _ = read(data)
    assert ours == [
        texts for row in theirs if any(texts := [as_text(value) for value in (*row, "", "")[:3]])
    ]


def as_text(value: object) -> str:
    """What the other library gives, as a sheet shows it."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def test_the_size_that_a_sheet_declares_is_not_believed() -> None:
    rows = [HEADER, cell("A2", "r1") + cell("B2", "Ada"), cell("A3", "r2") + cell("B3", "Bo")]
    for said in ("A1:A1", "A1:XFD1048576"):
        found, _ = read(workbook(sheet_xml(rows, before=f'<dimension ref="{said}"/>')))
        assert found[1:] == [["r1", "Ada"], ["r2", "Bo"]]


def test_the_first_sheet_with_a_header_is_the_list_and_another_that_goes_on_is_read_too() -> None:
    header: list[object] = ["report_id", "result"]
    data = written(
        ["Results of Northgate"],
        first=[header, ["r1", "positive"]],
        more=[["Report_ID", "Result "], ["r2", "negative"]],
        notes=[["who", "what", "when"], ["Bo", "sent it", "today"]],
    )
    rows, remark = read(data)
    assert rows == [["report_id", "result"], ["r1", "positive"], ["r2", "negative"]]
    assert "sheets were not read" in remark
    assert "'Sheet', 'notes'" in remark


@pytest.mark.parametrize(("last", "why"), [(1_048_576, "the last that"), (65_536, "old XLS")])
def test_a_sheet_that_ends_where_sheets_end_says_that_rows_may_be_missing(
    last: int, why: str
) -> None:
    rows = f'<row r="1">{HEADER}</row><row r="{last}">{cell(f"A{last}", "r1")}</row>'
    found, remark = read(workbook(sheet_xml([]).replace("<sheetData>", f"<sheetData>{rows}")))
    assert found[1:] == [["r1", ""]]
    assert why in remark
    assert f"row {last:,}" in remark


def test_a_row_wider_than_its_header_is_one_that_cannot_be_read() -> None:
    data = workbook(sheet_xml([HEADER, cell("A2", "r1") + cell("C2", "stray"), cell("A3", "r2")]))
    text = b"".join(contents(io.BytesIO(data), separator=";", remarks=[])).decode()
    lines = text.splitlines()
    assert lines[0] == '\ufeff"report_id";"given_name";"unreadable"'
    assert (
        lines[1]
        == ";;The record has 3 values and the header 2 columns: give each value its column."
    )
    assert lines[2] == "r2;;"


def test_what_whoever_asks_does_not_take_is_not_made() -> None:
    rows = (cell(f"A{n}", "x" * 900) + cell(f"B{n}", "y") for n in range(2, 40_000))
    text = apart.opened([workbook(sheet_xml([HEADER, *rows]))], separator=",")
    assert next(text)
    text.close()


def test_a_workbook_without_a_list_is_refused() -> None:
    with pytest.raises(FileRefused, match="no sheet whose first row names columns"):
        read(written(["only a title"]))
