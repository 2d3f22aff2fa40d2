"""Rows of flat columns written as CSV that says of itself how it is to be read."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from throughline.intake.parsing.reader import MAX_LINES, MAX_RECORD

UNREADABLE = "unreadable"
"""The column that says why a record is none: its row goes to quarantine with that sentence."""

NOT_STORED = "#NOT STORED!"
"""Stands for a formula whose value was never saved; it is refused like any error of a spreadsheet."""

PIECE = 256 * 1024
TOO_LONG = "The record is longer than 64 KB, so that it cannot be one result: shorten it."
NOTHING = (
    "The record holds nothing of what its mapping asks for, so that nobody can tell what it is: send it whole, or have "
    "it read with another mapping."
)
TOO_MANY_LINES = f"The record has more than {MAX_LINES} lines: shorten it."


def as_csv(rows: Iterable[Sequence[str]], *, separator: str = ",") -> Iterator[bytes]:
    """Yield a header and its rows as UTF-8, with the column `unreadable` added where it is not there.

    The mark at the start tells the encoding, and the quoted header the separator, whatever a mapping states.
    A row that would not be read as one row becomes one that says so.
    """
    source = iter(rows)
    header = list(next(source))
    added = [] if UNREADABLE in header else [""]
    text = io.StringIO(newline="")
    names = [*header, UNREADABLE] if added else header
    text.write(_header(tuple(names), separator))
    write = csv.writer(text, delimiter=separator).writerow
    place = names.index(UNREADABLE)
    yield codecs.BOM_UTF8
    for row in source:
        if problem := _unfit(row, len(header)):
            row = [""] * len(header)
            row[place:place] = [problem]
            write(row[: len(names)])
        else:
            write([*row, *added])
        if text.tell() > PIECE:
            yield _encoded(text.getvalue())
            text.seek(0)
            text.truncate()
    yield _encoded(text.getvalue())


@lru_cache(maxsize=64)
def _header(names: tuple[str, ...], separator: str) -> str:
    """A header as a line; that of a mapping is the same for each of its messages."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL).writerow(names)
    return text.getvalue()


def _unfit(row: Sequence[str], width: int) -> str:
    """Why a row is not one row to whoever reads it, or nothing."""
    if len(row) != width:
        return f"The record has {len(row)} values and the header {width} columns: give each value its column."
    whole = "".join(row)
    if not whole.strip(" \t"):
        return NOTHING
    # A quote is written twice and a letter takes up to four bytes.
    if len(whole) > MAX_RECORD // 8 and len(_encoded(whole.replace('"', '""'))) > MAX_RECORD - 4096:
        return TOO_LONG
    if whole.count("\n") + whole.count("\r") >= MAX_LINES:
        return TOO_MANY_LINES
    return ""


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
