"""Messages on their way into the tables: any number that came together, in one statement with their bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.core.copying import packed
from throughline.core.prepared import execute, fetch

# A message of several chunks has them written before, while it is read; one of none here adds none.
KEEP = """
with messages as (
    insert into intake_message (id, ref, sender_id, message_id, sha256, size, name, received_at, received_by,
        mapping, mapping_version, state, refused, parsed_at, declared_rows, rows_received, remark)
    select id, ref, sender, message_id, sha256, size, name, %(at)s, %(by)s, mapping, version, state, refused,
        case when is_judged then %(at)s::timestamptz end, declared, 0, ''
    from unnest(string_to_array(%(ids)s, chr(30))::uuid[], string_to_array(%(refs)s, chr(30))::uuid[],
            string_to_array(%(senders)s, chr(30))::uuid[], %(message_ids)s::text[],
            string_to_array(%(hashes)s, chr(30)), string_to_array(%(sizes)s, chr(30))::bigint[], %(names)s::text[],
            string_to_array(%(mappings)s, chr(30)), string_to_array(%(versions)s, chr(30))::int[],
            string_to_array(%(states)s, chr(30)), %(refusals)s::text[],
            string_to_array(%(judged)s, chr(30))::bool[], string_to_array(%(declared)s, chr(30), '')::bigint[])
        as m(id, ref, sender, message_id, sha256, size, name, mapping, version, state, refused, is_judged, declared)
)
insert into intake_chunk (message_id, number, bytes)
select id, 0, decode(bytes, 'hex')
from unnest(string_to_array(%(ids)s, chr(30))::uuid[], string_to_array(%(bytes)s, chr(30), '-')) as c(id, bytes)
where bytes is not null
"""
KNOWN = """select m.sender_id, m.message_id, m.sha256, m.ref, m.state, m.received_at, m.refused
    from unnest(%(senders)s::uuid[], %(ids)s::text[]) as w(sender, message_id)
    join intake_message m on m.sender_id = w.sender and m.message_id = w.message_id"""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMessage:
    """A message that is kept from now on. `data`: its bytes, unless they are written as chunks already.

    `is_judged`: no worker will look at it, because its door has refused it.
    """

    id: UUID
    ref: UUID
    sender: UUID
    message_id: str
    sha256: str
    size: int
    name: str
    mapping: str
    version: int
    state: str
    refused: str
    is_judged: bool = False
    declared_rows: int | None = None
    data: bytes | None


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownMessage:
    """A message that is here already."""

    sender: UUID
    message_id: str
    sha256: str
    ref: UUID
    state: str
    received_at: datetime
    refused: str


def known_messages(wanted: Sequence[tuple[UUID, str]]) -> list[KnownMessage]:
    """Return the messages that senders have sent under these ids."""
    rows = fetch(
        KNOWN,
        {"senders": [sender for sender, _ in wanted], "ids": [one for _, one in wanted]},
    )
    return [
        KnownMessage(
            sender=sender,
            message_id=message_id,
            sha256=sha256,
            ref=ref,
            state=state,
            received_at=received_at,
            refused=refused,
        )
        for sender, message_id, sha256, ref, state, received_at, refused in rows
    ]


def keep(messages: Sequence[NewMessage], *, by: UUID | None, at: datetime) -> None:
    """Write messages. Their entry in the journal is whoever's whose act it is."""
    execute(
        KEEP,
        {
            "at": at,
            "by": by,
            # What comes from outside is sent as lists: it may hold the sign between packed values.
            "message_ids": [one.message_id for one in messages],
            "names": [one.name for one in messages],
            "refusals": [one.refused for one in messages],
            "ids": packed(one.id for one in messages),
            "refs": packed(one.ref for one in messages),
            "senders": packed(one.sender for one in messages),
            "hashes": packed(one.sha256 for one in messages),
            "sizes": packed(one.size for one in messages),
            "mappings": packed(one.mapping for one in messages),
            "versions": packed(one.version for one in messages),
            "states": packed(one.state for one in messages),
            "judged": packed(one.is_judged for one in messages),
            "declared": packed(
                "" if one.declared_rows is None else one.declared_rows for one in messages
            ),
            "bytes": packed("-" if one.data is None else one.data.hex() for one in messages),
        },
    )
