"""The form in which a table of the bulletin is declared: whose figures, of which measures, in which columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

MANAGED = "managed_by_first"
"""The group by which a figure says whom it is about; it is missing where it is about all."""


class Who(StrEnum):
    """The people a figure is about. A rate is never published for one of them alone."""

    ALL = "all"
    HEALTH_PROTECTION = "health_protection"
    OTHERS = "others"

    @property
    def where(self) -> tuple[str, ...]:
        """Return the condition on event rows. Unknown management counts as others."""
        return {
            Who.ALL: (),
            Who.HEALTH_PROTECTION: (f"{MANAGED}={Who.HEALTH_PROTECTION}",),
            Who.OTHERS: (f"{MANAGED}!={Who.HEALTH_PROTECTION}",),
        }[self]

    @property
    def tag(self) -> dict[str, str | None]:
        """Return what tells its answers from those of the others."""
        return {} if self is Who.ALL else {MANAGED: self.value}


EVERYONE = (Who.ALL, Who.HEALTH_PROTECTION, Who.OTHERS)


class Unit(StrEnum):
    """How a column's numbers are to be written."""

    COUNT = "count"
    SHARE = "share"
    HOURS = "hours"
    MILES = "miles"
    NUMBER = "number"


class Span(StrEnum):
    """Which periods a table shows."""

    SERIES = "series"
    """Every week up to the bulletin's own, a row for each."""
    WEEK = "week"
    """The bulletin's week alone."""
    EVER = "ever"
    """All that is known up to the end of the bulletin's week, taken together."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A column of figures: one part of one measure, of one band.

    `part` is numerator, denominator, value, or a count that stands beside the figure. `who`: the rows that the column
    applies to.
    """

    title: str
    measure: str
    part: str = "value"
    unit: Unit = Unit.COUNT
    band: str | None = None
    definition: str | None = None
    who: tuple[Who, ...] = EVERYONE

    @property
    def name(self) -> str:
        """Return the column's name in CSV: its title, in snake case."""
        told = self.title.lower().replace("%", "share")
        return "_".join("".join(one if one.isalnum() else " " for one in told).split())


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A row that all columns share a band or a measure with."""

    title: str
    measure: str | None = None
    band: str | None = None

    def of(self, column: Shown) -> Shown:
        """Return what a column shows in this row."""
        return replace(
            column, measure=self.measure or column.measure, band=self.band or column.band
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class TableSpec:
    """A table: a row for each week, group of `by` and `who`, and a column for each `Shown`.

    One that is `turned` has a row for each `Shown` and a column for each `who`, of the bulletin's week. One with `lines`
    has a row for each of them, of one `who` and the bulletin's week: what a line names stands in every `Shown`.
    """

    name: str
    title: str
    columns: tuple[Shown, ...]
    span: Span = Span.SERIES
    by: tuple[str, ...] = ()
    who: tuple[Who, ...] = (Who.ALL,)
    notes: tuple[str, ...] = ()
    turned: bool = False
    lines: tuple[Line, ...] = ()
    lines_are: str = ""

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Return everything that is shown in a row of it, or in all of its lines."""
        if not self.lines:
            return self.columns
        return tuple(line.of(column) for line in self.lines for column in self.columns)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the groups that lead a row."""
        week = ("week",) if self.span is Span.SERIES else ()
        return (*week, *self.by, *((MANAGED,) if len(self.who) > 1 else ()))


def count(title: str, measure: str, part: str = "numerator", **more: Any) -> Shown:
    """Declare a column of counts."""
    return Shown(title=title, measure=measure, part=part, **more)


def share(title: str, measure: str, **more: Any) -> Shown:
    """Declare a column of shares."""
    return Shown(title=f"{title} %", measure=measure, unit=Unit.SHARE, **more)
