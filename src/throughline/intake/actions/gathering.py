"""Reading many small messages at once, whoever sent them: what a transaction costs is paid once for all of them.

Each message keeps its own entries, rows and place in the ledger; one that cannot be read holds up no other.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import cast

from django.db import InterfaceError, OperationalError

from throughline.core.copying import fetch, packed, run
from throughline.core.logs import kinds_and_places
from throughline.core.prepared import execute
from throughline.core.reads import Late
from throughline.core.reads import Read as Repeated
from throughline.definitions import queries as definitions
from throughline.definitions.forms.mapping import Mapping
from throughline.intake import apart
from throughline.intake.actions.taking import Due, Taken, take_in_surely
from throughline.intake.actions.telling import parsed, told
from throughline.intake.errors import OUR_FAULT
from throughline.intake.models import Message
from throughline.intake.parsing import FileRefused, Layout, Position, find_layout, rows
from throughline.intake.queries.days import day_received
from throughline.intake.reading import Read, accepts_drama_numbers, as_read, said_of
from throughline.intake.rules.compiled import RowReader, reader_of_many
from throughline.intake.unpacking import FORMATS, unpacked
from throughline.journal.actions import Act, record_all
from throughline.people.queries import wanted

log = logging.getLogger("throughline.intake")

SMALL = 64 * 1024
"""Bytes of a message that is gathered with others."""
MOST = 500
MOST_ROWS = 5000

UNPACKED = """insert into intake_unpacked (message_id, number, bytes)
    select id, 0, decode(bytes, 'hex')
    from unnest(string_to_array(%(ids)s, chr(30))::uuid[], string_to_array(%(bytes)s, chr(30))) as u(id, bytes)"""
SAVE = """update intake_message m set state = 'parsed', parsed_at = %(at)s, rows_received = w.rows,
        unpacked_size = w.size, position = w.position
    from unnest(string_to_array(%(ids)s, chr(30))::uuid[], string_to_array(%(rows)s, chr(30))::bigint[],
            string_to_array(%(sizes)s, chr(30))::bigint[], string_to_array(%(positions)s, chr(30))::jsonb[])
        as w(id, rows, size, position)
    where m.id = w.id"""
REFUSE = """update intake_message m set state = 'refused', parsed_at = %(at)s, refused = w.refused
    from unnest(%(ids)s::uuid[], %(refused)s::text[]) as w(id, refused) where m.id = w.id"""


@dataclass(slots=True)
class _Opened:
    """A message read to its end in memory. `text` is what it was unpacked into."""

    message: Message
    reads: list[Read]
    after: Position
    text: bytes


@dataclass(slots=True)
class _Gathered:
    """What of the messages asked for could be read, and what is to be refused with its sentence."""

    opened: list[_Opened] = field(default_factory=list)
    refused: list[tuple[Message, str]] = field(default_factory=list)


def is_small(message: Message) -> bool:
    """Say whether a message may be read with others: one of records, of which nothing has been read yet.

    Tables are read alone, since each may have a manifest of its own.
    """
    if message.state != "stored" or message.size > SMALL or message.unpacked_size is not None:
        return False
    form = _form(message)
    return form.file.format in FORMATS and not form.link and message.declared_rows is None


def parse_small(first: Message, *, at: datetime) -> int:
    """Read this message, which is claimed, and others that wait like it; return how many rows they had.

    0 where it must be read alone after all: an archive, or one of very many rows.
    """
    messages = [first, *_claim_others(first)]
    gathered = _gather(messages)
    read = [one.message for one in gathered.opened] + [one for one, _ in gathered.refused]
    if first not in read:
        # Its turn has come, so that it must not wait for those behind it.
        return 0
    _write_unpacked(gathered.opened)
    due = [
        Due(one.message, day_received(one.message), read)
        for one in gathered.opened
        for read in one.reads
    ]
    ahead = wanted([one.read.sought for one in due if one.read.sought])
    taken = take_in_surely(due, at=at, ahead=ahead)
    _save(gathered, taken, at)
    return max(1, len(due))


_OTHERS = Repeated(
    lambda: (
        Message.objects.filter(
            state="stored",
            size__lte=SMALL,
            unpacked_size__isnull=True,
            declared_rows__isnull=True,
            mapping=Late("mapping"),
            mapping_version=Late("version"),
        )
        .exclude(id=Late("first"))
        .select_related("sender")
        .select_for_update(skip_locked=True, of=("self",))
        .order_by("received_at")[: MOST - 1]
    )
)


def _claim_others(first: Message) -> list[Message]:
    return _OTHERS.all(mapping=first.mapping, version=first.mapping_version, first=first.id)


def _gather(messages: Sequence[Message]) -> _Gathered:
    """Read messages, in the order of their arrival, as long as the rows are not too many for one batch."""
    gathered, readers, count = _Gathered(), _Readers(), 0
    for message, data in zip(messages, _bytes_of(messages), strict=True):
        try:
            opened = _open(message, data, readers, most=MOST_ROWS - count)
        except FileRefused as refused:
            gathered.refused.append((message, str(refused)))
            continue
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Its kinds and places alone: an error's text may quote the message.
            log.error("Message %s failed\n%s", message.ref, "\n".join(kinds_and_places(error)))
            gathered.refused.append((message, OUR_FAULT))
            continue
        if opened is not None:
            gathered.opened.append(opened)
            count += len(opened.reads)
    return gathered


def _bytes_of(messages: Sequence[Message]) -> list[bytes]:
    found = dict(
        fetch(
            "select message_id, bytes from intake_chunk where number = 0 and message_id = any(%s)",
            [[message.id for message in messages]],
        )
    )
    return [bytes(found.get(message.id, b"")) for message in messages]


def _form(message: Message) -> Mapping:
    stored = definitions.get("mapping", message.mapping, message.mapping_version)
    return cast(Mapping, stored.form)


def _open(message: Message, data: bytes, readers: _Readers, *, most: int) -> _Opened | None:
    """Read one message; None where it is none for a group. Raises FileRefused."""
    form = cast(Mapping, definitions.get("mapping", message.mapping, message.mapping_version).form)
    if apart.recognises(data):
        return None
    text = b"".join(unpacked([data], form))
    layout = readers.layout(message, form, text)
    read = readers.of(message, form, layout.columns)
    reads, after = [], layout.body
    for row in islice(rows([text[layout.body.offset :]], layout), most + 1):
        reads.append(as_read(row, said_of(row, read), message.sender.code))
        after = row.after
    if len(reads) > most:
        return None
    return _Opened(message, reads, after, text)


class _Readers:
    """One reader a mapping and its columns, told of each message's arrival."""

    def __init__(self) -> None:
        self.layouts: dict[tuple[str, int], tuple[bytes, Layout]] = {}
        self.known: dict[tuple[object, ...], Callable[[datetime], RowReader]] = {}
        self.allow_drama = accepts_drama_numbers()

    def layout(self, message: Message, form: Mapping, text: bytes) -> Layout:
        """The layout of what a message was unpacked into; the same header is read once."""
        key = (message.mapping, message.mapping_version)
        header, layout = self.layouts.get(key, (b"", None))
        if layout is None or not text.startswith(header):
            layout = find_layout(text, encoding=form.file.encoding, separator=form.file.separator)
            self.layouts[key] = text[: layout.body.offset], layout
        return layout

    def of(self, message: Message, form: Mapping, columns: tuple[str, ...]) -> RowReader:
        key = (message.mapping, message.mapping_version, columns)
        if key not in self.known:
            self.known[key] = reader_of_many(
                form,
                columns,
                received_at=message.received_at,
                allow_drama_numbers=self.allow_drama,
            )
        return self.known[key](message.received_at)


def _write_unpacked(opened: Sequence[_Opened]) -> None:
    """Write what messages were unpacked into. That they were is told with what became of their rows."""
    if not opened:
        return
    execute(
        UNPACKED,
        {
            "ids": packed(one.message.id for one in opened),
            "bytes": packed(one.text.hex() for one in opened),
        },
    )


def _save(gathered: _Gathered, taken: Taken, at: datetime) -> None:
    opened, refused = gathered.opened, gathered.refused
    if opened:
        run(
            SAVE,
            {
                "at": at,
                "ids": packed(one.message.id for one in opened),
                "rows": packed(len(one.reads) for one in opened),
                "sizes": packed(len(one.text) for one in opened),
                "positions": packed(_as_json(one.after) for one in opened),
            },
        )
    if refused:
        ids = [message.id for message, _ in refused]
        run(REFUSE, {"at": at, "ids": ids, "refused": [sentence for _, sentence in refused]})
    record_all(
        [
            *_acts(opened, taken, at),
            *(told("intake.message_refused", m, at, {}) for m, _ in refused),
        ]
    )


def _acts(opened: Sequence[_Opened], taken: Taken, at: datetime) -> Iterator[Act]:
    """Two entries for each message. What became of the positives is said in that of the whole batch (tracing's)."""
    for one in opened:
        yield Act(
            kind="intake.message_unpacked",
            at=at,
            subjects=[one.message.id, one.message.sender_id],
            body={"size": len(one.text)},
        )
    for one in opened:
        numbers = [read.row.row for read in one.reads]
        yield parsed(one.message, numbers, taken.places[one.message.id], at=at, finished=True)


def _as_json(position: Position) -> str:
    return f'{{"offset": {position.offset}, "row": {position.row}, "line": {position.line}}}'
