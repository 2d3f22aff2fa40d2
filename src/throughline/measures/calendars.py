"""Local days, weeks and months as SQL that every engine runs alike.

The offsets of the zone are worked out here and written into the statement, so that no engine's own time-zone
tables (which differ) have a say. Times in SQL are without a zone and in UTC.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from throughline.measures.dialects import Dialect

HOUR = "hour"
"""An hour of the day, 00 to 23: of time that is cut at the edges of hours, as that of agents is."""
PERIODS = ("day", "week", "month", HOUR)
NOON = timedelta(hours=12)
WEEK = timedelta(days=7)

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

    def hours(self, start: datetime, end: datetime) -> Iterator[tuple[str, datetime, datetime]]:
        """Yield each local hour between two moments (UTC, no zone): its number of the day, when it begins and when it ends."""
        while start < end:
            local = (start + timedelta(hours=1)).replace(tzinfo=UTC).astimezone(self.zone)
            # A zone may be ahead by part of an hour, and change by one.
            over = timedelta(
                minutes=local.minute, seconds=local.second, microseconds=local.microsecond
            )
            ends = start + timedelta(hours=1) - over
            begun = start.replace(tzinfo=UTC).astimezone(self.zone)
            yield f"{begun.hour:02}", start, min(ends, end)
            start = ends

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


def local_day_sql(moment: str, *, offsets: Offsets) -> str:
    """Return the SQL of the local day in which a moment lies."""
    return f"CAST({_shifted(moment, offsets)} AS DATE)"


def month_sql(moment: str, *, offsets: Offsets) -> str:
    """Return the SQL of the first local day of the month in which a moment lies."""
    return f"CAST(date_trunc('month', {_shifted(moment, offsets)}) AS DATE)"


def week_sql(moment: str, *, offsets: Offsets, first: date, dialect: Dialect) -> str:
    """Return the SQL of how many whole weeks after the beginning of the local day `first` a moment lies.

    Many rows are told apart by a number sooner than by a date; `week_day_sql` makes a date of it.
    """
    start = timestamp(datetime(first.year, first.month, first.day))  # noqa: DTZ001 - local
    ahead = _case(_steps(moment, offsets), lambda length: str(_micros(length)))
    local = f"CAST({dialect.micros(start, moment)} + {ahead} AS {dialect.double})"
    # As doubles, which are exact here: engines differ in how they divide whole numbers.
    return f"CAST(floor({local} / CAST({_micros(WEEK)} AS {dialect.double})) AS INTEGER)"


def week_day_sql(weeks: str, *, first: date) -> str:
    """Return the SQL of the first day of the week that begins so many weeks after `first`."""
    return f"CAST(DATE '{first}' + {weeks} * INTERVAL '7' DAY AS DATE)"


def noon_sql(day: str, *, offsets: Offsets) -> str:
    """Return the SQL of the moment of a local day's noon: what a date is in a leg measured in hours."""
    # Clocks change at night, so the noon of that local day has the new offset already.
    steps = [(f"{day} >= DATE '{(at + ahead).date()}'", NOON - ahead) for at, ahead in offsets]
    return f"(CAST({day} AS TIMESTAMP) + {_case(steps, _interval)})"


def timestamp(moment: datetime) -> str:
    """Return a moment (UTC, no zone) as SQL."""
    return f"TIMESTAMP '{moment.isoformat(sep=' ')}'"


def _shifted(moment: str, offsets: Offsets) -> str:
    return f"{moment} + {_case(_steps(moment, offsets), _interval)}"


def _steps(moment: str, offsets: Offsets) -> list[tuple[str, timedelta]]:
    return [(f"{moment} >= {timestamp(at)}", ahead) for at, ahead in offsets]


def _case(steps: Sequence[tuple[str, timedelta]], told: Callable[[timedelta], str]) -> str:
    """Return the length of the last step whose condition holds; the first step needs none to hold."""
    first, *later = [(condition, told(length)) for condition, length in steps]
    if not later:
        return first[1]
    whens = " ".join(f"WHEN {condition} THEN {length}" for condition, length in reversed(later))
    return f"CASE {whens} ELSE {first[1]} END"


def _interval(length: timedelta) -> str:
    return f"INTERVAL '{int(length.total_seconds())}' SECOND"


def _micros(length: timedelta) -> int:
    return length // timedelta(microseconds=1)


def _bounded(day: date) -> date:
    return min(max(day, EARLIEST), LATEST)
