"""The words that declared SQL uses beyond that of every engine, and what they stand for.

| word | is |
|---|---|
| `hours(a, b)` | the elapsed hours from one moment to another |
| `micros(a, b)` | the elapsed microseconds, a whole number |
| `moment(a)` | a column as a moment: a date is its local noon |
| `plus_limit(a)` | that moment and the time that a KPI allows |
| `cut_at` | the moment of the cut |
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.measures.calendars import Calendar, Offsets, local_day_sql, noon_sql, timestamp
from throughline.measures.columns import Kind, Table
from throughline.measures.dialects import Dialect
from throughline.measures.reading import quoted
from throughline.measures.terms import Definition

_PAIR = re.compile(r"\b(hours|micros)\((\w+), (\w+)\)")
_ONE = re.compile(r"\b(moment|plus_limit)\((\w+)\)")
_CUT = re.compile(r"\bcut_at\b")


def any_repeated(_: str) -> str:
    """Return the condition where nobody has looked who is there twice: it may be anybody."""
    return "TRUE"


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the words stand for in one statement. `cut_at` is in UTC without a zone, as SQL has it.

    `repeated` gives, for a table, a condition that holds for every row whose person another row has too.
    """

    dialect: Dialect
    calendar: Calendar
    cut_at: datetime
    definition: Definition
    offsets: Callable[[str, str], Offsets]
    limit: timedelta | None
    repeated: Callable[[str], str] = any_repeated

    def expand(self, sql: str, table: Table) -> str:
        """Return declared SQL over a table with its words replaced."""

        def pair(found: re.Match[str]) -> str:
            start, end = self.moment(found[2], table), self.moment(found[3], table)
            if found[1] == "hours":
                return self.dialect.hours(start, end)
            return self.dialect.micros(start, end)

        def one(found: re.Match[str]) -> str:
            moment = self.moment(found[2], table)
            if found[1] == "moment" or self.limit is None:
                return moment
            return f"({moment} + INTERVAL '{int(self.limit.total_seconds())}' SECOND)"

        return _CUT.sub(timestamp(self.cut_at), _ONE.sub(one, _PAIR.sub(pair, sql)))

    def moment(self, name: str, table: Table) -> str:
        """Return the SQL of a column as a moment."""
        column = table.column(name)
        if column is not None and column.kind is Kind.DATE:
            return self.noon(table.name, name, quoted(name))
        return quoted(name)

    def noon(self, table: str, column: str, day: str) -> str:
        """Return the SQL of the local noon of a day that a column of a table has."""
        return noon_sql(day, offsets=self.offsets(table, column))

    def local_day(self, table: str, column: str, moment: str) -> str:
        """Return the SQL of the local day of a moment that a column of a table has."""
        return local_day_sql(moment, offsets=self.offsets(table, column))
