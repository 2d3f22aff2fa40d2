"""Page, workbook and CSV are three ways of showing the same figures, which need nothing from elsewhere."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from throughline.measures.bulletin.notes import INVENTED
from throughline.measures.bulletin.page import html as page_of
from throughline.measures.bulletin.release import Release
from throughline.measures.bulletin.sections import SECTIONS
from throughline.measures.bulletin.workbook import LEAD_ROWS
from throughline.measures.wording import count, day, decimal, percent


class Page(HTMLParser):
    """Tables by the file that they name, figures quoted in sentences, and whatever a page links to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tables: dict[str, list[list[str]]] = {}
        self.quoted: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: dict[str, int] = {}
        self.held: str | None = None
        self.cell: list[str] | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.tags.append((tag, told))
        self.links += [str(told[name]) for name in ("href", "src", "srcset") if told.get(name)]
        if tag == "table":
            self.held = str(told["data-file"])
            self.tables[self.held] = []
            self.words[self.held] = 0
        elif tag == "tr" and self.held:
            self.tables[self.held].append([])
        elif tag in {"td", "th"}:
            self.cell = []
            if self.held and told.get("class") == "words":
                self.words[self.held] += 1
        elif tag == "data":
            self.quoted.append((str(told["value"]), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"td", "th"} and self.held and self.cell is not None:
            self.tables[self.held][-1].append("".join(self.cell).strip())
            self.cell = None
        elif tag == "table":
            self.held = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)
        if self.quoted and not self.quoted[-1][1]:
            self.quoted[-1] = (self.quoted[-1][0], data)


@pytest.fixture(scope="session")
def page(out: Path) -> Page:
    return Page((out / "index.html").read_text())


def rows_of(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file))


def as_shown(value: str, mark: str) -> set[str]:
    """In how many ways a number of a CSV could be written on the page."""
    if not value:
        return {f"[{mark}]"}
    number = float(value)
    return {count(number), percent(number), decimal(number)}


def test_no_figure_on_the_page_differs_from_its_csv(out: Path, page: Page) -> None:
    assert len(page.tables) > 15
    for name, (headings, *rows) in page.tables.items():
        names, *told = rows_of(out / "data" / f"{name}.csv")
        words = page.words[name]
        lines = {tuple(map(_dated, line[:words])): line for line in told}
        assert len(lines) == len(told) >= len(rows) > 0
        assert len(headings) == len(names) - 1
        for row in rows:
            line = lines[tuple(row[:words])]
            marks = dict(one.split(": ") for one in line[-1].split("; ") if one)
            for column, shown, value in list(zip(names, row, line, strict=False))[words:]:
                assert shown.removesuffix(" [r]") in as_shown(value, marks.get(column, "")), name


def _dated(value: str) -> str:
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        return value


def test_a_figure_in_a_sentence_is_a_figure_of_the_release(out: Path, page: Page) -> None:
    names, *rows = rows_of(out / "data" / "all-figures.csv")
    wanted = [
        names.index(name)
        for name in names
        if name in {"numerator", "denominator", "value"} or "beside" in name
    ]
    published = {float(row[place]) for row in rows for place in wanted if row[place]}
    assert len(page.quoted) > 15
    for value, said in page.quoted:
        assert float(value) in published
        assert said in as_shown(value, "")


def test_the_workbook_reads_back_equal_through_another_library(out: Path, made: Release) -> None:
    book = CalamineWorkbook.from_path(out / f"bulletin-{made.week}.ods")
    assert book.sheet_names[:3] == ["Cover", "Contents", "Notes"]
    for sheet in made.sheets:
        rows = book.get_sheet_by_name(f"Table_{sheet.number}").to_python()
        head = rows[LEAD_ROWS]
        assert head[: len(sheet.headings)] == [one.title for one in sheet.headings]
        names, *told = rows_of(out / "data" / f"table-{sheet.number:02}-{sheet.name}.csv")
        read = [row[: len(names) - 1] for row in rows[LEAD_ROWS + 1 :]]
        assert len(read) == len(told)
        for got, line in zip(read, told, strict=True):
            for cell, value in zip(got, line, strict=False):
                if isinstance(cell, datetime | date):
                    assert cell.isoformat()[:10] == value
                elif isinstance(cell, float | int):
                    assert cell == float(value)
                else:
                    assert cell == value or re.fullmatch(r"\[[cxz]\]", cell)


def test_numbers_in_the_workbook_are_numbers(out: Path, made: Release) -> None:
    rows = (
        CalamineWorkbook.from_path(out / f"bulletin-{made.week}.ods")
        .get_sheet_by_name("Table_2")
        .to_python()
    )
    first = rows[LEAD_ROWS + 1]
    assert isinstance(first[2], float | int)
    assert first[:3] == [made.week, "All", 2650]


def test_every_table_and_every_figure_has_its_place_on_the_page_in_order(
    out: Path, made: Release, page: Page
) -> None:
    shown = [name for part in SECTIONS for name in part.tables]
    assert shown == [one.name for one in made.sheets]
    text = (out / "index.html").read_text()
    numbers = [int(one) for one in re.findall(r"<h3>Figure (\d+): ", text)]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == len(list((out / "charts").glob("*-wide.svg"))) >= 6


def test_the_page_needs_nothing_but_the_files_beside_it(out: Path, page: Page) -> None:
    for link in page.links:
        if not link.startswith("#"):
            assert (out / link).is_file(), link
    for tag, attributes in page.tags:
        assert (
            tag not in {"script", "style", "iframe", "link"}
            or attributes.get("href") == "bulletin.css"
        )
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]


def test_every_picture_says_in_words_what_it_shows(page: Page) -> None:
    pictures = [told for tag, told in page.tags if tag == "img"]
    assert pictures
    for one in pictures:
        assert len(str(one["alt"])) > 80


def test_each_release_says_what_it_was_made_from(out: Path, made: Release) -> None:
    assert made.input.sha256 in (out / "index.html").read_text()


def test_no_column_of_a_table_is_named_twice_or_says_a_word_twice(made: Release) -> None:
    for sheet in made.sheets:
        names = [heading.name for heading in sheet.headings]
        assert len(set(names)) == len(names), sheet.name
        assert [one for one in names if re.search(r"(?:^|_)([a-z]+)_\1(?:_|$)", one)] == []
    assert made.sheet("quality").headings[-1].name == "share"


def test_invented_weeks_are_said_to_be_at_the_top_and_in_the_workbook(
    out: Path, made: Release, tmp_path: Path
) -> None:
    top = (out / "index.html").read_text().partition("Main points")[0]
    assert "no figure is to be quoted" in top
    book = CalamineWorkbook.from_path(out / f"bulletin-{made.week}.ods")
    assert book.get_sheet_by_name("Cover").to_python()[1] == [INVENTED]
    assert ["Invented", INVENTED] in book.get_sheet_by_name("Notes").to_python()
    real = page_of(replace(made, is_generated=False), [], [], workbook="b.ods")
    assert "Invented" not in real


def test_each_definition_says_since_when_its_first_version_holds(out: Path) -> None:
    text = (out / "index.html").read_text()
    assert len(re.findall(r"Version 1, from \d{4}-\d\d-\d\d\. Source", text)) > 20
    assert "Version 2; version 1 from 2020-05-28. Source" in text
