"""When a sender has been silent for longer than it ever is at that hour of the week: learned from its last four weeks.

At the same moment of each of those weeks, and an hour before and after it, one asks how long the sender had been silent
then; the longest of these is usual. A sender known for less than three weeks, or that sent nothing in them, is judged by
nobody: a rule that cries wolf is switched off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

WEEKS = 4
FEWEST_WEEKS = 3
AROUND = (timedelta(hours=-1), timedelta(0), timedelta(hours=1))
SLACK = timedelta(minutes=30)
"""So much longer than usual is no news."""


@dataclass(frozen=True, kw_only=True)
class Silence:
    """How long a sender has been silent, and how long it usually is at this hour of the week at most."""

    now: timedelta
    usual: timedelta

    @property
    def is_long(self) -> bool:
        """Whether somebody should ask the sender."""
        return self.now > self.usual + SLACK


def moments(at: datetime, *, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the moments at which the past is asked, in UTC: the same time by the clock on the wall, week by week."""
    local = at.astimezone(zone)
    return tuple(
        (local - timedelta(weeks=week) + around).astimezone(UTC)
        for week in range(1, WEEKS + 1)
        for around in AROUND
    )


def judge(
    *, at: datetime, last: datetime | None, before: Sequence[tuple[datetime, datetime | None]]
) -> Silence | None:
    """Return a sender's silence, or None when too little is known of it.

    `last` is its last arrival by `at`; `before` are the past moments, each with the last arrival by then.
    """
    known = [(moment, arrival) for moment, arrival in before if arrival is not None]
    if last is None or len(known) < FEWEST_WEEKS * len(AROUND):
        return None
    usual = max(moment - arrival for moment, arrival in known if arrival is not None)
    return Silence(now=at - last, usual=usual)
