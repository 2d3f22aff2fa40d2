"""A stored message, read batch by batch from where the last one ended."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any, cast
from uuid import UUID

from throughline.core.copying import fetch
from throughline.core.logs import kinds_and_places
from throughline.core.service import service
from throughline.definitions import queries as definitions
from throughline.definitions.forms.mapping import Mapping as Form
from throughline.intake.models import CHUNK, Message
from throughline.intake.parsing import Layout, Position, Row, find_layout, rows
from throughline.intake.rules.claims import claim_of
from throughline.intake.rules.record import Fault, Record
from throughline.intake.rules.rows import RowReader, Said, compile_rows, read_by_name
from throughline.people.queries import Wanted, wanted
from throughline.people.rules.sought import Sought, seek

CHUNKS_AT_ONCE = 3
"""More than the bytes of one batch, wherever in a chunk it begins."""

FAILED = (
    "the service itself failed on this row, which is no fault of the sender's: tell whoever runs it, "
    "and take the row up again when it is mended"
)

log = logging.getLogger("throughline.intake")


@dataclass(slots=True)
class Read:
    """One row, what it says, and of whom; nobody changes one."""

    row: Row
    said: Said
    sought: Sought | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Batch:
    """Some rows in order, what the persons in them are looked for under, and where to go on."""

    rows: Sequence[Read]
    wanted: Wanted
    after: Position
    is_last: bool


@dataclass(frozen=True, kw_only=True)
class Opened:
    """How a message is to be read: its layout, its mapping made into one function, its sender's code."""

    layout: Layout
    read: RowReader
    sender: str


def open_message(message: Message) -> Opened:
    """Find out how a message is to be read. Raises FileRefused when it cannot be read at all."""
    return _opened(
        message.id,
        message.mapping,
        message.mapping_version,
        message.received_at,
        message.sender.code,
        _table(message),
    )


def next_batch(message: Message, opened: Opened, *, limit: int) -> Batch:
    """Read the rows after the message's position, and begin to read those after them."""
    start = position_of(message) or opened.layout.body
    batch = _AHEAD.take(message.id, start) or _read(opened, *_bytes(message, start), start, limit)
    if batch.after == start and not batch.is_last:
        batch = _read(opened, text_from(message, start), True, start, 1)  # noqa: FBT003
    if not batch.is_last:
        _AHEAD.begin(message.id, opened, *_bytes(message, batch.after), batch.after, limit)
    return batch


def position_of(message: Message) -> Position | None:
    """Return where parsing goes on, or None before its beginning."""
    return Position(**cast(dict[str, int], message.position)) if message.position else None


def row_fields(message: Message, opened: Opened, *, offset: int, length: int) -> list[str] | None:
    """Return the columns of one row as they were sent, or None when the row is not one of columns."""
    text = raw(message, offset, length)
    found = next(iter(rows([text], opened.layout, Position(offset=offset))), None)
    return found.fields if found else None


def rows_again(
    message: Message, opened: Opened, places: Sequence[tuple[int, int, int]]
) -> dict[int, Said]:
    """Return what rows say that were read before, by number; `places` are number, offset and length, in order."""
    said, chunks = {}, _Chunks(message)
    for number, offset, length in places:
        text = chunks.text(offset, length)
        found = next(iter(rows([text], opened.layout, Position(offset=offset))))
        said[number] = said_of(found, opened.read)
    return said


class _Chunks:
    """A message's text from front to back, each chunk fetched once."""

    def __init__(self, message: Message) -> None:
        self.table, self.message = _table(message), message.id
        self.held: dict[int, bytes] = {}

    def text(self, offset: int, length: int) -> bytes:
        first, last = offset // CHUNK, (offset + max(length, 1) - 1) // CHUNK
        if not all(number in self.held for number in range(first, last + 1)):
            found = _chunks(self.table, self.message, first, last)
            self.held = dict(zip(range(first, last + 1), found, strict=True))
        whole = b"".join(self.held[number] for number in range(first, last + 1))
        begin = offset - first * CHUNK
        return whole[begin : begin + length]


def read_mended(message: Message, correction: Mapping[str, Any]) -> Said:
    """Read a row that a person mended: all its columns by name, and perhaps that it is a correction."""
    form = cast(Form, definitions.get("mapping", message.mapping, message.mapping_version).form)
    said = read_by_name(
        form,
        correction["columns"],
        received_at=message.received_at,
        allow_drama_numbers=accepts_drama_numbers(),
    )
    if isinstance(said, Record) and correction.get("corrects"):
        return replace(said, decided=True)
    return said


def as_read(row: Row, said: Said, sender: str) -> Read:
    """Make a row that was read ready to be taken in: all that needs no database is worked out here."""
    if isinstance(said, Record):
        return Read(row, said, seek(claim_of(said, sender=sender)))
    return Read(row, said)


def raw(message: Message, offset: int, length: int) -> bytes:
    """Return a stretch of a message's text: of its own bytes, or of what they were unpacked into."""
    first, last = offset // CHUNK, (offset + max(length, 1) - 1) // CHUNK
    whole = b"".join(_chunks(_table(message), message.id, first, last))
    begin = offset - first * CHUNK
    return whole[begin : begin + length]


@lru_cache(maxsize=8)
def _opened(
    message: UUID, mapping: str, version: int, received_at: datetime, sender: str, table: str
) -> Opened:
    form = cast(Form, definitions.get("mapping", mapping, version).form)
    head = b"".join(_chunks(table, message, 0, 0))
    layout = find_layout(head, encoding=form.file.encoding, separator=form.file.separator)
    read = compile_rows(
        form,
        layout.columns,
        received_at=received_at,
        allow_drama_numbers=accepts_drama_numbers(),
    )
    return Opened(layout=layout, read=read, sender=sender)


def accepts_drama_numbers() -> bool:
    """Say whether numbers that ring nowhere are taken, as in a demonstration."""
    return service().accepts_drama_numbers


def _table(message: Message) -> str:
    return "intake_chunk" if message.unpacked_size is None else "intake_unpacked"


def _chunks(table: str, message: UUID, first: int, last: int) -> list[bytes]:
    found = fetch(
        f"select bytes from {table} where message_id = %s and number between %s and %s order by number",  # noqa: S608
        [message, first, last],
    )
    return [bytes(one) for (one,) in found]


def _bytes(message: Message, start: Position) -> tuple[list[bytes], bool]:
    """The bytes from a position on, and whether they are all that is left."""
    first = start.offset // CHUNK
    found = _chunks(_table(message), message.id, first, first + CHUNKS_AT_ONCE - 1)
    if found:
        found[-1] = found[-1][: max(0, message.text_size - (first + len(found) - 1) * CHUNK)]
        found[0] = found[0][start.offset - first * CHUNK :]
    return found, (first + CHUNKS_AT_ONCE) * CHUNK >= message.text_size


def text_from(message: Message, start: Position) -> Iterator[bytes]:
    """All bytes from a position on, one chunk in memory at a time: a line may be longer than a batch."""
    first = start.offset // CHUNK
    for number in range(first, -(-message.text_size // CHUNK)):
        chunk = b"".join(_chunks(_table(message), message.id, number, number))
        chunk = chunk[: message.text_size - number * CHUNK]
        yield chunk[start.offset - first * CHUNK :] if number == first else chunk


class _MoreIsStored(Exception):
    pass


def _read(
    opened: Opened,
    chunks: Iterable[bytes],
    is_all: bool,  # noqa: FBT001
    start: Position,
    limit: int,
) -> Batch:
    def fetched() -> Iterator[bytes]:
        yield from chunks
        if not is_all:
            raise _MoreIsStored

    found: list[Read] = []
    after, is_last = start, False
    source = rows(fetched(), opened.layout, start)
    try:
        for row in islice(source, limit):
            found.append(_surely_read(row, opened))  # noqa: PERF401 - it may stop halfway
        is_last = is_all and len(found) < limit
    except _MoreIsStored:
        # What was read so far is whole; the rest waits for its bytes.
        pass
    if found:
        after = found[-1].row.after
    elif not is_all:
        after = _past_blank_lines(chunks, start)
    sought = [one.sought for one in found if one.sought]
    return Batch(rows=found, wanted=wanted(sought), after=after, is_last=is_last)


def _surely_read(row: Row, opened: Opened) -> Read:
    """Read a row; one on which the service itself fails is a fault and holds up no other."""
    try:
        return as_read(row, said_of(row, opened.read), opened.sender)
    except Exception as error:
        # Its kinds and places alone: an error's text may quote the row.
        log.error("Row %d failed\n%s", row.row, "\n".join(kinds_and_places(error)))
        return Read(row, Fault(column="", value="", reason="failed", allowed=FAILED))


def _past_blank_lines(chunks: Iterable[bytes], start: Position) -> Position:
    """Megabytes without a row: go on behind the last whole line."""
    fetched = b"".join(chunks)
    cut = fetched.rfind(b"\n") + 1
    lines = fetched.count(b"\n")
    return Position(offset=start.offset + cut, row=start.row, line=start.line + lines)


def said_of(row: Row, read: RowReader) -> Said:
    """Return what a row says, or what is wrong with it."""
    if row.fields is None:
        return Fault(column="", value="", reason=row.fault or "unread", allowed=row.said or "")
    return read(row.fields)


class _Ahead:
    """Reads the next batch in a thread while the database writes this one. Knows no database."""

    def __init__(self) -> None:
        self.pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reading")
        self.of: tuple[UUID, Position] | None = None
        self.found: Future[Batch] | None = None

    def begin(self, message: UUID, opened: Opened, *what: Any) -> None:
        self.of = (message, what[2])
        self.found = self.pool.submit(_read, opened, *what)

    def take(self, message: UUID, start: Position) -> Batch | None:
        """The batch that was read ahead, if it is the one now wanted."""
        wanted, found = self.of, self.found
        self.of = self.found = None
        return found.result() if found and wanted == (message, start) else None


_AHEAD = _Ahead()
