"""A list's file, row by row, and a CSV of the rows of it that could not be read."""

from __future__ import annotations

import csv
import hashlib
import os
import tempfile
import weakref
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from throughline.definitions.forms.mapping import Mapping as Form
from throughline.intake.parsing import Row, find_layout, rows
from throughline.intake.parsing.layout import HEAD
from throughline.intake.parsing.spreadsheets import disarmed
from throughline.intake.rules.record import Fault
from throughline.intake.unpacking import is_packed, unpacked

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
    """A list in a file of any size and of any format that intake reads, opened as text.

    `remark` is what its sender should know of how it was opened. Raises FileRefused when it cannot be read at all.
    """

    def __init__(self, path: Path, form: Form) -> None:
        """Unpack what is no CSV, as a workbook, and find the layout, unless the mapping states it."""
        self.path = path
        with path.open("rb") as opened:
            packed = is_packed(opened.read(HEAD), form)
        self.remark = ""
        # Kept without a name where it was unpacked: it is gone with this object.
        self.opened: IO[bytes] = tempfile.TemporaryFile() if packed else path.open("rb")  # noqa: SIM115
        weakref.finalize(self, self.opened.close)
        if packed:
            self._unpack(form)
        self.opened.seek(0)
        self.layout = find_layout(
            self.opened.read(HEAD), encoding=form.file.encoding, separator=form.file.separator
        )

    @property
    def columns(self) -> Sequence[str]:
        """The names in its header."""
        return self.layout.columns

    def rows(self) -> Iterator[Row]:
        """Yield its rows in order, those too that cannot be read."""
        self.opened.seek(self.layout.body.offset)
        return rows(_pieces(self.opened), self.layout)

    def sha256(self) -> str:
        """Return the hash of its bytes as they were given."""
        with self.path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()

    def text(self, row: Row) -> str:
        """Return the beginning of a row as it stands in the file, what cannot be shown left out."""
        self.opened.seek(row.offset)
        text = self.opened.read(min(row.length, SHOWN)).decode(self.layout.encoding, "replace")
        return "".join(letter if letter.isprintable() else " " for letter in text).strip()

    def _unpack(self, form: Form) -> None:
        with self.path.open("rb") as given:
            source = unpacked(_pieces(given), form)
            while True:
                try:
                    self.opened.write(next(source))
                except StopIteration as end:
                    self.remark = end.value
                    return


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


def _pieces(opened: IO[bytes]) -> Iterator[bytes]:
    while piece := opened.read(PIECE):
        yield piece
