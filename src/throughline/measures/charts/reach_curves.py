"""Time-to-reach curves: what share was reached by each hour, with marks at one, two and three days."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import polars as pl

from throughline.measures.charts.figure import (
    FIRST,
    FOURTH,
    INK,
    SECOND,
    SOFT,
    THIRD,
    Canvas,
    Figure,
    hidden,
    nothing,
)
from throughline.measures.charts.marks import Spec, layer, plot, share_axis, stacked, words
from throughline.measures.curves import Curve
from throughline.measures.wording import count, percent

MARKS = (24, 48, 72)
COLOURS = (FIRST, SECOND, THIRD, INK)
DASHES = ([1, 0], [7, 3], [2, 2], [9, 3, 2, 3])
SCHEMA = {"curve": pl.String, "hours": pl.Float64, "reached": pl.Float64, "n": pl.Int64}


def time_to_reach(curves: Sequence[Curve], *, measured: str) -> Figure:
    """Draw up to four curves. `data`: curve, hours since its clock began, reached (fraction by then), n.

    A curve flattens at the share that is never reached; where nobody was followed so long it ends. Without any it is a
    figure that says so; where all are suppressed, too. Raises ValueError for more than four.

    >>> from throughline.measures.curves import CLOCKS, reach_curve
    >>> cases = reach_curve(events, CLOCKS["case"], name="Cases", hours=(0, 24, 48))
    >>> figure = time_to_reach([cases], measured="All cases")
    >>> figure.data.columns, figure.title
    (['curve', 'hours', 'reached', 'n'], 'Reached within 24 hours: 33.3% of cases')

    Source of the curves: curves.py.
    """
    if len(curves) > len(COLOURS):
        message = f"{len(curves)} curves were given; at most {len(COLOURS)} can be told apart. Draw fewer."
        raise ValueError(message)
    data = pl.DataFrame(
        [
            (curve.name, float(hour), reached, curve.n)
            for curve in curves
            for hour, reached in zip(curve.hours, curve.reached, strict=True)
            if reached is not None
        ],
        schema=SCHEMA,
        orient="row",
    )
    stopped = {curve.name for curve in curves if curve.hidden}
    if data["hours"].sum() == 0 and stopped:
        return hidden("time-to-reach", "The times to reach are", measured, data)
    if data.is_empty():
        return nothing(
            "time-to-reach", "There are no times to draw: nobody was followed.", measured, data
        )
    return Figure(
        name="time-to-reach",
        title=_finding(data, stopped),
        measured=measured,
        alt_text=_in_words(data, measured, stopped),
        data=data,
        draw=lambda canvas: _draw(data, canvas),
    )


def _by(data: pl.DataFrame, curve: str, hour: float) -> float | None:
    found = data.filter((pl.col("curve") == curve) & (pl.col("hours") == hour))["reached"]
    return float(found[0]) if found.len() else None


def _curves(data: pl.DataFrame) -> list[str]:
    return data["curve"].unique(maintain_order=True).to_list()


def _finding(data: pl.DataFrame, stopped: Collection[str]) -> str:
    told = [
        f"{percent(share)} of {curve[0].lower()}{curve[1:]}"
        for curve in _curves(data)
        if (share := _by(data, curve, MARKS[0])) is not None
    ]
    if not told:
        why = "How many were reached within a day is hidden"
        return why if stopped else "Nobody has been followed for a day yet"
    return f"Reached within {MARKS[0]} hours: {'; '.join(told)}"


def _in_words(data: pl.DataFrame, measured: str, stopped: Collection[str]) -> str:
    told = []
    for curve in _curves(data):
        values = "; ".join(
            f"{percent(share)} within {hour} hours"
            for hour in MARKS
            if (share := _by(data, curve, hour)) is not None
        )
        n = data.filter(pl.col("curve") == curve)["n"][0]
        end = "hidden from then on" if values else "hidden within the first day"
        if curve not in stopped:
            end = "" if values else "not followed for a day yet"
        told.append(f"{curve} ({count(n)} followed): {'; '.join(filter(None, (values, end)))}.")
    return f"Curves of the share reached by hour, rising from left to right. {measured}. {' '.join(told)}"


def _draw(data: pl.DataFrame, canvas: Canvas) -> Spec:
    longest = float(str(data["hours"].max()))
    marks = [mark for mark in MARKS if mark <= longest]
    across = {
        "field": "hours",
        "type": "quantitative",
        "title": "Hours",
        "scale": {"domain": [0, longest], "nice": False},
        "axis": {"values": list(range(0, int(longest) + 1, 24)), "grid": False},
    }
    at = {"x": across, "y": share_axis("reached")}
    rule = {"x": {"field": "hours", "type": "quantitative"}}
    layers = [layer("rule", rule, [{"hours": m} for m in marks], color=FOURTH, strokeDash=[3, 3])]
    for curve, colour, dash in zip(_curves(data), COLOURS, DASHES, strict=False):
        points = data.filter(pl.col("curve") == curve).select("hours", "reached")
        layers.append(
            layer(
                "line", at, points,
                color=colour, strokeDash=dash, strokeWidth=2.5, interpolate="step-after",
            )
        )  # fmt: skip
        marked = points.filter(pl.col("hours").is_in([float(mark) for mark in marks]))
        layers.append(layer("point", at, marked, color=colour, filled=True, size=34, opacity=1))
    lines = plot(layers, width=canvas.width - 55, height=270)
    return stacked([_key(data, canvas), lines], spacing=10)


def _key(data: pl.DataFrame, canvas: Canvas) -> Spec:
    """Name the curves above the plot, each with a piece of its line and its values at the marks."""
    curves = _curves(data)
    row = canvas.text * (2.9 if canvas.narrow else 1.6)
    layers: list[Spec] = []
    for number, (curve, colour, dash) in enumerate(zip(curves, COLOURS, DASHES, strict=False)):
        y = row * number + canvas.text * 0.7
        values = ", ".join(
            f"{hour} h {percent(share)}"
            for hour in MARKS
            if (share := _by(data, curve, hour)) is not None
        )
        line = {"x": {"value": 0}, "x2": {"value": 30}, "y": {"value": y}}
        layers.append(layer("rule", line, [{}], color=colour, strokeDash=dash, strokeWidth=2.5))
        layers.append(words(curve, x=38, y=y))
        if canvas.narrow:
            layers.append(words(values, x=38, y=y + canvas.text * 1.25, color=SOFT))
        else:
            layers.append(words(values, x=310, y=y, color=SOFT))
    return plot(layers, width=canvas.width - 55, height=row * len(curves))
