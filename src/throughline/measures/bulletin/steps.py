"""The table that stands under a cascade on the page: exactly the figures of its CSV, a row for each step and loss."""

from __future__ import annotations

from typing import Any

from throughline.measures.bulletin.cells import Cell, Heading, Sheet
from throughline.measures.bulletin.tables import Unit
from throughline.measures.charts import Figure
from throughline.measures.shorthand import mark_of

WORDS = (
    Heading(title="Of", name="panel", words=True),
    Heading(title="Step", name="step", words=True),
    Heading(title="Lost because", name="lost_because", words=True),
)
NUMBERS = {
    Heading(title="Number", name="count"): Unit.COUNT,
    Heading(title="Of the step before %", name="of_previous"): Unit.SHARE,
    Heading(title="Of the first step %", name="of_first"): Unit.SHARE,
}


def steps(figure: Figure, number: int) -> Sheet:
    """Return the figures of the cascade that has this number on the page, as a table to show."""
    return Sheet(
        number=number,
        name=figure.name,
        title=f"The numbers of figure {number}",
        headings=(*WORDS, *NUMBERS),
        rows=tuple(
            (
                *(row[heading.name] or "" for heading in WORDS),
                *(_cell(row, heading.name, unit) for heading, unit in NUMBERS.items()),
            )
            for row in figure.data.iter_rows(named=True)
        ),
    )


def _cell(row: dict[str, Any], name: str, unit: Unit) -> Cell:
    value = row[name]
    return Cell(
        unit=unit, value=value, mark="" if value is not None else mark_of(row["marks"], name)
    )
