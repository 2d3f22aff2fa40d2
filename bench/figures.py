"""A measured figure beside its limit, and how figures are passed on, shown as a table and written down."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Figure:
    """What was measured, the limit measured or set in the same run, and what was aimed at.

    `ratio` is ours over the limit; whether more or less of it is better, `met` knows.
    """

    bench: str
    what: str
    ours: float
    unit: str
    limit: float
    limit_is: str
    aim: str
    met: bool
    more: dict[str, object] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """Ours as a part of the limit."""
        return round(self.ours / self.limit, 3) if self.limit else 0.0

    def as_json(self) -> dict[str, object]:
        """Return what is written down."""
        return asdict(self) | {"ratio": self.ratio}


def give(figures: Iterable[Figure]) -> None:
    """Hand figures to whoever started this measurement: JSON on the last line of stdout."""
    sys.stdout.write(json.dumps([one.as_json() for one in figures]) + "\n")


def take(printed: str) -> list[Figure]:
    """Read what a measurement gave."""
    return [figure(one) for one in json.loads(printed.splitlines()[-1])]


def figure(written: Mapping[str, Any]) -> Figure:
    """Read a figure as it was written down."""
    return Figure(**{name: value for name, value in written.items() if name != "ratio"})


def percentile(spent: Sequence[float], share: float) -> float:
    """Return the value that this share of the samples does not exceed."""
    ordered = sorted(spent)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def number(value: float) -> str:
    """Write a number with as many figures as it deserves."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


HEAD = ("measured", "ours", "limit", "ratio", "aim", "")


def table(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """Return the rows that are shown and written into the documentation."""
    return [
        (
            one.what,
            f"{number(one.ours)} {one.unit}",
            f"{number(one.limit)} {one.unit} ({one.limit_is})",
            f"{one.ratio:.3g}",
            one.aim,
            "met" if one.met else "missed",
        )
        for one in figures
    ]


def as_text(figures: Sequence[Figure]) -> str:
    """Lay the table out for a terminal."""
    rows = [HEAD, *table(figures)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(HEAD))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def as_markdown(figures: Sequence[Figure]) -> str:
    """Lay the table out for a page of documentation."""
    rows = [HEAD, ("---",) * len(HEAD), *table(figures)]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)
