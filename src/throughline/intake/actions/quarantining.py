"""Putting rows in quarantine, where a person works them; the work itself is in `quarantine.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from throughline.core.copying import run, stage
from throughline.intake.models import Sender
from throughline.intake.rules.record import Fault, Record

QUARANTINED = {
    "message_id": "uuid",
    "number": "bigint",
    "column": "text",
    "value": "text",
    "reason": "text",
    "allowed": "text",
}


def write_quarantine(
    sender: Sender, faults: Sequence[tuple[UUID, int, Fault]], at: datetime
) -> None:
    """Put rows in quarantine, or again, with what is wrong with each."""
    if not faults:
        return
    rows = (
        (message, number, fault.column, fault.value[:1000], fault.reason, fault.allowed)
        for message, number, fault in faults
    )
    stage("new_quarantined", QUARANTINED, rows)
    run(
        """insert into intake_quarantined as q (id, ref, message_id, sender_id, number, "column", value,
            reason, allowed, at, state, reject_reason, revision)
        select uuidv7(), gen_random_uuid(), message_id, %s, number, "column", value, reason, allowed, %s, 'open',
            '', 1 from new_quarantined
        on conflict (message_id, number) do update set "column" = excluded."column",
            value = excluded.value, reason = excluded.reason, allowed = excluded.allowed,
            state = 'open', decided_by = null, decided_at = null, revision = q.revision + 1""",
        [sender.id, at],
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
