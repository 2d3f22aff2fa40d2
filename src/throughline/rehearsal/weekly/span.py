"""A week in seconds of UTC, from local midnight to local midnight, and the numbers its rows may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = "Europe/London"
ROOM = 100_000_000
"""Numbers of one week's rows of one table"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """When a week begins and ends, and the first number of its rows."""

    begins: int
    ends: int
    base: int


def span(first_day: date) -> Span:
    """Return the seven days from local midnight of this day; an hour less or more where clocks change."""
    zone = ZoneInfo(ZONE)
    begins, ends = (
        int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp())
        for day in (first_day, first_day + timedelta(days=7))
    )
    return Span(begins=begins, ends=ends, base=first_day.toordinal() // 7 * ROOM)
