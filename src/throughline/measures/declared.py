"""The form in which a measure is declared, once, whatever engine computes it.

Conditions and values are plain SQL over the columns of one event table and its terms (terms.py). They use only
what DuckDB, PostgreSQL and Spark read alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from throughline.measures.errors import DeclarationError

ALL = "TRUE"
UNITS = (
    "cases",
    "contacts",
    "people",
    "tests",
    "share",
    "hours",
    "miles",
    "attempts",
    "spells",
    "contacts a case",
)


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows fulfil a condition."""

    where: str = ALL


@dataclass(frozen=True, slots=True)
class Distinct:
    """How many different values a column has, in the rows that fulfil a condition."""

    column: str
    where: str = ALL


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of a whole number over the rows that fulfil a condition, divided by `per`."""

    of: str
    where: str = ALL
    per: int = 1


@dataclass(frozen=True, slots=True)
class Leg:
    """The elapsed hours from one moment to another. A date stands for its local noon."""

    start: str
    end: str


Aggregate = Count | Distinct | Total


@dataclass(frozen=True, kw_only=True, slots=True)
class Bands:
    """The numerator split by how long a leg took, with conditions that stand apart from time.

    The bands are closed at the top: exactly 24 hours is in the first. A share is over the rows with both times
    in order; `unknown` (a time is missing) and `fault` (they are out of order) are counted beside it.
    """

    leg: Leg
    apart: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """A change of a measure's definition: the version that it made, from when, and what it changed."""

    version: int
    on: date
    what: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """One figure, defined once.

    `numerator` without `denominator` is a count; with one, a rate, whose numerator is counted among the rows of
    its denominator. `bands` split the numerator. `product` names the rates whose product this is. `period` is the
    column whose moment decides in which period a row counts. `beside` are counts shown next to the figure.
    """

    id: str
    title: str
    meaning: str
    unit: str
    table: str
    period: str
    source: str
    numerator: Aggregate | None = None
    denominator: Aggregate | None = None
    bands: Bands | None = None
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
        if (self.numerator is None) == (not self.product):
            raise DeclarationError(f"{self.id} has either a numerator or the rates it is made of.")
        if self.bands and not isinstance(self.numerator, Count):
            raise DeclarationError(f"{self.id} has bands, so its numerator is a count of rows.")
        versions = [change.version for change in self.changes]
        if versions != list(range(2, self.version + 1)):
            raise DeclarationError(
                f"{self.id} is at version {self.version}; its changes must say what made each version from 2."
            )
