"""What a sender's machine may ask: what became of a message of its own. Needs r_intake with the sender's key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch

MOST_TOLD = 100
PLACES = ("waiting", "accepted", "duplicate", "corrected", "quarantined", "rejected")


@dataclass(frozen=True, kw_only=True)
class RowFault:
    """A row in quarantine, without its value: its number in the message, what is wrong, what is allowed."""

    row: int
    column: str
    reason: str
    allowed: str


@dataclass(frozen=True, kw_only=True)
class OwnReceipt:
    """A message's state and where its rows are. `state`: stored, parsing, parsed, refused, conflict."""

    message: UUID
    message_id: str
    state: str
    received_at: datetime
    read_at: datetime | None
    bytes: int
    sha256: str
    mapping: str
    refused: str
    rows: int
    places: dict[str, int]
    faults: tuple[RowFault, ...]


def own_receipt(ref: UUID, *, sender_id: UUID) -> OwnReceipt | None:
    """Return what became of a sender's own message; None for another's and for one that is not there."""
    found = fetch(
        """select id, message_id, state, received_at, parsed_at, size, sha256, mapping, mapping_version,
            refused, rows_received
        from intake_message where ref = %s and sender_id = %s""",
        [ref, sender_id],
    )
    if not found:
        return None
    ((id_, message_id, state, received, read, size, sha, mapping, version, refused, rows),) = found
    placed = dict(
        fetch(
            """select place, count(*) from intake_row where message_id = %s and sender_id = %s
            group by place""",
            [id_, sender_id],
        )
    )
    faults = fetch(
        """select number, "column", reason, allowed from intake_quarantined
        where message_id = %s and sender_id = %s and state = 'open' order by number limit %s""",
        [id_, sender_id, MOST_TOLD],
    )
    return OwnReceipt(
        message=ref,
        message_id=message_id,
        state=state,
        received_at=received,
        read_at=read,
        bytes=size,
        sha256=sha,
        mapping=f"{mapping}, version {version}",
        refused=refused,
        rows=rows,
        places={place: placed.get(place, 0) for place in PLACES},
        faults=tuple(
            RowFault(row=number, column=column, reason=reason, allowed=allowed)
            for number, column, reason, allowed in faults
        ),
    )
