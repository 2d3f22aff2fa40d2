"""A sheet's rows as lists of text, as they stream by; what the sheet says of its own size is not read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache

from throughline.intake.apart import cells, xml
from throughline.intake.parsing.layout import FileRefused
from throughline.intake.parsing.writing import NOT_STORED

MOST_COLUMNS = 1000
LONGEST_CELL = 256 * 1024

_column = lru_cache(maxsize=4096)(cells.column)


class Rows:
    """Takes the events of one sheet and keeps the rows that are whole.

    `strings` are the workbook's shared texts, `kinds` what numbers of a style are, where it is dates or times.
    """

    def __init__(
        self, strings: Sequence[str], kinds: Mapping[str, str], *, from_1904: bool
    ) -> None:
        self.strings, self.kinds, self.from_1904 = strings, kinds, from_1904
        self.ready: list[list[str]] = []
        self.number = 0  # of the row now read, as the sheet counts
        self.last = 0  # the number of the last row that holds anything
        self.row: list[str] = []
        self.place = -1
        self.type = self.style = ""
        self.value: str | None = None  # as it is stored; None where nothing is
        self.formula = self.phonetic = self.taking = False

    # The first branches are those of the commonest cells: this runs for each of millions.

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Begin a row, a cell or what is in it."""
        if name == "v":
            self.taking = True
            self.value = ""
        elif name == "c":
            said = attributes.get("r")
            self.place = _column(said.rstrip("0123456789")) if said else self.place + 1
            self.type, self.style = attributes.get("t", "n"), attributes.get("s", "")
            self.formula, self.value = False, None
        elif name == "t" and not self.phonetic:
            self.taking = True
            self.value = self.value or ""
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
            self.value = self.value + data if self.value else data
            if len(self.value) > LONGEST_CELL:
                raise FileRefused(
                    "A cell of the workbook holds more than 256,000 characters, as no list's does: shorten it."
                )

    def end(self, name: str) -> None:
        """Keep a cell or a row that is whole."""
        if name == "v" or name == "t":
            self.taking = False
        elif name == "c":
            if self.value or self.formula:
                self._keep(self._value(self.value or ""))
        elif name == "row":
            # Cells with nothing but blanks make no row, as they make none in CSV.
            if any(cell.strip(" \t") for cell in self.row):
                self.last = self.number
                self.ready.append(self.row)
        elif name == "rPh":
            self.phonetic = False

    def _keep(self, value: str) -> None:
        gap = self.place - len(self.row)
        if not value:
            return
        if self.place >= MOST_COLUMNS or self.place < 0:
            raise FileRefused(
                f"A row of the sheet has more than {MOST_COLUMNS} columns: delete what lies beyond the list."
            )
        if gap < 0:
            self.row[self.place] = value
            return
        if gap:
            self.row.extend([""] * gap)
        self.row.append(value)

    def _value(self, stored: str) -> str:
        if not stored and self.type != "str":
            return NOT_STORED if self.formula else ""
        match self.type:
            case "n":
                kind = self.kinds.get(self.style, "")
                if not kind and stored.isdecimal():
                    return stored
                return cells.number(stored, kind, from_1904=self.from_1904)
            case "s":
                shared = self.strings
                known = len(stored) < 10 and stored.isdecimal() and int(stored) < len(shared)
                return shared[int(stored)] if known else NOT_STORED
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(stored, stored)
            case "d":
                return stored.removesuffix("T00:00:00").replace("T", " ")
            case _:
                return cells.unescaped(stored)


def rows_of(pieces: Iterable[bytes], rows: Rows) -> Iterator[list[str]]:
    """Yield each row that holds anything, without what is blank at its end."""
    for _ in xml.parse(pieces, rows):
        yield from rows.ready
        rows.ready.clear()
