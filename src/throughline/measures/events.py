"""Event tables, opened: what a question is put to, whichever engine holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from throughline.measures import figures
from throughline.measures.answers import Answer, Answers, Number
from throughline.measures.calendars import PERIODS, Calendar, Offsets
from throughline.measures.compile import Statement, columns_of, statements
from throughline.measures.declared import Measure
from throughline.measures.dialects import Dialect
from throughline.measures.engines import Engine
from throughline.measures.errors import MissingColumnError, QuestionError, unknown
from throughline.measures.manifest import Manifest
from throughline.measures.questions import Question, measure, question
from throughline.measures.reading import quoted
from throughline.measures.tables import TABLES
from throughline.measures.terms import OPTIONAL

Key = tuple[str | None, ...]
"""A group's values, in the order asked."""


@dataclass(kw_only=True)
class Events:
    """The event tables of one cut, on one engine.

    `columns` names, for each table that is there, the columns it was brought with; the engine has a view of each
    with every declared column and the extra ones.
    """

    engine: Engine
    manifest: Manifest
    columns: Mapping[str, Sequence[str]]
    _offsets: dict[tuple[str, str], Offsets] = field(default_factory=dict, init=False, repr=False)

    @property
    def dialect(self) -> Dialect:
        """The words of the engine."""
        return self.engine.dialect

    @cached_property
    def calendar(self) -> Calendar:
        """The days and weeks of the manifest's zone."""
        return Calendar(zone=self.manifest.zone, week_start=self.manifest.week_start)

    @property
    def cut_at(self) -> datetime:
        """The moment (UTC, aware) after which nothing is read."""
        return self.manifest.cut_at.astimezone(UTC)

    def measure(
        self,
        ids: str | Sequence[str],
        *,
        by: str | Sequence[str] = (),
        where: str | Sequence[str] | Mapping[str, str | None] = (),
        from_: str | date | None = None,
        to: str | date | None = None,
        definition: str | None = None,
    ) -> Answers:
        """Compute measures: one answer for each measure, group and band, in the order asked.

        `by` names columns, extra ones too, and at most one of day, week, month; `where` has conditions as
        `column=value` or `column!=value`; `from_` and `to` are local days, both included. Shares are unrounded
        fractions from 0 to 1, legs are in hours. A group that has no row has no answer; without `by` there is
        always one, with counts of None when the table is not there.

        Raises QuestionError for what there is not, MissingColumnError for a column that a measure names and its
        table lacks.

        >>> events.measure("cases.reached", by="week", where="managed_by=national")  # doctest: +SKIP
        """
        asked = question(ids, by=by, where=where, from_=from_, to=to, definition_id=definition)
        counted = [one for one in asked.measures if not one.product]
        factors = [measure(name) for one in asked.measures for name in one.product.values()]
        needed = replace(
            asked, measures=tuple({one.id: one for one in [*counted, *factors]}.values())
        )
        self._check(needed)
        found = self._figures(needed)
        return Answers(
            [
                answer
                for one in asked.measures
                for answer in (self._product(one, asked, found) if one.product else found[one.id])
            ]
        )

    def sql(self, ids: str | Sequence[str], *, by: str | Sequence[str] = ()) -> list[str]:
        """Return the statements that would be run, one for each table and moment counted by."""
        asked = question(ids, by=by)
        return [statement.sql for statement, _ in statements(asked, self)]

    def offsets(self, table: str, column: str) -> Offsets:
        """Return the zone's offsets over the moments or dates that a column has."""
        key = (table, column)
        if key not in self._offsets:
            name = quoted(column)
            sql = f"SELECT CAST(min({name}) AS TIMESTAMP), CAST(max({name}) AS TIMESTAMP) FROM {table}"
            first, last = self.engine.rows(sql)[0]
            moment = self.cut_at.replace(tzinfo=None)
            self._offsets[key] = self.calendar.offsets(first or moment, last or moment)
        return self._offsets[key]

    def _figures(self, asked: Question) -> dict[str, list[Answer]]:
        found: dict[str, list[Answer]] = {one.id: [] for one in asked.measures}
        here = tuple(one for one in asked.measures if one.table in self.columns)
        for statement, measures in statements(replace(asked, measures=here), self):
            for key, values in self._run(statement, len(asked.by)):
                group = dict(zip(asked.by, key, strict=True))
                for one in measures:
                    mine = {part: value for (id_, part), value in values.items() if id_ == one.id}
                    found[one.id] += figures.answers(one, group, mine, asked.definition)
        if not asked.by:
            # A table that is not there: nothing of the kind is known.
            for one in asked.measures:
                if one.table not in self.columns:
                    found[one.id] = figures.answers(one, {}, {}, asked.definition)
        return found

    def _run(
        self, statement: Statement, groups: int
    ) -> list[tuple[Key, dict[tuple[str, str], Number | None]]]:
        rows = [
            (
                tuple(map(_group_value, row[:groups])),
                dict(zip(statement.parts, map(_number, row[groups:]), strict=True)),
            )
            for row in self.engine.rows(statement.sql)
        ]
        return sorted(rows, key=lambda row: _order(row[0]))

    def _product(
        self, one: Measure, asked: Question, found: Mapping[str, list[Answer]]
    ) -> list[Answer]:
        by_name = {
            name: {tuple(answer.group.values()): answer for answer in found[id_]}
            for name, id_ in one.product.items()
        }
        keys = {key for answers in by_name.values() for key in answers}
        return [
            figures.product(
                one,
                dict(zip(asked.by, key, strict=True)),
                {
                    name: answers.get(key)
                    or Answer(measure=one.product[name], group={}, numerator=0, denominator=0)
                    for name, answers in by_name.items()
                },
            )
            for key in sorted(keys, key=_order)
        ]

    def _check(self, asked: Question) -> None:
        """Refuse a group or condition that a table does not have, and a measure whose columns are missing."""
        for one in asked.measures:
            table = TABLES[one.table]
            brought = self.columns.get(one.table)
            known = [column.name for column in table.columns]
            known += [name for name in brought or () if name not in known]
            for group in asked.by:
                if group not in known and group not in PERIODS:
                    raise QuestionError(_no_column(group, table.name, [*PERIODS, *known]))
            for condition in asked.where:
                if condition.column not in known:
                    raise QuestionError(_no_column(condition.column, table.name, known))
            missing = columns_of(one) - OPTIONAL - set(brought or known)
            if missing:
                raise MissingColumnError(
                    f"{one.id} needs the column {', '.join(sorted(missing))} of {table.name}, "
                    "and the table does not have it; add it, or leave the measure out."
                )


def _no_column(given: str, table: str, known: Iterable[str]) -> str:
    return unknown(f"column of {table} called", given, known)


def _group_value(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _number(value: Any) -> Number | None:
    # A sum of whole numbers, which PostgreSQL gives as a decimal.
    return int(value) if isinstance(value, Decimal) else value


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in key)
