"""Lines to rows: every line of the file is in exactly one row, whatever is wrong with it."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from throughline.intake.parsing.layout import Layout
from throughline.intake.parsing.lines import UTF_16, Line, Position
from throughline.intake.parsing.lines import lines as lines_of
from throughline.intake.parsing.quotes import is_open

MAX_LINES = 200
MAX_RECORD = 64 * 1024
"""A quoted field that is still open after so much was never closed."""


class Row(NamedTuple):
    """One record with its place. Exactly one of `fields` and `fault` is set.

    `fault` is a code: columns, undecodable, nul, too_long, open_quote; `said` is the sentence.
    """

    row: int
    line: int
    lines: int
    offset: int
    length: int
    fields: list[str] | None
    fault: str | None = None
    said: str | None = None

    @property
    def after(self) -> Position:
        """Where to start to read the row after this one."""
        return Position(
            offset=self.offset + self.length, row=self.row + 1, line=self.line + self.lines
        )


def rows(chunks: Iterable[bytes], layout: Layout, start: Position | None = None) -> Iterator[Row]:
    """The rows from a position on; `chunks` are the file's bytes from `start.offset` on.

    Without `start` they begin at `layout.body.offset`. Lines with nothing in them but
    blanks and separators are no rows.
    """
    start = start or layout.body
    source = lines_of(chunks, encoding=layout.encoding, offset=start.offset)
    return _Reader(source, layout, start).run()


class _Reader:
    def __init__(self, source: Iterator[Line], layout: Layout, start: Position) -> None:
        self.source = source
        self.again: deque[Line] = deque()
        self.separator = layout.separator
        self.width = len(layout.columns)
        self.coding = "utf-8" if layout.encoding in UTF_16 else layout.encoding
        self.row, self.line = start.row, start.line
        self.nothing = b" \t\r\n" + layout.separator.encode()

    def run(self) -> Iterator[Row]:
        separator, width, coding = self.separator, self.width, self.coding
        while (line := self._next()) is not None:
            data = line.data
            if data is None or b'"' in data or b"\x00" in data:
                found = self._with_care(line)
            else:
                try:
                    fields = data.decode(coding).rstrip("\r\n").split(separator)
                except UnicodeDecodeError:
                    found = self._undecodable([line])
                else:
                    if not any(fields) or not data.strip(self.nothing):
                        self.line += 1
                        continue
                    if len(fields) == width:
                        found = Row(self.row, self.line, 1, line.offset, line.length, fields)
                    else:
                        found = self._ragged([line], len(fields))
            self.row += 1
            self.line += found.lines
            yield found

    def _next(self) -> Line | None:
        return self.again.popleft() if self.again else next(self.source, None)

    def _with_care(self, line: Line) -> Row:
        """A line with quotes or trouble in it, and those that belong to it."""
        taken, text = [line], ""
        while True:
            problem, piece = self._text(taken[-1])
            if problem is not None:
                return self._first_alone(taken) if len(taken) > 1 else problem
            text += piece
            if not is_open(text.rstrip("\r\n"), self.separator):
                break
            more = self._next() if len(taken) < MAX_LINES and len(text) < MAX_RECORD else None
            if more is None:
                return self._first_alone(taken)
            taken.append(more)
        several = len(taken) > 1
        try:
            # Over several lines a quote must close before a separator: one that closes inside
            # a value was opened by mistake and has swallowed rows.
            fields = next(csv.reader([text], delimiter=self.separator, strict=several))
        except csv.Error:
            return self._first_alone(taken)
        if len(fields) == self.width:
            return self._row(taken, fields)
        return self._first_alone(taken) if several else self._ragged(taken, len(fields))

    def _text(self, line: Line) -> tuple[Row | None, str]:
        if line.data is None:
            said = "The line is longer than 64 KB, so that it cannot be one row: mend its ending."
            return self._fault([line], "too_long", said), ""
        if b"\x00" in line.data:
            said = "The row holds NUL bytes, which no text has: remove them and send it again."
            return self._fault([line], "nul", said), ""
        try:
            return None, line.data.decode(self.coding)
        except UnicodeDecodeError:
            return self._undecodable([line]), ""

    def _first_alone(self, taken: list[Line]) -> Row:
        """A quote that swallows other rows: its own line is at fault, the others are read anew."""
        self.again.extendleft(reversed(taken[1:]))
        said = "A quote in the row is opened and never closed: close it or double it."
        return self._fault(taken[:1], "open_quote", said)

    def _undecodable(self, taken: list[Line]) -> Row:
        said = (
            f"The row is not {self.coding} text: save the file as UTF-8, or state its encoding "
            "in the mapping."
        )
        return self._fault(taken, "undecodable", said)

    def _ragged(self, taken: list[Line], found: int) -> Row:
        said = (
            f"The row has {found} columns and the header {self.width}: quote a value that holds "
            "the separator, or add what is missing."
        )
        return self._fault(taken, "columns", said)

    def _fault(self, taken: list[Line], fault: str, said: str) -> Row:
        return self._row(taken, None)._replace(fault=fault, said=said)

    def _row(self, taken: list[Line], fields: list[str] | None) -> Row:
        length = sum(line.length for line in taken)
        return Row(self.row, self.line, len(taken), taken[0].offset, length, fields)
