"""The occupancy heat map: for each provider and hour of the day, or day, how much of the time agents were busy."""

from __future__ import annotations

from calendar import month_abbr
from collections.abc import Iterable
from datetime import date
from typing import Literal

import polars as pl

from throughline.measures.answers import Answer
from throughline.measures.charts.figure import FIRST, INK, PALE, Canvas, Figure, hidden, nothing
from throughline.measures.charts.marks import Spec, layer, plot
from throughline.measures.wording import named, percent, short_day

SCHEMA = {
    "provider": pl.String,
    "at": pl.String,
    "busy_hours": pl.Float64,
    "hours": pl.Float64,
    "value": pl.Float64,
}
SHADES = ["#eef3f4", PALE, "#6fa0a8", FIRST]
# From this share on the cell is dark, and its number is written in white.
DARK_FROM = 0.55
MONTHS = list(month_abbr)


def occupancy(
    answers: Iterable[Answer],
    *,
    measured: str,
    measure: str = "workforce.occupancy",
    said: str = "busy",
    by: Literal["hour", "day"] = "hour",
) -> Figure:
    """Draw a cell for each provider and hour of the day (or day); the darker, the nearer to 100 %.

    `answers` are grouped by provider and by hour (0 to 23, local) or day. `data`: provider, at (the hour or day),
    busy_hours, hours (the numerator and the denominator), value (fraction). A time without anybody paid has no cell.
    Where no agent's time is known it is a figure that says so; where all are suppressed, too. Raises ValueError for a time that is no hour, or no day.

    >>> answers = events.measure("workforce.occupancy", by=["provider", "hour"])
    >>> occupancy(answers, measured="Agents, 4 June 2020").data["at"].to_list()
    ['09:00', '09:00']
    >>> answers = events.measure("workforce.occupancy", by=["provider", "day"])
    >>> occupancy(answers, measured="Agents, 4 June 2020", by="day").data.rows()
    [('North', '4 Jun', 0.5, 1.0, 0.5), ('South', '4 Jun', 0.0, 1.0, 0.0)]

    Source of its figures: the measure that `measure` names.
    """
    answers = list(answers)
    rows = [
        (named(provider), _when(at, by), one.numerator, one.denominator, one.value)
        for one in answers
        if one.measure == measure
        and (provider := one.group.get("provider")) is not None
        and (at := one.group.get(by)) is not None
    ]
    data = (
        pl.DataFrame(rows, schema=SCHEMA, orient="row")
        .with_row_index("order")
        .sort("provider", "order")
        .drop("order")
    )
    known = data.filter(pl.col("value").is_not_null())
    if known.is_empty():
        if any(one.suppressed for one in answers):
            return hidden("occupancy", "The shares of agents' time are", measured, data)
        return nothing(
            "occupancy", "There is no occupancy to draw: no agent's time is known.", measured, data
        )
    return Figure(
        name="occupancy",
        title=_finding(known, said),
        measured=measured,
        alt_text=_in_words(known, measured, said),
        data=data,
        draw=lambda canvas: _draw(known, canvas),
    )


def _order(at: str) -> tuple[int, int]:
    """Hours in order, and days of a few weeks as the calendar has them."""
    if ":" in at:
        return int(at[:2]), 0
    day, month = at.split()
    return MONTHS.index(month), int(day)


def _when(at: str, by: str) -> str:
    return f"{int(at):02}:00" if by == "hour" else short_day(date.fromisoformat(at))


def _ends(known: pl.DataFrame) -> tuple[dict[str, object], dict[str, object]]:
    ordered = known.sort("value", maintain_order=True)
    return ordered.row(0, named=True), ordered.row(-1, named=True)


def _told(row: dict[str, object]) -> str:
    return f"{percent(float(str(row['value'])))} ({row['provider']}, {row['at']})"


def _finding(known: pl.DataFrame, said: str) -> str:
    least, most = _ends(known)
    return f"Agents were {said} between {_told(least)} and {_told(most)} of their time"


def _in_words(known: pl.DataFrame, measured: str, said: str) -> str:
    told = []
    for provider in known["provider"].unique(maintain_order=True):
        least, most = _ends(known.filter(pl.col("provider") == provider))
        told.append(
            f"{provider}: lowest {percent(float(str(least['value'])))} at {least['at']}, highest "
            f"{percent(float(str(most['value'])))} at {most['at']}."
        )
    return (
        f"Heat map of the share of time {said}, a row for each provider, a column for each time. {measured}. "
        f"{' '.join(told)}"
    )


def _draw(known: pl.DataFrame, canvas: Canvas) -> Spec:
    longest = max(len(name) for name in known["provider"].to_list())
    names = min(longest * canvas.text * 0.6, canvas.width * 0.32)
    width = canvas.width - names - 20
    times = sorted(known["at"].unique(), key=_order)
    every = -(-len(times) * canvas.text * 4 // int(width))
    across = {
        "field": "at",
        "type": "ordinal",
        "title": None,
        "scale": {"domain": times},
        "axis": {"values": times[::every], "domain": False, "ticks": False},
    }
    down = {
        "field": "provider",
        "type": "nominal",
        "title": None,
        "axis": {"domain": False, "ticks": False, "labelLimit": names},
    }
    shade = {
        "field": "value",
        "type": "quantitative",
        "scale": {"domain": [0, 1], "range": SHADES},
        "legend": {
            "title": "Share of time",
            "format": "%",
            "orient": "top",
            "direction": "horizontal",
            "gradientLength": min(width, 220),
            "values": [0, 0.5, 1],
        },
    }
    at = {"x": across, "y": down}
    rows = known.select("provider", "at", "value", percent=pl.col("value") * 100)
    layers = [layer("rect", {**at, "color": shade}, rows, stroke="white", strokeWidth=1)]
    # Numbers where they fit; on a phone the colours show the pattern and the table has the numbers.
    if width / len(times) >= canvas.text * 1.7:
        text = {"field": "percent", "type": "quantitative", "format": ".0f"}
        for dark, colour in ((True, "white"), (False, INK)):
            some = rows.filter((pl.col("value") >= DARK_FROM) == dark)
            layers.append(
                layer("text", {**at, "text": text}, some, color=colour, fontSize=canvas.text - 2)
            )
    return plot(
        layers, width=width, height=known["provider"].n_unique() * max(canvas.text * 1.9, 22)
    )
