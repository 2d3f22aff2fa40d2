"""Rows gathered before they are told: of many millions, few differ in what figures ask of them.

Counts ask of a row its outcome, its band, whether its place is known: rows alike in all of that become one row with
their number `n`, and each figure is a sum over a few thousand of those. Different values are counted over rows
gathered by the value. Percentiles need each row for itself.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from throughline.measures.aggregates import (
    ALL,
    Aggregate,
    Distinct,
    Largest,
    PercentileCont,
    Total,
    both,
    each,
    sql,
)
from throughline.measures.dialects import Dialect
from throughline.measures.reading import quoted

REPEATED = "is_repeated"
"""The term that holds for every row whose person another row has too"""

_NOT_NAMES = re.compile(r"'[^']*'")
_NAME = re.compile(r"[a-z_][a-z_0-9]*")

Told = Mapping[tuple[str, str], Aggregate]
"""What is told, by measure and part."""

Columns = Mapping[str, Sequence[str]]
"""The columns and terms that it is told by, and by which each rows are gathered: by none where it has many values."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """The SQL of gathered rows: what they are gathered by, what is computed of each, and what is told of all."""

    told: Mapping[tuple[str, str], str]
    by: Mapping[str, str] = field(default_factory=dict)
    computed: Mapping[str, str] = field(default_factory=dict)
    where: str = ALL


@dataclass(frozen=True, slots=True)
class Single:
    """Each row for itself."""

    def gather(self, told: Told, columns: Columns, dialect: Dialect) -> Gathered:
        """Gather nothing."""
        return Gathered(told={key: sql(one, dialect) for key, one in told.items()})


@dataclass(frozen=True, slots=True)
class PerValue:
    """Rows of a condition by the values of a column: what is told is told of these, and of their number `n`."""

    column: str
    where: str

    def gather(self, told: Told, columns: Columns, dialect: Dialect) -> Gathered:
        """Gather by the known values."""
        return Gathered(
            told={key: sql(one, dialect) for key, one in told.items()},
            by={self.column: self.column},
            computed={"n": "count(*)"},
            where=f"{self.where} AND {self.column} IS NOT NULL",
        )


@dataclass(frozen=True, slots=True)
class Different:
    """Rows by the values of a column, of which the different ones are counted: each condition in one pass.

    Where it is known whose person is nobody else's, such a row is counted as it comes: only the others are kept apart.
    """

    column: str

    def gather(self, told: Told, columns: Columns, dialect: Dialect) -> Gathered:
        """Gather by value, noting which conditions any row of it fulfils, and how many do."""
        computed, found = {}, {}
        once = f"{self.column} IS NOT NULL AND NOT {REPEATED}"
        for place, (key, one) in enumerate(told.items()):
            if isinstance(one, Distinct):
                computed[f"any_{place}"] = f"bool_or({one.where})"
                computed[f"n_{place}"] = f"count(*) FILTER (WHERE {both(once, one.where)})"
                found[key] = (
                    f"count({one.of}) FILTER (WHERE any_{place}) + coalesce(sum(n_{place}), 0)"
                )
            else:
                computed[f"n_{place}"] = sql(one, dialect)
                found[key] = f"coalesce(sum(n_{place}), 0)"
        by = f"CASE WHEN {REPEATED} THEN {self.column} END"
        return Gathered(told=found, by={self.column: by}, computed=computed)


@dataclass(frozen=True, slots=True)
class Alike:
    """Rows that are alike in all that is asked of them."""

    def gather(self, told: Told, columns: Columns, dialect: Dialect) -> Gathered:
        """Gather by what has few values; the conditions on anything else are worked out once a row."""
        by: dict[str, str] = {}
        computed = {"n": "count(*)"}
        found = {}
        marks: dict[str, str] = {}
        for key, one in told.items():
            where, of_row = ALL, ALL
            for condition in each(one.where):
                asked = sorted(names([condition]) & columns.keys())
                if all(columns[name] for name in asked):
                    where = both(where, condition)
                    by |= {quoted(it): quoted(it) for name in asked for it in columns[name]}
                else:
                    of_row = both(of_row, condition)
            number = "n"
            if isinstance(one, Total):
                number = f"n_{len(computed)}"
                computed[number] = sql(replace(one, where=of_row), dialect)
            elif of_row != ALL:
                where = both(where, marks.setdefault(of_row, f"mark_{len(marks)}"))
            only = "" if where == ALL else f" FILTER (WHERE {where})"
            found[key] = f"coalesce(sum({number}){only}, 0)"
        by |= {name: f"coalesce({where}, FALSE)" for where, name in marks.items()}
        return Gathered(told=found, by=by, computed=computed)


Way = Single | PerValue | Different | Alike


def way_of(aggregates: Collection[Aggregate]) -> Way:
    """Return how the rows are gathered of which these are told."""
    columns = {one.of for one in aggregates if isinstance(one, Distinct)}
    if len(columns) > 1 or any(isinstance(one, PercentileCont | Largest) for one in aggregates):
        return Single()
    return Different(columns.pop()) if columns else Alike()


def names(declared: Iterable[str]) -> set[str]:
    """Return the names that SQL texts mention, outside quoted values."""
    return {name for text in declared for name in _NAME.findall(_NOT_NAMES.sub("", text))}
