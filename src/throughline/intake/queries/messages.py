"""The messages behind the ledger: those of one sender's day, and how far each was read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from throughline.core.copying import fetch
from throughline.core.service import service_zone

COLUMNS = """m.ref, s.code, s.name, m.name, m.received_at, m.size, m.state, m.refused, m.mapping,
    m.mapping_version, m.rows_received, m.parsed_at, coalesce((m.position->>'offset')::bigint, 0),
    coalesce(m.unpacked_size, m.size), m.remark"""
MOST = 500


@dataclass(frozen=True, kw_only=True)
class MessageLine:
    """One message, and how far it has been read."""

    ref: UUID
    sender: str
    sender_name: str
    name: str
    received_at: datetime
    size: int
    state: str
    refused: str
    mapping: str
    mapping_version: int
    rows: int
    parsed_at: datetime | None
    read: int  # bytes, of `text_size`
    text_size: int  # of its own bytes, or of the text they were unpacked into
    remark: str

    @property
    def unfinished(self) -> bool:
        """Whether the worker has still to read it, or the rest of it."""
        return self.state in ("stored", "parsing")


def message(ref: UUID) -> MessageLine | None:
    """Return one message."""
    found = _lines("m.ref = %s", [ref])
    return found[0] if found else None


def messages_of(*, sender_ref: UUID, day: date) -> tuple[MessageLine, ...]:
    """Return a sender's messages of one local day, the newest first; 500 at most."""
    since = datetime.combine(day, datetime.min.time(), tzinfo=service_zone())
    until = datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=service_zone())
    return _lines("s.ref = %s and m.received_at >= %s and m.received_at < %s",
                  [sender_ref, since, until])  # fmt: skip


def refused_of(*, sender_ref: UUID, since: datetime) -> tuple[MessageLine, ...]:
    """Return a sender's messages since then that were refused whole, the newest first; 500 at most."""
    return _lines("s.ref = %s and m.received_at >= %s and m.state = 'refused'", [sender_ref, since])


def open_rows() -> int:
    """Count the rows that wait in quarantine."""
    ((number,),) = fetch("select count(*) from intake_quarantined where state = 'open'")
    return int(number)


@dataclass(frozen=True, kw_only=True)
class SenderLine:
    """A sender that files come from."""

    ref: UUID
    code: str
    name: str
    mapping: str


def senders() -> tuple[SenderLine, ...]:
    """Return every sender by name."""
    return tuple(
        SenderLine(ref=ref, code=code, name=name, mapping=mapping)
        for ref, code, name, mapping in fetch(
            "select ref, code, name, mapping from intake_sender order by name"
        )
    )


def _lines(condition: str, parameters: Sequence[object]) -> tuple[MessageLine, ...]:
    rows = fetch(
        f"""select {COLUMNS} from intake_message m join intake_sender s on s.id = m.sender_id
        where {condition} order by m.received_at desc, m.id desc limit {MOST}""",  # noqa: S608
        list(parameters),
    )
    return tuple(
        MessageLine(ref=ref, sender=sender, sender_name=sender_name, name=name,
                    received_at=received_at, size=size, state=state, refused=refused,
                    mapping=mapping, mapping_version=version, rows=rows_, parsed_at=parsed_at, read=read,
                    text_size=text_size, remark=remark)
        for ref, sender, sender_name, name, received_at, size, state, refused, mapping, version,
        rows_, parsed_at, read, text_size, remark in rows
    )  # fmt: skip
