"""The queues as the authority sees them, and what the clock must hand over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from throughline.calling.models import State, WorkItem

BOARD = """
select queue, count(*) filter (where state = 'waiting'),
    min(opened_at) filter (where state = 'waiting'),
    count(*) filter (where state = 'resting'), count(*) filter (where state = 'leased')
from calling_work_item where state in ('waiting', 'resting', 'leased')
group by queue order by 2 desc, queue
"""


@dataclass(frozen=True, kw_only=True)
class QueueLine:
    """One queue of the board; `oldest` is when the item that waits longest was opened."""

    queue: str
    waiting: int
    oldest: datetime | None
    resting: int
    leased: int


def queue_board() -> list[QueueLine]:
    """Return every queue that has items, the fullest first. Runs as r_authority."""
    with connection.cursor() as cursor:
        cursor.execute(BOARD)
        return [
            QueueLine(queue=queue, waiting=waiting, oldest=oldest, resting=resting, leased=leased)
            for queue, waiting, oldest, resting, leased in cursor.fetchall()
        ]


def handovers_due(at: datetime, limit: int) -> list[tuple[UUID, UUID, str]]:
    """Return id, household and area of items whose clock has run out and that nobody is talking to."""
    return list(
        WorkItem.objects.filter(state__in=(State.WAITING, State.RESTING), handover_at__lte=at)
        .order_by("handover_at")
        .values_list("id", "household_id", "area")[:limit]
    )
