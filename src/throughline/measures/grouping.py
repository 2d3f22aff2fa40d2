"""What rows are grouped by: columns as they are, and periods in which their moment lies."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.measures.calendars import PERIODS, local_day_sql, month_sql, week_day_sql, week_sql
from throughline.measures.columns import Table
from throughline.measures.declared import Measure
from throughline.measures.gathering import names
from throughline.measures.reading import quoted
from throughline.measures.rows import is_in_spans
from throughline.measures.words import Words


@dataclass(frozen=True, slots=True)
class Group:
    """What a row is grouped by, as SQL, and how that is told, as SQL of its name."""

    of_row: str
    told: str = "{}"


def group(name: str, measure: Measure, table: Table, words: Words) -> Group:
    """Return the group of a measure's rows by a column or period."""
    if name not in PERIODS:
        return Group(quoted(name))
    if is_in_spans(measure.rows):
        return Group("period_first")
    (column,) = (one for one in names([measure.period]) if table.column(one))
    moment = measure.period if "(" in measure.period else quoted(measure.period)
    moment, offsets = words.expand(moment, table), words.offsets(table.name, column)
    if name == "day":
        return Group(local_day_sql(moment, offsets=offsets))
    if name == "month":
        return Group(month_sql(moment, offsets=offsets))
    at, ahead = offsets[0]
    first = words.calendar.first_day((at + ahead).date(), name)
    weeks = week_sql(moment, offsets=offsets, first=first, dialect=words.dialect)
    return Group(weeks, week_day_sql("{}", first=first))
