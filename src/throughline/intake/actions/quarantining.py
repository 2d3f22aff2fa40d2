"""Putting rows in quarantine, where a person works them; the work itself is in `quarantine.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from throughline.core.copying import run, stage
from throughline.intake.rules.record import Fault, Record

QUARANTINED = {
    "message_id": "uuid",
    "sender_id": "uuid",
    "number": "bigint",
    "column": "text",
    "value": "text",
    "reason": "text",
    "allowed": "text",
}


Quarantining = tuple[UUID, UUID, int, Fault]
"""A row's message, its sender, its number there, and what is wrong with it."""


def write_quarantine(faults: Sequence[Quarantining], at: datetime) -> None:
    """Put rows in quarantine, or again, with what is wrong with each."""
    if not faults:
        return
    rows = (
        (message, sender, number, fault.column, fault.value[:1000], fault.reason, fault.allowed)
        for message, sender, number, fault in faults
    )
    stage("new_quarantined", QUARANTINED, rows)
    run(
        """insert into intake_quarantined as q (id, ref, message_id, sender_id, number, "column", value,
            reason, allowed, at, state, reject_reason, revision)
        select uuidv7(), gen_random_uuid(), message_id, sender_id, number, "column", value, reason, allowed, %s, 'open',
            '', 1 from new_quarantined
        on conflict (message_id, number) do update set "column" = excluded."column",
            value = excluded.value, reason = excluded.reason, allowed = excluded.allowed,
            state = 'open', decided_by = null, decided_at = null, revision = q.revision + 1""",
        [at],
    )


def conflict(said: Record) -> Fault:
    """Return what is wrong with a report that contradicts an earlier one."""
    return Fault(
        column="report_id",
        value=said.report_id,
        reason="conflict",
        allowed="the same report came before with other content and the same time of report; "
        "say which one is right",
    )
