"""Work that the clock should have done: how it is seen that the worker has fallen silent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

# Nothing is stuck beyond its lease plus this.
GRACE = timedelta(seconds=60)
OVERDUE = """
select
    (select count(*) from calling_work_item where state = 'leased' and lease_until < %(due)s),
    (select count(*) from calling_work_item where state = 'resting' and callable_from < %(due)s)
"""


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """Leases that ended and are still held; rests that ended and still rest."""

    leases: int
    rests: int

    @property
    def silent(self) -> bool:
        """Whether the worker must be taken to be silent."""
        return bool(self.leases or self.rests)


def overdue(*, at: datetime) -> Overdue:
    """Count what was due more than a minute ago. Two partial indexes serve it."""
    with connection.cursor() as cursor:
        cursor.execute(OVERDUE, {"due": at - GRACE})
        leases, rests = cursor.fetchone()
    return Overdue(leases=leases, rests=rests)
