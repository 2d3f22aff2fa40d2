"""Local days, weeks and months as SQL that every engine runs alike.

The offsets of the zone are worked out here and written into the statement, so that no engine's own time-zone
tables (which differ) have a say. Times in SQL are without a zone and in UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

PERIODS = ("day", "week", "month")
NOON = timedelta(hours=12)

# Outside these the nearest offset is taken: nothing that is traced lies there.
EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 1, 1)

Offsets = Sequence[tuple[datetime, timedelta]]
"""From which moment (UTC, no zone) local time is how far ahead; the first holds before it too."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """A zone and the weekday on which a week begins (0: Monday)."""

    zone: ZoneInfo
    week_start: int

    def midnight(self, day: date) -> datetime:
        """Return the moment (UTC, no zone) at which a local day begins."""
        local = datetime(day.year, day.month, day.day, tzinfo=self.zone)
        return local.astimezone(UTC).replace(tzinfo=None)

    def day_of(self, moment: datetime) -> date:
        """Return the local day of a moment (UTC, no zone)."""
        return moment.replace(tzinfo=UTC).astimezone(self.zone).date()

    def first_day(self, day: date, period: str) -> date:
        """Return the first day, and so the name, of the period in which a local day lies."""
        if period == "week":
            return day - timedelta(days=(day.weekday() - self.week_start) % 7)
        return day.replace(day=1) if period == "month" else day

    def next_first_day(self, first: date, period: str) -> date:
        """Return the first day of the period after the one that begins on `first`."""
        longest = {"day": 1, "week": 7, "month": 32}[period]
        return self.first_day(first + timedelta(days=longest), period)

    def offsets(self, first: datetime, last: datetime) -> Offsets:
        """Return the offsets in force from one moment to another (UTC, no zone), oldest first."""
        day, end = _bounded(first.date()), _bounded(last.date()) + timedelta(days=2)
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - UTC, as SQL has it
        found = [(moment, self._offset(moment))]
        while moment.date() < end:
            following = moment + timedelta(days=1)
            if self._offset(following) != found[-1][1]:
                found.append(self._change(moment, following))
            moment = following
        return found

    def _change(self, before: datetime, after: datetime) -> tuple[datetime, timedelta]:
        """Return the minute between two moments at which another offset begins."""
        old = self._offset(before)
        while after - before > timedelta(minutes=1):
            middle = before + (after - before) // 2
            middle = middle.replace(second=0, microsecond=0)
            if self._offset(middle) == old:
                before = middle
            else:
                after = middle
        return after, self._offset(after)

    def _offset(self, moment: datetime) -> timedelta:
        offset = moment.replace(tzinfo=UTC).astimezone(self.zone).utcoffset()
        return offset or timedelta()


def period_sql(moment: str, period: str, *, offsets: Offsets, week_start: int) -> str:
    """Return the SQL of the first local day of the period in which a moment lies."""
    # date_trunc begins weeks on Monday: move the week's first day there and back.
    back = timedelta(days=week_start if period == "week" else 0)
    truncated = f"date_trunc('{period}', {_shifted(moment, offsets, minus=back)})"
    forth = f" + INTERVAL '{back.days}' DAY" if back else ""
    return f"CAST({truncated}{forth} AS DATE)"


def noon_sql(day: str, *, offsets: Offsets) -> str:
    """Return the SQL of the moment of a local day's noon: what a date is in a leg measured in hours."""
    # Clocks change at night, so the noon of that local day has the new offset already.
    steps = [(f"{day} >= DATE '{(at + ahead).date()}'", NOON - ahead) for at, ahead in offsets]
    return f"(CAST({day} AS TIMESTAMP) + {_case(steps)})"


def timestamp(moment: datetime) -> str:
    """Return a moment (UTC, no zone) as SQL."""
    return f"TIMESTAMP '{moment.isoformat(sep=' ')}'"


def _shifted(moment: str, offsets: Offsets, *, minus: timedelta) -> str:
    steps = [(f"{moment} >= {timestamp(at)}", ahead - minus) for at, ahead in offsets]
    return f"{moment} + {_case(steps)}"


def _case(steps: Sequence[tuple[str, timedelta]]) -> str:
    """Return the interval of the last step whose condition holds; the first step needs none to hold."""
    first, *later = [(condition, _interval(length)) for condition, length in steps]
    if not later:
        return first[1]
    whens = " ".join(f"WHEN {condition} THEN {length}" for condition, length in reversed(later))
    return f"CASE {whens} ELSE {first[1]} END"


def _interval(length: timedelta) -> str:
    return f"INTERVAL '{int(length.total_seconds())}' SECOND"


def _bounded(day: date) -> date:
    return min(max(day, EARLIEST), LATEST)
