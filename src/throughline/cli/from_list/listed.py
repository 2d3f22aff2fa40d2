"""A list's file, row by row, and a CSV of the rows of it that could not be read."""

from __future__ import annotations

import csv
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from throughline.definitions.forms.mapping import File
from throughline.intake.parsing import Row, find_layout, from_offset, rows
from throughline.intake.parsing.layout import HEAD
from throughline.intake.parsing.spreadsheets import disarmed
from throughline.intake.rules.record import Fault

PIECE = 1 << 20
SHOWN = 2000
"""Characters of a row that is not one of columns, as the CSV of faults shows it."""

OURS = ("fault_row", "fault_line", "fault_column", "fault", "fault_text")
"""The columns that a CSV of faults has after those of its list."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bad:
    """A row that cannot be read, and the sentence that says why; `cells` is None where it is not one of columns."""

    row: Row
    column: str
    reason: str
    sentence: str

    @property
    def cells(self) -> Sequence[str] | None:
        """Its cells, as many as the file has columns."""
        return self.row.fields


class ListFile:
    """A CSV of any size, opened. Raises FileRefused when it cannot be read at all."""

    def __init__(self, path: Path, file: File) -> None:
        """Find its layout, unless the mapping states it."""
        self.path = path
        with path.open("rb") as opened:
            head = opened.read(HEAD)
        self.layout = find_layout(head, encoding=file.encoding, separator=file.separator)

    @property
    def columns(self) -> Sequence[str]:
        """The names in its header."""
        return self.layout.columns

    def rows(self) -> Iterator[Row]:
        """Yield its rows in order, those too that cannot be read."""
        return rows(from_offset(_pieces(self.path), self.layout.body.offset), self.layout)

    def sha256(self) -> str:
        """Return the hash of its bytes."""
        with self.path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()

    def text(self, row: Row) -> str:
        """Return the beginning of a row as it stands in the file, what cannot be shown left out."""
        with self.path.open("rb") as opened:
            opened.seek(row.offset)
            text = opened.read(min(row.length, SHOWN)).decode(self.layout.encoding, "replace")
        return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def bad(row: Row, fault: Fault) -> Bad:
    """Return a row with the first thing that is wrong with it, and all of them as sentences."""
    sentences = " ".join(one.sentence for one in (fault, *fault.more))
    return Bad(row=row, column=fault.column, reason=fault.reason, sentence=sentences)


def torn(row: Row) -> Bad:
    """Return a row that is not one of columns."""
    return Bad(row=row, column="", reason=row.fault or "unread", sentence=row.said or "")


def write_faults(path: Path, file: ListFile, faults: Iterable[Bad]) -> None:
    """Write the rows that could not be read as CSV, each with its reason, where only their reader can open them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow([*file.columns, *OURS])
        for one in faults:
            cells = one.cells or [""] * len(file.columns)
            text = "" if one.cells else file.text(one.row)
            said = [str(one.row.row), str(one.row.line), one.column, one.sentence, text]
            writer.writerow([disarmed(cell) for cell in (*cells, *said)])


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as opened:
        while piece := opened.read(PIECE):
            yield piece
