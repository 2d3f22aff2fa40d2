"""Event tables, opened: what a question is put to, whichever engine holds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from throughline.measures import asking, figures
from throughline.measures.answers import Answer, Answers
from throughline.measures.calendars import HOUR, Calendar, Offsets
from throughline.measures.compile import is_by_definition, statements
from throughline.measures.declared import Measure, Values
from throughline.measures.engines import Engine
from throughline.measures.manifest import Manifest
from throughline.measures.questions import Question, measure, question
from throughline.measures.reading import quoted
from throughline.measures.rows import ROWS, Span, tables_of
from throughline.measures.shapes import Mix
from throughline.measures.words import Words, any_repeated

Key = tuple[str | None, ...]
"""A group's values, in the order asked."""


@dataclass(kw_only=True)
class Events:
    """The event tables of one cut, on one engine.

    `columns` names, for each table that is there, the columns it was brought with; the engine has a view of each
    table, there or not, with every declared column and the extra ones. `verified` is what tables are asked within: it
    refuses one that is not what it should be. `ranges` has the first and last moment of a table's column, where
    it is known already; the others are looked up when they are needed. `repeated` gives, for a
    table, a condition that holds for every row whose person another row has too. `progress` is told in words what is
    done next.

    >>> events.columns["agent_states"][:3], events.calendar.week_start
    (('agent_id', 'from_at', 'to_at'), 3)
    """

    engine: Engine
    manifest: Manifest
    columns: Mapping[str, Sequence[str]]
    verified: Callable[[Sequence[str]], AbstractContextManager[None]] = lambda _: nullcontext()
    repeated: Callable[[str], str] = any_repeated
    progress: Callable[[str], None] = lambda _: None
    ranges: dict[tuple[str, str], tuple[datetime, datetime]] = field(
        default_factory=dict, repr=False
    )

    @property
    def cut_at(self) -> datetime:
        """The moment (UTC, aware) after which nothing is read."""
        return self.manifest.cut_at.astimezone(UTC)

    @cached_property
    def calendar(self) -> Calendar:
        """The days and weeks of the manifest's zone."""
        return Calendar(zone=self.manifest.zone, week_start=self.manifest.week_start)

    @property
    def last_day(self) -> date:
        """The last local day of which anything is known; a cut at midnight ends the day before it."""
        return self.calendar.day_of(self.cut_at.replace(tzinfo=None) - timedelta(microseconds=1))

    def measure(
        self,
        ids: str | Sequence[str],
        *,
        by: str | Sequence[str] = (),
        where: str | Sequence[str] | Mapping[str, str | None] = (),
        from_: str | date | None = None,
        to: str | date | None = None,
        definition: str | None = None,
        limit: str | timedelta | None = None,
        standard: str | date | None = None,
        public: bool = False,
        previous: Sequence[Answer] = (),
    ) -> Answers:
        """Compute measures: one answer for each measure, group and band, in the order asked.

        `by` names columns, extra ones too, and at most one of day, week, month and, of agents' time, hour (of the day);
        `where` has conditions as
        `column=value` or `column!=value`; `from_` and `to` are local days, both included. `limit` is the time that
        KPIs allow (as 48h), `standard` a day of the week whose mix a mix-adjusted rate is held to (otherwise the
        first). Shares are unrounded fractions from 0 to 1, legs are in hours. A group that has no row has no
        answer; without `by` there is always one, with counts of None when the table is not there.

        `public` suppresses small counts and what would give them away, `previous` being what was published before
        (disclosure.py). Suppress once whatever is published together: two public answers may give each other away.

        Raises QuestionError for what there is not, MissingColumnError for a column that a measure names and its
        table lacks.

        >>> found = events.measure("cases.reached", by="week", where="managed_by_first=national")
        >>> [(one.group["week"], one.numerator, one.denominator) for one in found]
        [('2020-05-28', 1, 2), ('2020-06-04', 1, 3)]
        >>> events.measure("clock.taken_to_result").to_polars()["value"].to_list()
        [27.0, 29.25, 31.5, 32.25]
        >>> events.measure("cases.reach")
        Traceback (most recent call last):
        throughline.measures.errors.QuestionError: There is no measure 'cases.reach'; did you mean 'cases.reached'?

        Source of each measure: its own declaration, `MEASURES["cases.reached"].source`.
        """
        asked = question(
            ids,
            by=by,
            where=where,
            from_=from_,
            to=to,
            definition_id=definition,
            limit=limit,
            standard=standard,
        )
        if not public:
            return Answers(self._answers(asked))
        from throughline.measures.disclosure import suppress

        asking.check_public(asked)
        return Answers(suppress(self._answers(asked), previous=previous))

    def sql(self, ids: str | Sequence[str], *, by: str | Sequence[str] = ()) -> list[str]:
        """Return the statements that would be run: one for all measures that count the same rows alike.

        Raises QuestionError for what there is not.

        >>> (statement,) = events.sql(["cases.reached", "cases.open"], by="week")
        >>> "FROM cases" in statement
        True
        """
        asked = question(ids, by=by)
        return [one.sql for one in statements(asked, self._words(asked), self._spans)]

    def offsets(self, table: str, column: str) -> Offsets:
        """Return the zone's offsets over the moments or dates that a column has."""
        return self.calendar.offsets(*self._range(table, column))

    def _answers(self, asked: Question) -> list[Answer]:
        factors = [measure(name) for one in asked.measures for name in one.product.values()]
        wanted = {one.id: one for one in [*asked.measures, *factors] if not one.product}
        needed = replace(asked, measures=tuple(wanted.values()))
        asking.check(needed, self.columns)
        tables = sorted({name for one in wanted.values() for name in tables_of(one)})
        self.progress(f"Looking at {', '.join(tables)}")
        with self.verified(tables):
            found = self._figures(needed)
        return [
            answer
            for one in asked.measures
            for answer in (self._product(one, asked, found) if one.product else found[one.id])
        ]

    def _figures(self, asked: Question) -> dict[str, list[Answer]]:
        """Return the answers of each measure, the groups in order."""
        found: dict[str, list[Answer]] = {}
        for id_, groups in self._values(asked).items():
            one = measure(id_)
            more = self._standard(one, asked)
            definition = asked.definition.id if is_by_definition(one) else None
            found[id_] = [
                answer
                for key in sorted(groups, key=_order)
                for answer in figures.answers(
                    one, dict(zip(asked.by, key, strict=True)), {**groups[key], **more}, definition
                )
            ]
        return found

    def _values(self, asked: Question) -> dict[str, dict[Key, Values]]:
        """Return what is computed of each measure for each group."""
        # Without a group there is always a figure; of a table that is not there, nothing is known.
        found: dict[str, dict[Key, Values]] = {
            one.id: {} if asked.by else {(): {}} for one in asked.measures
        }
        here = tuple(one for one in asked.measures if self._has_tables(one))
        for statement in statements(replace(asked, measures=here), self._words(asked), self._spans):
            first, count = statement.measures[0], len(statement.measures)
            more = f" and {count - 1} more" if count > 1 else ""
            self.progress(f"Counting {first.table}: {first.id}{more}")
            for row in self.engine.rows(statement.sql):
                key = tuple(map(_group_value, row[: len(asked.by)]))
                for (id_, part), value in zip(statement.parts, row[len(asked.by) :], strict=True):
                    found[id_][key] = {**found[id_].get(key, {}), **_numbers(part, value)}
        return found

    def _standard(self, one: Measure, asked: Question) -> Values:
        """Return how many each stratum has in the week that a mix-adjusted rate is held to."""
        if not isinstance(one.shape, Mix) or not self._has_tables(one):
            return {}
        first, _ = self._range(one.table, one.period)
        day = asked.standard or self.calendar.day_of(first)
        week = self.calendar.first_day(day, "week")
        told = replace(asked, measures=(one,), by=(), first=week, last=week + timedelta(days=6))
        values = self._values(told)[one.id][()]
        return {f"standard_{name}": values.get(f"{name}_denominator") for name in one.shape.strata}

    def _product(
        self, one: Measure, asked: Question, found: Mapping[str, list[Answer]]
    ) -> list[Answer]:
        by_name = {
            name: {tuple(answer.group.values()): answer for answer in found[id_]}
            for name, id_ in one.product.items()
        }
        # A group without a row has none of it: 0 of 0.
        nothing = Answer(measure=one.id, group={}, numerator=0, denominator=0)
        return [
            figures.product(
                one,
                dict(zip(asked.by, key, strict=True)),
                {name: answers.get(key, nothing) for name, answers in by_name.items()},
            )
            for key in sorted({key for one in by_name.values() for key in one}, key=_order)
        ]

    def _has_tables(self, one: Measure) -> bool:
        needs = [*ROWS[one.rows].needs] if one.rows else []
        return all(name in self.columns for name in (one.table, *needs))

    def _words(self, asked: Question) -> Words:
        return Words(
            dialect=self.engine.dialect,
            calendar=self.calendar,
            cut_at=self.cut_at.replace(tzinfo=None),
            definition=asked.definition,
            offsets=self.offsets,
            limit=None,
            # To find out who is there twice, all are looked at: too many for a question about a few of them.
            repeated=any_repeated if asked.where or asked.first or asked.last else self.repeated,
        )

    def _spans(self, asked: Question, table: str) -> list[Span]:
        """Return the periods asked for, or the one time asked for, over which spells of a table go."""
        cut = self.cut_at.replace(tzinfo=None)
        first, _ = self._range(table, "from_at")
        start = self.calendar.midnight(asked.first) if asked.first else first
        end = cut
        if asked.last:
            end = min(cut, self.calendar.midnight(asked.last + timedelta(days=1)))
        if asked.period is None:
            return [Span(None, start, end)]
        if asked.period == HOUR:
            hours = [Span(*one) for one in self.calendar.hours(start, end)]
            return hours or [Span("00", start, start)]
        spans = []
        day = self.calendar.first_day(self.calendar.day_of(start), asked.period)
        while (begins := self.calendar.midnight(day)) < end:
            following = self.calendar.next_first_day(day, asked.period)
            ends = self.calendar.midnight(following)
            spans.append(Span(day, max(begins, start), min(ends, end)))
            day = following
        return spans or [Span(None, start, start)]

    def _range(self, table: str, column: str) -> tuple[datetime, datetime]:
        """Return the first and last moment, or noon of a date, that a column has."""
        key = (table, column)
        if key not in self.ranges:
            name = quoted(column)
            sql = f"SELECT CAST(min({name}) AS TIMESTAMP), CAST(max({name}) AS TIMESTAMP) FROM {table}"
            first, last = self.engine.rows(sql)[0]
            cut = self.cut_at.replace(tzinfo=None)
            self.ranges[key] = (first or cut, last or cut)
        return self.ranges[key]


def _order(key: Key) -> tuple[tuple[bool, str], ...]:
    return tuple((value is None, value or "") for value in key)


def _group_value(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat(sep=" ") if isinstance(value, datetime) else str(value)


def _numbers(part: str, value: Any) -> Values:
    """Return a part's numbers by name; a list of percentiles has one name each."""
    if isinstance(value, list | tuple):
        return {f"{part}{index}": one for index, one in enumerate(value)}
    # A sum of whole numbers, which PostgreSQL gives as a decimal.
    return {part: int(value) if isinstance(value, Decimal) else value}
