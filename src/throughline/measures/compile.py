"""Measures to SQL: those that count the same rows by the same moment share one statement, and so one scan.

Every statement has one shape: the rows with their groups and terms, gathered (gathering.py), and one aggregate a part.

    WITH counted AS (SELECT … AS by_week, outcome, reached_how FROM cases WHERE …),
    gathered AS (SELECT by_week, outcome, reached_how, count(*) AS n FROM counted GROUP BY 1, 2, 3),
    judged AS (SELECT *, … AS is_reached FROM gathered)
    SELECT …, coalesce(sum(n) FILTER (WHERE is_reached), 0) AS cases_reached__numerator
    FROM judged GROUP BY by_week

Terms of few values, such as `is_reached`, are worked out of gathered rows (values.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from throughline.measures.aggregates import Aggregate, Count, texts
from throughline.measures.calendars import Calendar, timestamp
from throughline.measures.columns import Kind, Table
from throughline.measures.declared import Measure, Shape
from throughline.measures.gathering import REPEATED, Different, PerValue, Way, names, way_of
from throughline.measures.grouping import group
from throughline.measures.questions import Question
from throughline.measures.reading import quoted
from throughline.measures.rows import ROWS, Span, is_in_spans
from throughline.measures.shapes import Simple
from throughline.measures.tables import TABLES
from throughline.measures.terms import terms
from throughline.measures.values import Values
from throughline.measures.words import Words

# How many rows reached have a manner that a younger definition can judge them by, and how many not.
JUDGED, UNJUDGED = "judged", "unjudged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """One SQL text. Its columns are the groups, in the order asked, and then the parts of its measures."""

    sql: str
    measures: tuple[Measure, ...]
    parts: tuple[tuple[str, str], ...]
    """Measure and part of each column after the groups."""


def statements(
    question: Question, words: Words, spans: Callable[[Question, str], Sequence[Span]]
) -> list[Statement]:
    """Return the statements that answer a question; `spans` gives the periods over which spells are cut."""
    shared: dict[tuple[object, ...], list[Measure]] = {}
    for measure in question.measures:
        limit = question.limit or measure.limit
        key = (measure.table, measure.rows, measure.period, limit, _way(measure))
        shared.setdefault(key, []).append(measure)
    return [
        _statement(
            one,
            question,
            replace(words, limit=question.limit or one[0].limit),
            spans(question, one[0].table) if is_in_spans(one[0].rows) else (),
        )
        for one in shared.values()
    ]


def shape_of(measure: Measure) -> Shape:
    """Return how a measure is told."""
    return measure.shape or Simple()


def is_by_definition(measure: Measure) -> bool:
    """Say whether a measure depends on which manners of reaching count."""
    return bool({"is_reached", "is_not_reached", "subject_is_reached"} & names_of(measure))


def names_of(measure: Measure) -> set[str]:
    """Return the names that a measure's SQL mentions: columns, terms, words."""
    shape = shape_of(measure)
    aggregates = [*shape.parts(measure).values(), *measure.beside.values()]
    declared = [text for one in aggregates for text in texts(one)]
    return names([*declared, *shape.terms().values(), measure.period, measure.per or ""])


def columns_of(measure: Measure) -> set[str]:
    """Return the columns of its table that a measure names."""
    table = TABLES[measure.table]
    return {name for name in names_of(measure) if table.column(name)}


def _statement(
    measures: Sequence[Measure], question: Question, words: Words, spans: Sequence[Span]
) -> Statement:
    first, table = measures[0], TABLES[measures[0].table]
    aggregates = {
        (measure.id, part): one
        for measure in measures
        for part, one in _parts(measure, question.definition.since).items()
    }
    grouped = {f"by_{one}": group(one, first, table, words) for one in question.by}
    groups = {name: one.of_row for name, one in grouped.items()}
    used = [text for one in aggregates.values() for text in texts(one)]
    way = _way(first)
    if isinstance(way, PerValue):
        used += [way.column, way.where]
    elif isinstance(way, Different):
        used += [way.column, REPEATED]
    values = Values(table, _made(first), _declared(measures, used, table, words))
    gathered = way.gather(aggregates, values.by(used), words.dialect)
    of_rows = [*gathered.by.values(), *gathered.computed.values(), gathered.where]
    rows = values.of_rows(of_rows if gathered.computed else gathered.told.values())
    selected = ",\n    ".join(
        f"{words.expand(text, table)} AS {name}" for name, text in (groups | rows).items()
    )
    text = f"WITH counted AS (\n  SELECT\n    {selected or '1 AS one'}"
    text += f"\n  {_from(first, question, words, spans)}\n)"
    source = "counted"
    if gathered.computed:
        source = "gathered"
        columns = [*groups]
        for name, one in {**gathered.by, **gathered.computed}.items():
            columns.append(f"{words.expand(one, table)} AS {name}")
        text += ", gathered AS (\n  SELECT\n    " + ",\n    ".join(columns)
        text += f"\n  FROM counted\n  WHERE {gathered.where}"
        text += f"\n  {_group_by(len(groups) + len(gathered.by))}\n)"
        later = values.later(gathered.told.values())
        if later:
            source = "judged"
            told_of = ",\n    ".join(f"{one} AS {name}" for name, one in later.items())
            text += f", judged AS (\n  SELECT *,\n    {told_of}\n  FROM gathered\n)"
    told = [f"{words.expand(one, table)} AS {_alias(*key)}" for key, one in gathered.told.items()]
    named = [one.told.format(name) for name, one in grouped.items()]
    text += "\nSELECT\n  " + ",\n  ".join([*named, *told]) + f"\nFROM {source}"
    text += "\nGROUP BY " + ", ".join(groups) if groups else ""
    return Statement(sql=text, measures=tuple(measures), parts=tuple(aggregates))


def _group_by(first: int) -> str:
    return "GROUP BY " + ", ".join(map(str, range(1, first + 1))) if first else ""


def _way(measure: Measure) -> Way:
    if measure.per:
        return PerValue(measure.per, measure.base.where)
    return way_of([*shape_of(measure).parts(measure).values(), *measure.beside.values()])


def _parts(measure: Measure, since: date | None) -> Mapping[str, Aggregate]:
    # Counted for each value first: the conditions hold there.
    counted = replace(measure, numerator=None) if measure.per else measure
    told = dict(shape_of(measure).parts(counted))
    told |= {f"beside_{name}": one for name, one in measure.beside.items()}
    if since and is_by_definition(measure) and measure.table in {"cases", "contacts"}:
        told[JUDGED] = Count("outcome = 'reached' AND reached_how IS NOT NULL")
        told[UNJUDGED] = Count("is_unjudged")
    return told


def _declared(
    measures: Sequence[Measure], used: Iterable[str], table: Table, words: Words
) -> dict[str, str]:
    """Return the terms that the aggregates may use, each as it is declared."""
    declared = dict(terms(table.name, words.definition))
    if since := words.definition.since:
        declared["is_unjudged"] = _unjudged(measures[0].period, since, words.calendar)
    for measure in measures:
        declared |= shape_of(measure).terms()
    if REPEATED in names(used):
        declared[REPEATED] = words.repeated(table.name)
    return declared


def _made(measure: Measure) -> Mapping[str, Kind]:
    """Return the columns that a measure's rows have besides their table's."""
    return ROWS[measure.rows].columns if measure.rows else {}


def _unjudged(period: str, since: date, calendar: Calendar) -> str:
    """Return the condition of a row reached before the definition was in force, its manner unknown."""
    before = f"{period} < {timestamp(calendar.midnight(since))}"
    return f"(outcome = 'reached' AND reached_how IS NULL AND {before})"


def _from(measure: Measure, question: Question, words: Words, spans: Sequence[Span]) -> str:
    table = TABLES[measure.table]
    conditions = [one.sql(table.column(one.column), words.dialect) for one in question.where]
    rows = ROWS.get(measure.rows)
    if not is_in_spans(measure.rows):
        conditions += _bounds(measure.period, question, words)
    where = "\n  WHERE " + "\n    AND ".join(conditions) if conditions else ""
    if rows is None:
        return f"FROM {table.name}{where}"
    asked = f"(SELECT * FROM {table.name}{where})" if where else table.name
    if not rows.of_same:
        return f"FROM (\n  {rows.select(asked, words, spans)}\n  ) AS made"
    if where:
        # Unknown is alike too: such rows are none's others, and stay.
        same = f"coalesce({rows.of_same}, '')"
        asked = (
            f"(SELECT * FROM {table.name} WHERE {same} IN (SELECT {same} FROM {asked} AS asked))"
        )
    return f"FROM (\n  {rows.select(asked, words, spans)}\n  ) AS made{where}"


def _bounds(period: str, question: Question, words: Words) -> list[str]:
    """Return the conditions of a row in the time asked for, on its column as it is, so that it is found by extent."""
    column, allowed = period, timedelta()
    if period.startswith("plus_limit(") and words.limit:
        column, allowed = period.removeprefix("plus_limit(").removesuffix(")"), words.limit
    bounds = []
    if question.first:
        start = words.calendar.midnight(question.first) - allowed
        bounds.append(f"{quoted(column)} >= {timestamp(start)}")
    if question.last:
        end = words.calendar.midnight(question.last + timedelta(days=1)) - allowed
        bounds.append(f"{quoted(column)} < {timestamp(end)}")
    return bounds


def _alias(measure: str, part: str) -> str:
    return f"{measure.replace('.', '_')}__{part}"
