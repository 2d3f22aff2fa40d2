"""Attempts counted: for a supplier's own board, and for the authority's front page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

# r_supplier may read no more of an attempt than these columns. The join with the few organisations
# lets the index by supplier and time serve the count of them all.
COUNTS = """
select a.channel, count(*), count(*) filter (where a.reached),
    count(*) filter (where a.ended_at is null)
from suppliers_organisation o
join calling_attempt a on a.supplier_id = o.id and a.started_at >= %(since)s
where %(supplier)s::uuid is null or o.id = %(supplier)s
group by a.channel order by 2 desc, a.channel
"""


@dataclass(frozen=True, kw_only=True)
class AttemptCount:
    """How many attempts by one channel, how many reached somebody, and how many are going on."""

    channel: str
    attempts: int
    reached: int
    open: int


def attempt_counts(*, since: datetime, supplier_id: UUID | None = None) -> tuple[AttemptCount, ...]:
    """Return the attempts that started since then, of one supplier if given, by channel."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTS, {"since": since, "supplier": supplier_id})
        return tuple(
            AttemptCount(channel=channel, attempts=attempts, reached=reached, open=open_)
            for channel, attempts, reached, open_ in cursor.fetchall()
        )
