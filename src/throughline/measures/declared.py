"""The form in which a measure is declared, once, whatever engine computes it.

Conditions and values are plain SQL over the columns of one event table and the words of terms.py. They use only
what DuckDB, PostgreSQL and Spark read alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Protocol

from throughline.measures.aggregates import Aggregate, Count
from throughline.measures.answers import Number, Pair
from throughline.measures.columns import Kind
from throughline.measures.errors import DeclarationError
from throughline.measures.tables import TABLES

Values = Mapping[str, Number | None]
"""What was computed of a measure for one group, by the name of the part; missing or None: not known."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """One number of a measure, before it is told of which group."""

    band: str | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    value: float | None = None
    components: Mapping[str, Pair] = field(default_factory=dict)
    beside: Values = field(default_factory=dict)


class Shape(Protocol):
    """What a measure tells of its rows: one rate, a share a band, percentiles… (shapes.py)."""

    def terms(self) -> Mapping[str, str]:
        """Return the expressions that are worked out once a row, by name."""

    def parts(self, measure: Measure) -> Mapping[str, Aggregate]:
        """Return what is computed of each group, by name."""

    def figures(self, measure: Measure, values: Values) -> list[Figure]:
        """Return the figures of one group."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change of a measure's definition: the version that it made, from when, and what it changed."""

    version: int
    on: date
    what: str


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure, defined once.

    `numerator` without `denominator` is a count; with one, a rate, whose numerator is counted among the rows of
    its denominator. `shape` says how it is told otherwise. `product` names the rates whose product this is.
    `period` is the column whose moment decides in which period a row counts. `rows` names the rows that are
    counted where they are not simply those of the table (rows.py). With `per`, rows are first counted for each
    value of that column, as `n`, and the figure is over those. `limit` is the time allowed, unless a question names
    another. `beside` are counts shown next to the figure. `since` is the day from which version 1 holds: the first that its
    source so counted, or that of its declaration here; `changes` say what made the later versions.

    Raises DeclarationError for one that could not be computed or read.

    >>> from throughline.measures import MEASURES
    >>> told = MEASURES["tests.people"]
    >>> told.unit, told.source
    ('people', 'Test and trace statistics, England, table 1')
    >>> told.version, told.since.isoformat(), [change.on.isoformat() for change in told.changes]
    (2, '2020-05-28', ['2020-10-15'])
    """

    id: str
    title: str
    meaning: str
    unit: str
    table: str
    period: str
    source: str
    since: date
    numerator: Aggregate | None = None
    denominator: Aggregate | None = None
    shape: Shape | None = None
    rows: str = ""
    per: str | None = None
    limit: timedelta | None = None
    beside: Mapping[str, Aggregate] = field(default_factory=dict)
    product: Mapping[str, str] = field(default_factory=dict)
    owner: str = "statistics"
    version: int = 1
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a declaration that could not be computed or read."""
        for name in ("id", "title", "meaning", "unit", "table", "period", "source", "owner"):
            if not getattr(self, name).strip():
                raise DeclarationError(f"Measure {self.id or '(no id)'!r} does not say its {name}.")
        if not (self.numerator or self.shape or self.product):
            raise DeclarationError(
                f"{self.id} has no numerator, no shape and no rates it is made of."
            )
        if self.product and (self.numerator or self.shape):
            raise DeclarationError(f"{self.id} is a product, so it has no numerator and no shape.")
        self._check_table()
        versions = [change.version for change in self.changes]
        if versions != list(range(2, self.version + 1)):
            raise DeclarationError(
                f"{self.id} is at version {self.version}; its changes say what made each version from 2 on."
            )
        days = [self.since, *(change.on for change in self.changes)]
        if days != sorted(days):
            raise DeclarationError(
                f"{self.id} changed on {max(days)} before a version that it made; tell the oldest first."
            )

    def _check_table(self) -> None:
        table = TABLES.get(self.table)
        if table is None:
            raise DeclarationError(
                f"{self.id} is over {self.table!r}; {self.table!r} is no event table."
            )
        column = table.column(self.period.removeprefix("plus_limit(").removesuffix(")"))
        if column is None or column.kind is not Kind.TIME:
            raise DeclarationError(
                f"{self.id} counts by {self.period}; {self.table} has no moment {self.period}."
            )

    @property
    def base(self) -> Count:
        """The rows that a shape splits, as its condition."""
        return self.numerator if isinstance(self.numerator, Count) else Count()
