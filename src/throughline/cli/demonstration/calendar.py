"""The town's three weeks by the clock: when files come, when handlers begin, when everything has happened.

Nothing in the demonstration lies in the future: the last day ends a little before the town is filled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 21
FILES_AT = time(7, 0)
"""On the morning after the day of which they tell"""
SHIFTS = (time(9, 0), time(14, 0))
SHIFT = timedelta(hours=4)
# A shift that would still be going on is not begun, so that no conversation ends in the future.
MARGIN = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Shift:
    """A stretch of time in which handlers work; between two of them the worker does what is due."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True, kw_only=True)
class Morning:
    """One day of work: the files of the day before, then the shifts."""

    on: date
    files_of: date
    files_at: datetime
    shifts: tuple[Shift, ...]


def mornings(now: datetime, *, zone: ZoneInfo, days: int = DAYS) -> Iterator[Morning]:
    """Yield the days of work, the last of them the day on which the town is filled."""
    today = now.astimezone(zone).date()
    end = now - MARGIN
    for back in range(days - 1, -1, -1):
        on = today - timedelta(days=back)
        files_at = min(_moment(on, FILES_AT, zone), end - timedelta(minutes=2))
        yield Morning(
            on=on,
            files_of=on - timedelta(days=1),
            files_at=files_at,
            shifts=tuple(_shifts(on, end, zone)),
        )


def _shifts(on: date, end: datetime, zone: ZoneInfo) -> Iterator[Shift]:
    for clock in SHIFTS:
        begins = _moment(on, clock, zone)
        if begins + SHIFT <= end:
            yield Shift(begins=begins, ends=begins + SHIFT)


def _moment(on: date, clock: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, clock, zone).astimezone(UTC)
