"""What is asked: which measures, by what, of which rows. Parsed and checked before anything is read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from throughline.measures.calendars import PERIODS
from throughline.measures.catalogue import MEASURES
from throughline.measures.columns import Column, Kind
from throughline.measures.declared import Measure
from throughline.measures.dialects import Dialect
from throughline.measures.errors import QuestionError, unknown
from throughline.measures.reading import quoted
from throughline.measures.terms import Definition, definition

_CONDITION = re.compile(r"\s*([^!=]+?)\s*(!?=)\s*(.*?)\s*")
_UNITS = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1)}
_BOOLS = {"true": "TRUE", "false": "FALSE"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Condition:
    """A column that has, or has not, a value; None is unknown. Not having it includes the unknown."""

    column: str
    value: str | None
    negated: bool = False

    def sql(self, column: Column | None, dialect: Dialect) -> str:
        """Return the condition as SQL; `column` is None for an extra column, compared as text."""
        name = quoted(self.column)
        if self.value is None:
            return f"{name} IS {'NOT ' if self.negated else ''}NULL"
        if column is None:
            name, value = f"CAST({name} AS {dialect.text})", _text(self.value)
        else:
            value = _literal(column, self.value)
        return f"{name} IS DISTINCT FROM {value}" if self.negated else f"{name} = {value}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """Measures, grouped by columns and periods, over the rows that fulfil every condition.

    `first` and `last` are local days, both included; a row counts by the moment of its measure's period. `limit` is
    the time that KPIs allow, `standard` a day of the week to whose mix a mix-adjusted rate is held.
    """

    measures: tuple[Measure, ...]
    by: tuple[str, ...]
    where: tuple[Condition, ...]
    first: date | None
    last: date | None
    definition: Definition
    limit: timedelta | None = None
    standard: date | None = None

    @property
    def period(self) -> str | None:
        """The period asked for, if any."""
        return next((one for one in self.by if one in PERIODS), None)


def question(
    ids: str | Sequence[str],
    *,
    by: str | Sequence[str] = (),
    where: str | Sequence[str] | Mapping[str, str | None] = (),
    from_: str | date | None = None,
    to: str | date | None = None,
    definition_id: str | None = None,
    limit: str | timedelta | None = None,
    standard: str | date | None = None,
) -> Question:
    """Return what is asked. Raises QuestionError, in one sentence, for what there is not."""
    groups = tuple(_words(by))
    if len(set(groups)) < len(groups):
        raise QuestionError(f"A group is asked for twice: {', '.join(groups)}.")
    if sum(one in PERIODS for one in groups) > 1:
        raise QuestionError(f"Group by one period at a time: {', '.join(PERIODS)}.")
    first, last = local_day(from_, "--from"), local_day(to, "--to")
    if first and last and last < first:
        raise QuestionError(f"The period from {first} to {last} ends before it begins.")
    return Question(
        measures=tuple(measure(one) for one in dict.fromkeys(_words(ids))),
        by=groups,
        where=_conditions(where),
        first=first,
        last=last,
        definition=definition(definition_id),
        limit=_limit(limit),
        standard=local_day(standard, "--standard"),
    )


def measure(id_: str) -> Measure:
    """Return the measure of this id. Raises QuestionError, suggesting the nearest."""
    if id_ not in MEASURES:
        raise QuestionError(unknown("measure", id_, MEASURES))
    return MEASURES[id_]


def _words(given: str | Sequence[str]) -> list[str]:
    told = given.split(",") if isinstance(given, str) else given
    return [word.strip() for word in told if word.strip()]


def _conditions(given: str | Sequence[str] | Mapping[str, str | None]) -> tuple[Condition, ...]:
    if isinstance(given, Mapping):
        return tuple(Condition(column=name, value=value) for name, value in given.items())
    return tuple(_condition(one) for one in ([given] if isinstance(given, str) else given))


def _condition(given: str) -> Condition:
    found = _CONDITION.fullmatch(given)
    if found is None:
        raise QuestionError(
            f"The condition {given!r} is not understood; write column=value or column!=value, "
            "and nothing after the sign for unknown."
        )
    column, sign, value = found.groups()
    return Condition(column=column, value=value or None, negated=sign == "!=")


def local_day(given: str | date | None, option: str) -> date | None:
    """Return a day as an option gives it. Raises QuestionError when it is none."""
    if given is None or isinstance(given, date):
        return given
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise QuestionError(f"{option} is {given!r}; it is a date written as 2020-05-28.") from None


def _limit(given: str | timedelta | None) -> timedelta | None:
    if given is None or isinstance(given, timedelta):
        return given
    found = re.fullmatch(r"(\d+)(s|min|h)", given)
    if found is None:
        raise QuestionError(f"--limit is {given!r}; it is a time as 20s, 30min or 48h.")
    return int(found[1]) * _UNITS[found[2]]


def _literal(column: Column, value: str) -> str:
    if column.codes and value not in column.codes:
        raise QuestionError(
            f"{column.name} is never {value!r}; it is one of {', '.join(column.codes)}."
        )
    if column.kind is Kind.BOOL:
        if value not in _BOOLS:
            raise QuestionError(f"{column.name} is never {value!r}; it is true or false.")
        return _BOOLS[value]
    if column.kind is Kind.DATE:
        return f"DATE '{local_day(value, column.name)}'"
    if column.kind in {Kind.COUNT, Kind.NUMBER}:
        return _number(column, value)
    if column.kind is Kind.TIME:
        raise QuestionError(
            f"{column.name} is a moment; choose rows by period, with from and to, or by whether it is known."
        )
    return _text(value)


def _number(column: Column, value: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?", value):
        raise QuestionError(f"{column.name} is never {value!r}; it is a number, 0 or more.")
    return value


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
