"""A sheet's rows as lists of text, as they stream by; what the sheet says of its own size is not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from throughline.intake.apart import cells, xml
from throughline.intake.parsing.layout import FileRefused
from throughline.intake.parsing.writing import NOT_STORED

MOST_COLUMNS = 1000
LONGEST_CELL = 256 * 1024

_column = lru_cache(maxsize=4096)(cells.column)


class Rows:
    """Takes the events of one sheet and keeps the rows that are whole.

    `strings` are the workbook's shared texts, `kinds` the kind of number of each style.
    """

    def __init__(self, strings: Sequence[str], kinds: Sequence[str], *, from_1904: bool) -> None:
        self.strings, self.kinds, self.from_1904 = strings, kinds, from_1904
        self.ready: list[list[str]] = []
        self.number = 0  # of the row now read, as the sheet counts
        self.last = 0  # the number of the last row that holds anything
        self.row: list[str] = []
        self.place = -1
        self.type = self.style = ""
        self.formula = self.stored = self.phonetic = self.taking = False
        self.parts: list[str] = []
        self.length = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell or what is in it."""
        name = xml.bare(name)
        if name == "c":
            reference = attributes.get("r")
            self.place = _column(reference.rstrip("0123456789")) if reference else self.place + 1
            self.type, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.formula = self.stored = False
            self.parts, self.length = [], 0
        elif name == "v" or (name == "t" and not self.phonetic):
            self.taking = self.stored = True
        elif name == "f":
            self.formula = True
        elif name == "row":
            said = attributes.get("r", "")
            self.number = int(said) if said.isdecimal() and len(said) < 9 else self.number + 1
            self.row, self.place = [], -1
        elif name == "rPh":
            self.phonetic = True

    def text(self, data: str) -> None:
        """Take a cell's text."""
        if self.taking:
            self.parts.append(data)
            self.length += len(data)
            if self.length > LONGEST_CELL:
                raise FileRefused(
                    "A cell of the workbook holds more than 256,000 characters, as no list's does: shorten it."
                )

    def end(self, name: str) -> None:
        """Keep a cell or a row that is whole."""
        name = xml.bare(name)
        if name == "c":
            self._keep()
        elif name in ("v", "t"):
            self.taking = False
        elif name == "rPh":
            self.phonetic = False
        elif name == "row" and any(self.row):
            self.last = self.number
            self.ready.append(self.row)

    def _keep(self) -> None:
        value = self._value("".join(self.parts))
        if not value:
            return
        gap = self.place - len(self.row)
        if self.place >= MOST_COLUMNS or self.place < 0:
            raise FileRefused(
                f"A row of the sheet has more than {MOST_COLUMNS} columns: delete what lies beyond the list."
            )
        if gap < 0:
            self.row[self.place] = value
            return
        self.row.extend([""] * gap)
        self.row.append(value)

    def _value(self, stored: str) -> str:
        if self.formula and not self.stored:
            return NOT_STORED
        match self.type:
            case "n":
                return cells.number(stored, self._kind(), from_1904=self.from_1904)
            case "s":
                known = len(stored) < 10 and stored.isdecimal() and int(stored) < len(self.strings)
                return self.strings[int(stored)] if known else NOT_STORED
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(stored, stored)
            case "d":
                return stored.removesuffix("T00:00:00").replace("T", " ")
            case _:
                return cells.unescaped(stored)

    def _kind(self) -> str:
        style = self.style
        if len(style) < 10 and style.isdecimal() and int(style) < len(self.kinds):
            return self.kinds[int(style)]
        return ""


def rows_of(pieces: Iterable[bytes], rows: Rows) -> Iterator[list[str]]:
    """Yield each row that holds anything, without what is blank at its end."""
    for _ in xml.parse(pieces, rows):
        yield from rows.ready
        rows.ready.clear()
