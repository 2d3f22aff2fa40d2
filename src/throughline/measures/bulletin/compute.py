"""The answers behind the bulletin's tables: each asked once, whichever tables show it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from throughline.measures.answers import Answer
from throughline.measures.bulletin.tables import Span, TableSpec, Who
from throughline.measures.catalogue import MEASURES
from throughline.measures.errors import MissingColumnError
from throughline.measures.events import Events
from throughline.measures.terms import DEFAULT

Key = tuple[str, frozenset[tuple[str, str | None]], str | None, str | None]
"""What tells one figure from another: measure, group, band, definition."""


def key_of(answer: Answer) -> Key:
    """Return the key of an answer."""
    return (answer.measure, frozenset(answer.group.items()), answer.band, answer.definition)


def is_usual(answer: Answer) -> bool:
    """Say whether an answer is under the definition that figures have unless another is named."""
    return answer.definition in {None, DEFAULT}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Every answer by its key, and the measures that could not be computed, each with the reason."""

    answers: Mapping[Key, Answer]
    unavailable: Mapping[str, str] = field(default_factory=dict)

    def get(
        self,
        measure: str,
        group: Mapping[str, str | None],
        band: str | None = None,
        definition: str | None = None,
    ) -> Answer | None:
        """Return one answer, under this definition or under the one that it was computed with."""
        key = frozenset(group.items())
        names = (definition,) if definition else (None, DEFAULT)
        found = (self.answers.get((measure, key, band, name)) for name in names)
        return next((one for one in found if one), None)

    def of(self, measure: str, **group: str | None) -> list[Answer]:
        """Return the answers of a measure, under its usual definition, whose group has these values."""
        return [
            one
            for one in self.answers.values()
            if one.measure == measure
            and is_usual(one)
            and all(one.group.get(key) == value for key, value in group.items())
        ]


@dataclass(frozen=True, kw_only=True)
class _Ask:
    """One question: everything in it is computed in as few statements as there are tables."""

    by: tuple[str, ...]
    span: Span
    who: Who
    definition: str | None


def compute(
    events: Events,
    tables: Sequence[TableSpec],
    *,
    week: date,
    progress: Callable[[str], None] = lambda _: None,
) -> Figures:
    """Return every figure of these tables, for weeks up to the one that begins on `week`."""
    answers: dict[Key, Answer] = {}
    unavailable: dict[str, str] = {}
    for ask, measures in _asks(tables).items():
        told = f"{len(measures)} {'measure' if len(measures) == 1 else 'measures'}"
        by = f" by {', '.join(ask.by)}" if ask.by else ""
        progress(f"computing {told} of {ask.who.replace('_', ' ')}{by}")
        for one in _answers(events, ask, measures, week, unavailable):
            answers.setdefault(key_of(one), one)
    return Figures(answers=answers, unavailable=unavailable)


def _asks(tables: Sequence[TableSpec]) -> dict[_Ask, list[str]]:
    """Gather the measures that are asked in the same way; the series of a table serves the week's as well."""
    asks: dict[_Ask, dict[str, None]] = {}
    series = {table.by for table in tables if table.span is Span.SERIES}
    for table in tables:
        in_series = table.span is Span.WEEK and table.by in series
        span = Span.SERIES if in_series else table.span
        for column in table.shown:
            for who in table.who:
                if who in column.who:
                    ask = _Ask(by=table.by, span=span, who=who, definition=column.definition)
                    asks.setdefault(ask, {})[column.measure] = None
    return {ask: list(measures) for ask, measures in asks.items()}


def _answers(
    events: Events, ask: _Ask, measures: Sequence[str], week: date, unavailable: dict[str, str]
) -> list[Answer]:
    known = [one for one in measures if one in MEASURES and one not in unavailable]
    unavailable.update(
        {one: "The measure is not declared." for one in measures if one not in MEASURES}
    )
    found: list[Answer] = []
    for together in _computable(events, ask, known, week, unavailable):
        found += together
    # A day lies in a week, but only one period can be asked for at a time.
    tag = ask.who.tag | ({"week": week.isoformat()} if "day" in ask.by else {})
    return [replace(one, group={**one.group, **tag}) for one in found]


def _computable(
    events: Events, ask: _Ask, measures: Sequence[str], week: date, unavailable: dict[str, str]
) -> Iterable[Sequence[Answer]]:
    """Ask all at once; where a column is missing, one by one, so that only what needs it is left out."""
    by_table: dict[str, list[str]] = {}
    for one in measures:
        by_table.setdefault(MEASURES[one].table, []).append(one)
    for ids in by_table.values():
        try:
            yield _measure(events, ask, ids, week)
        except MissingColumnError:
            for one in ids:
                try:
                    yield _measure(events, ask, [one], week)
                except MissingColumnError as error:
                    unavailable[one] = str(error)


def _measure(events: Events, ask: _Ask, ids: Sequence[str], week: date) -> Sequence[Answer]:
    by = ask.by if "day" in ask.by or ask.span is Span.EVER else ("week", *ask.by)
    return events.measure(
        ids,
        by=by,
        where=ask.who.where,
        from_=week if ask.span is Span.WEEK else None,
        to=week + timedelta(days=6),
        definition=ask.definition,
    )
