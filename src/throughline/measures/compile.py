"""Measures to SQL: those that count the same rows by the same moment share one statement, and so one scan.

Every statement has one shape: the rows with their groups and terms, then one aggregate a part.

    WITH counted AS (SELECT … AS by_week, … AS is_reached FROM cases WHERE …)
    SELECT by_week, count(*) FILTER (WHERE is_reached) AS cases_reached__numerator FROM counted GROUP BY by_week
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from throughline.measures.calendars import (
    PERIODS,
    Calendar,
    Offsets,
    noon_sql,
    period_sql,
    timestamp,
)
from throughline.measures.columns import Kind, Table
from throughline.measures.declared import ALL, Aggregate, Bands, Count, Distinct, Leg, Measure
from throughline.measures.dialects import Dialect
from throughline.measures.questions import Question
from throughline.measures.reading import quoted
from throughline.measures.tables import TABLES
from throughline.measures.terms import terms

BANDS = ("le24h", "24_48h", "48_72h", "gt72h")
BESIDE_BANDS = ("unknown", "fault")
# How many rows reached have a manner that a younger definition can judge them by, and how many not.
JUDGED, UNJUDGED = "judged", "unjudged"


class Surroundings(Protocol):
    """What a statement depends on besides the question."""

    @property
    def dialect(self) -> Dialect:
        """The engine's words."""

    @property
    def calendar(self) -> Calendar:
        """Whose days and weeks."""

    def offsets(self, table: str, column: str) -> Offsets:
        """The zone's offsets over the moments or dates that a column has."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One SQL text. Its columns are the groups, in the order asked, and then the parts."""

    sql: str
    parts: tuple[tuple[str, str], ...]
    """Measure and part of each column after the groups."""


def statements(question: Question, around: Surroundings) -> list[tuple[Statement, list[Measure]]]:
    """Return the statements that answer a question, each with the measures that it answers."""
    shared: dict[tuple[str, str], list[Measure]] = {}
    for measure in question.measures:
        shared.setdefault((measure.table, measure.period), []).append(measure)
    return [(_statement(one, question, around), one) for one in shared.values()]


def parts(measure: Measure, *, since: date | None) -> dict[str, Aggregate]:
    """Return what is computed of a measure: each part by name; `since` is when the definition came into force."""
    if measure.numerator is None:
        return {}
    numerator = measure.numerator
    if isinstance(numerator, Count) and measure.denominator is not None:
        numerator = Count(_both(measure.denominator.where, numerator.where))
    if measure.bands is None:
        told: dict[str, Aggregate] = {"numerator": numerator}
        if measure.denominator is not None:
            told["denominator"] = measure.denominator
    else:
        told = {
            name: Count(_both(numerator.where, f"{band_term(measure.bands)} = '{name}'"))
            for name in band_names(measure.bands)
        }
    told |= {f"beside_{name}": one for name, one in measure.beside.items()}
    if since and is_by_definition(measure):
        told[JUDGED] = Count("outcome = 'reached' AND reached_how IS NOT NULL")
        told[UNJUDGED] = Count("is_unjudged")
    return told


def band_names(bands: Bands) -> tuple[str, ...]:
    """Return the bands of a measure in order: by time, then unknown and out of order, then apart."""
    return (*BANDS, *BESIDE_BANDS, *bands.apart)


def is_by_definition(measure: Measure) -> bool:
    """Say whether a measure depends on which manners of reaching count."""
    return bool({"is_reached", "is_not_reached"} & names_in(*_texts(measure)))


def names_in(*texts: str) -> set[str]:
    """Return the names that SQL texts mention, outside quoted values."""
    return {
        name
        for text in texts
        for name in re.findall(r"[a-z_][a-z_0-9]*", re.sub(r"'[^']*'", "", text))
    }


def band_term(bands: Bands) -> str:
    """Return the name of the term that says in which band a row is."""
    return f"band_{bands.leg.start}_{bands.leg.end}"


def _texts(measure: Measure) -> list[str]:
    found: list[str] = []
    for one in (measure.numerator, measure.denominator, *measure.beside.values()):
        found += [getattr(one, name) for name in ("where", "of", "column") if hasattr(one, name)]
    if measure.bands:
        found += [*measure.bands.apart.values(), measure.bands.leg.start, measure.bands.leg.end]
    return found


def columns_of(measure: Measure) -> set[str]:
    """Return the columns of its table that a measure names."""
    table = TABLES[measure.table]
    return {one for one in names_in(*_texts(measure), measure.period) if table.column(one)}


def _statement(measures: Sequence[Measure], question: Question, around: Surroundings) -> Statement:
    table = TABLES[measures[0].table]
    period = measures[0].period
    aggregates = {
        (measure.id, part): _aggregate(one)
        for measure in measures
        for part, one in parts(measure, since=question.definition.since).items()
    }
    groups = {f"by_{one}": _group(one, table, period, around) for one in question.by}
    values = groups | _values(aggregates.values(), measures, table, question, around)
    where = [one.sql(table.column(one.column), around.dialect) for one in question.where] + _bounds(
        period, question, around.calendar
    )
    selected = ",\n    ".join(f"{text} AS {name}" for name, text in values.items()) or "1 AS one"
    counted = f"SELECT\n    {selected}\n  FROM {table.name}"
    if where:
        counted += "\n  WHERE " + "\n    AND ".join(where)
    columns = [*groups, *(f"{text} AS {_alias(*key)}" for key, text in aggregates.items())]
    sql = (
        f"WITH counted AS (\n  {counted}\n)\nSELECT\n  " + ",\n  ".join(columns) + "\nFROM counted"
    )
    if groups:
        sql += "\nGROUP BY " + ", ".join(groups)
    return Statement(sql=sql, parts=tuple(aggregates))


def _values(
    texts: Iterable[str],
    measures: Sequence[Measure],
    table: Table,
    question: Question,
    around: Surroundings,
) -> dict[str, str]:
    """Return the columns and terms that the aggregates use, each as SQL."""
    declared = dict(terms(table.name, question.definition))
    if since := question.definition.since:
        declared["is_unjudged"] = _unjudged(measures[0].period, since, around.calendar)
    for measure in measures:
        if measure.bands:
            declared[band_term(measure.bands)] = _band(measure.bands, table, around)
    found: dict[str, str] = {}
    for name in sorted(names_in(*texts)):
        if name in declared:
            found[name] = declared[name]
        elif table.column(name):
            found[name] = quoted(name)
    return found


def _unjudged(period: str, since: date, calendar: Calendar) -> str:
    """Return the condition of a row reached before the definition was in force, its manner unknown."""
    before = f"{period} < {timestamp(calendar.midnight(since))}"
    return f"(outcome = 'reached' AND reached_how IS NULL AND {before})"


def _band(bands: Bands, table: Table, around: Surroundings) -> str:
    start, end = (moment(one, table, around) for one in (bands.leg.start, bands.leg.end))
    apart = [f"WHEN {condition} THEN '{name}'" for name, condition in bands.apart.items()]
    steps = [
        *apart,
        f"WHEN {start} IS NULL OR {end} IS NULL THEN 'unknown'",
        f"WHEN {end} < {start} THEN 'fault'",
        f"WHEN {end} <= {start} + INTERVAL '24' HOUR THEN 'le24h'",
        f"WHEN {end} <= {start} + INTERVAL '48' HOUR THEN '24_48h'",
        f"WHEN {end} <= {start} + INTERVAL '72' HOUR THEN '48_72h'",
    ]
    return f"CASE {' '.join(steps)} ELSE 'gt72h' END"


def moment(name: str, table: Table, around: Surroundings) -> str:
    """Return the SQL of a column as a moment: a date stands for its local noon."""
    column = table.column(name)
    if column is not None and column.kind is Kind.DATE:
        return noon_sql(quoted(name), offsets=around.offsets(table.name, name))
    return quoted(name)


def hours(leg: Leg, table: Table, around: Surroundings) -> str:
    """Return the SQL of the elapsed hours of a leg."""
    return around.dialect.hours(moment(leg.start, table, around), moment(leg.end, table, around))


def _group(name: str, table: Table, period: str, around: Surroundings) -> str:
    if name not in PERIODS:
        return quoted(name)
    return period_sql(
        quoted(period),
        name,
        offsets=around.offsets(table.name, period),
        week_start=around.calendar.week_start,
    )


def _bounds(period: str, question: Question, calendar: Calendar) -> list[str]:
    bounds = []
    if question.first:
        bounds.append(f"{quoted(period)} >= {timestamp(calendar.midnight(question.first))}")
    if question.last:
        end = calendar.midnight(question.last + timedelta(days=1))
        bounds.append(f"{quoted(period)} < {timestamp(end)}")
    return bounds


def _aggregate(one: Aggregate) -> str:
    only = "" if one.where == ALL else f" FILTER (WHERE {one.where})"
    if isinstance(one, Count):
        return f"count(*){only}"
    if isinstance(one, Distinct):
        return f"count(DISTINCT {one.column}){only}"
    return f"coalesce(sum({one.of}){only}, 0)"


def _both(one: str, other: str) -> str:
    conditions = [text for text in (one, other) if text != ALL]
    return " AND ".join(f"({text})" for text in conditions) or ALL


def _alias(measure: str, part: str) -> str:
    return f"{measure.replace('.', '_')}__{part}"
