"""The ledger on the command line."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from throughline.core import clock
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.queries.ledger import ledger


def show(days: int) -> tuple[dict[str, object], list[str], list[str]]:
    """Return the ledger as data, as lines for a reader, and its alarms."""
    with transaction.atomic(), acting(Role.AUTHORITY):
        found = ledger(days=days, at=clock.now())
    data: dict[str, object] = {
        "rows": [asdict(row) | {"balances": row.balances} for row in found.rows],
        "alarms": [asdict(alarm) for alarm in found.alarms],
    }
    lines = [
        f"{row.day}  {row.sender:<24} received {row.received}  accepted {row.accepted}  "
        f"duplicate {row.duplicate}  corrected {row.corrected}  quarantined {row.quarantined}  "
        f"rejected {row.rejected}  waiting {row.waiting}"
        for row in found.rows
    ]
    return data, lines, [alarm.sentence for alarm in found.alarms]
