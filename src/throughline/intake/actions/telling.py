"""The journal's entries about messages, from which the ledger can be computed without the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from throughline.intake.models import Message
from throughline.intake.queries.days import day_received
from throughline.journal.actions import Act


def told(kind: str, message: Message, at: datetime, what: Mapping[str, object]) -> Act:
    """Return an entry about a message, with the sender and the day under which the ledger counts it."""
    body = {
        "message": message.id,
        "sender": message.sender_id,
        "day": day_received(message).isoformat(),
        "received_at": message.received_at.isoformat(),
        **what,
    }
    return Act(kind=kind, at=at, subjects=[message.id, message.sender_id], body=body)


def parsed(
    message: Message,
    numbers: Sequence[int],
    places: Mapping[str, int],
    *,
    at: datetime,
    finished: bool,
    **more: object,
) -> Act:
    """Return the entry about rows of a message that were read, and where they were put."""
    what = {
        "rows": len(numbers),
        "first": min(numbers, default=None),
        "last": max(numbers, default=None),
        "places": dict(places),
        **more,
        "finished": finished,
    }
    return told("intake.rows_parsed", message, at, what)
