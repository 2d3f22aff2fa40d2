"""A workbook (XLSX) as one list: its first sheet with a header, and those that go on under the same header.

Libraries that read workbooks take whole sheets into memory, believe the size that a sheet declares, or give a
formula without a stored value as blank; here a sheet streams by, and every cell is text or a fault.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from zipfile import ZipFile

from throughline.intake.apart import cells, members, xml
from throughline.intake.apart.sheet import Rows, rows_of
from throughline.intake.parsing.layout import FileRefused

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
STYLES = "xl/styles.xml"
STRINGS = "xl/sharedStrings.xml"
LAST_ROWS = {
    1_048_576: "the last that a workbook can have",
    65_536: "where sheets of the old XLS format end",
}


def rows(archive: ZipFile, remarks: list[str]) -> Iterator[list[str]]:
    """Yield the header and the rows of a workbook's list; say of its other sheets that they were not read."""
    book = _book(archive)
    header: list[str] | None = None
    left: list[str] = []
    for title, part in book.sheets:
        sheet = Rows(book.strings, book.kinds, from_1904=book.from_1904)
        source = rows_of(members.read(archive, part), sheet)
        first = next(source, None)
        if first is None:
            continue
        if header is None and len([name for name in first if name.strip()]) > 1:
            header = first
            yield header
        elif header is None or _names(first) != _names(header):
            left.append(title)
            continue
        width = len(header)
        for row in source:
            yield row if len(row) > width else [*row, *[""] * (width - len(row))]
        if sheet.last in LAST_ROWS:
            remarks.append(_cut(title, sheet.last))
    if header is None:
        raise FileRefused(
            "The workbook has no sheet whose first row names columns: put the columns' names in the first row."
        )
    if left:
        remarks.append(_not_read(left))


def _names(row: list[str]) -> list[str]:
    return [" ".join(name.split()).casefold() for name in row]


def _cut(title: str, last: int) -> str:
    return (
        f"The sheet {title[:80]!r} ends at row {last:,}, {LAST_ROWS[last]}: whatever wrote it may have cut off the "
        "rows beyond. Compare the number of rows with the sender's, or have the list sent as CSV, which has no last row."
    )


def _not_read(titles: list[str]) -> str:
    named = ", ".join(repr(title[:80]) for title in titles[:10])
    what = "sheet was" if len(titles) == 1 else "sheets were"
    return (
        f"The {what} not read, since the first row is not that of the list: {named}. If results are in it, send it "
        "as a file of its own."
    )


@dataclass(kw_only=True)
class _Book:
    """The workbook's own part, and what its sheets refer to."""

    sheets: list[tuple[str, str]] = field(default_factory=list)
    from_1904: bool = False
    kinds: dict[str, str] = field(default_factory=dict)
    strings: list[str] = field(default_factory=list)


def _book(archive: ZipFile) -> _Book:
    there = set(archive.namelist())
    if not {WORKBOOK, RELATIONS} <= there:
        raise FileRefused(
            "The file is no workbook (XLSX) that can be read: save it anew as XLSX or CSV."
        )
    members.weigh(archive, sorted({WORKBOOK, RELATIONS, STYLES, STRINGS} & there))
    relations, parts, book = _Relations(), _Parts(), _Book()
    _read(archive, RELATIONS, relations)
    _read(archive, WORKBOOK, parts)
    book.from_1904 = parts.from_1904
    for title, relation in parts.sheets:
        part = relations.targets.get(relation, "")
        if part in there:
            book.sheets.append((title, part))
    members.weigh(archive, [part for _, part in book.sheets])
    if STYLES in there:
        styles = _Styles()
        _read(archive, STYLES, styles)
        for style, number in enumerate(styles.of_cells):
            if kind := cells.kind_of(number, styles.formats):
                book.kinds[str(style)] = kind
    if STRINGS in there:
        strings = _Strings()
        _read(archive, STRINGS, strings)
        book.strings = strings.found
    return book


def _read(archive: ZipFile, name: str, handler: xml.Handler) -> None:
    for _ in xml.parse(members.read(archive, name), handler):
        pass


class _Silent:
    """Takes no text and no ends."""

    def text(self, data: str) -> None:
        """Take nothing."""

    def end(self, name: str) -> None:
        """Do nothing."""


class _Relations(_Silent):
    """Which part each of the workbook's references means."""

    def __init__(self) -> None:
        self.targets: dict[str, str] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Keep worksheets."""
        if attributes.get("Type", "").endswith("/worksheet"):
            target = attributes.get("Target", "")
            path = target[1:] if target.startswith("/") else posixpath.join("xl", target)
            self.targets[attributes.get("Id", "")] = posixpath.normpath(path)


class _Parts(_Silent):
    """The sheets that a person sees, in their order, and from which day dates count."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.from_1904 = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Keep sheets and the calendar."""
        match name:
            case "sheet" if attributes.get("state", "visible") == "visible":
                relation = next((v for k, v in attributes.items() if k.endswith(":id")), "")
                self.sheets.append((attributes.get("name", ""), relation))
            case "workbookPr":
                self.from_1904 = attributes.get("date1904", "0") in ("1", "true")


class _Styles(_Silent):
    """The number format of each style of cells."""

    def __init__(self) -> None:
        self.formats: dict[int, str] = {}
        self.of_cells: list[int] = []
        self.within = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Keep formats and the styles that use them."""
        match name:
            case "numFmt":
                self.formats[_whole(attributes.get("numFmtId", ""))] = attributes.get(
                    "formatCode", ""
                )
            case "cellXfs":
                self.within = True
            case "xf" if self.within:
                self.of_cells.append(_whole(attributes.get("numFmtId", "")))

    def end(self, name: str) -> None:
        """Leave the list of styles."""
        if name == "cellXfs":
            self.within = False


class _Strings:
    """The shared texts, without the reading aids that Japanese names carry."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.parts: list[str] = []
        self.taking = self.phonetic = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a text."""
        match name:
            case "si":
                self.parts = []
            case "rPh":
                self.phonetic = True
            case "t":
                self.taking = not self.phonetic

    def text(self, data: str) -> None:
        """Take a part of it."""
        if self.taking:
            self.parts.append(data)

    def end(self, name: str) -> None:
        """Keep it."""
        match name:
            case "si":
                self.found.append(cells.unescaped("".join(self.parts)))
            case "rPh":
                self.phonetic = False
            case "t":
                self.taking = False


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else 0
