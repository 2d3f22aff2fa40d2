"""The occupancy heat map: for each provider and hour of the day, how much of the time agents were busy."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from throughline.measures.answers import Answer
from throughline.measures.charts.figure import FIRST, INK, PALE, Canvas, Figure, nothing
from throughline.measures.charts.marks import Spec, layer, plot
from throughline.measures.wording import count, percent

SCHEMA = {
    "provider": pl.String,
    "hour": pl.Int64,
    "busy_hours": pl.Float64,
    "hours": pl.Float64,
    "value": pl.Float64,
}
SHADES = ["#eef3f4", PALE, "#6fa0a8", FIRST]
# From this share on the cell is dark, and its number is written in white.
DARK_FROM = 0.55


def occupancy(
    answers: Iterable[Answer],
    *,
    measured: str,
    measure: str = "workforce.occupancy",
    said: str = "busy",
) -> Figure:
    """Draw a cell for each provider and hour of the day; the darker, the nearer to 100 %.

    `answers` are grouped by provider and hour (0 to 23, local). `data`: provider, hour, busy_hours, hours (the
    numerator and the denominator), value (fraction). An hour without anybody paid has no cell.
    """
    rows = [
        (provider, int(hour), one.numerator, one.denominator, one.value)
        for one in answers
        if one.measure == measure
        and (provider := one.group.get("provider")) is not None
        and (hour := one.group.get("hour")) is not None
    ]
    data = pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("provider", "hour")
    known = data.filter(pl.col("value").is_not_null())
    if known.is_empty():
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


def _ends(known: pl.DataFrame) -> tuple[dict[str, object], dict[str, object]]:
    ordered = known.sort("value", "provider", "hour")
    return ordered.row(0, named=True), ordered.row(-1, named=True)


def _told(row: dict[str, object]) -> str:
    hour = int(str(row["hour"]))
    return (
        f"{percent(float(str(row['value'])))} ({row['provider']}, {hour:02}:00 to {hour + 1:02}:00)"
    )


def _finding(known: pl.DataFrame, said: str) -> str:
    least, most = _ends(known)
    return f"Agents were {said} between {_told(least)} and {_told(most)} of their time"


def _in_words(known: pl.DataFrame, measured: str, said: str) -> str:
    told = []
    for provider in known["provider"].unique(maintain_order=True):
        rows = known.filter(pl.col("provider") == provider)
        least, most = _ends(rows)
        told.append(
            f"{provider}: lowest {percent(float(str(least['value'])))} at {least['hour']}:00, highest "
            f"{percent(float(str(most['value'])))} at {most['hour']}:00, over {count(rows.height)} hours of the day."
        )
    return (
        f"Heat map of the share of time {said}, a row for each provider, a column for each hour. {measured}. "
        f"{' '.join(told)}"
    )


def _draw(known: pl.DataFrame, canvas: Canvas) -> Spec:
    longest = max(len(name) for name in known["provider"].to_list())
    names = min(longest * canvas.text * 0.6, canvas.width * 0.32)
    width = canvas.width - names - 20
    hours = sorted(known["hour"].unique().to_list())
    every = 6 if canvas.narrow else 3
    across = {
        "field": "hour",
        "type": "ordinal",
        "title": "Hour of the day",
        "scale": {"domain": hours},
        "axis": {"values": [h for h in hours if h % every == 0], "domain": False, "ticks": False},
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
    rows = known.select("provider", "hour", "value", percent=pl.col("value") * 100)
    layers = [layer("rect", {**at, "color": shade}, rows, stroke="white", strokeWidth=1)]
    # Numbers where they fit; on a phone the colours show the pattern and the table has the numbers.
    if width / len(hours) >= canvas.text * 1.7:
        text = {"field": "percent", "type": "quantitative", "format": ".0f"}
        for dark, colour in ((True, "white"), (False, INK)):
            some = rows.filter((pl.col("value") >= DARK_FROM) == dark)
            layers.append(
                layer("text", {**at, "text": text}, some, color=colour, fontSize=canvas.text - 2)
            )
    return plot(
        layers, width=width, height=known["provider"].n_unique() * max(canvas.text * 1.9, 22)
    )
