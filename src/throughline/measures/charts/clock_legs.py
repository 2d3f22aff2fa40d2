"""The clock from cough to contact, leg by leg: the middle of each and how far the slowest tenth is behind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from throughline.measures.answers import Answer
from throughline.measures.charts.figure import (
    FIRST,
    FOURTH,
    SECOND,
    SOFT,
    Canvas,
    Figure,
    hidden,
    nothing,
)
from throughline.measures.charts.lookup import find
from throughline.measures.charts.marks import Spec, layer, place, plot, words
from throughline.measures.shorthand import CONFIDENTIAL, mark_of, marked, why_none
from throughline.measures.wording import count, decimal

MIDDLE, SLOW = "p50", "p90"
SCHEMA = {
    "leg": pl.String,
    "median_hours": pl.Float64,
    "p90_hours": pl.Float64,
    "n": pl.Int64,
    "open": pl.Int64,
    "marks": pl.String,
}


def clock_legs(answers: Iterable[Answer], *, legs: Mapping[str, str], measured: str) -> Figure:
    """Draw the median and the 90th percentile of each leg, in hours.

    `legs` gives each measure's plain name, in the order of the clock; the answers have the bands p50 and p90. `data`:
    leg, median_hours, p90_hours, n (rows with both times), open (not ended yet), marks (why a column has no number, as
    `n: c`). Medians do not add up to the median of the whole, so nothing is stacked. Where no leg has both times it is a
    figure that says so; where all are suppressed, too.

    >>> legs = {"clock.taken_to_result": "test to result", "clock.result_to_transfer": "result to transfer"}
    >>> figure = clock_legs(events.measure(list(legs)), legs=legs, measured="All cases")
    >>> figure.data.rows()
    [('test to result', 27.0, 31.5, 6, 0, ''), ('result to transfer', 22.0, 22.0, 6, 0, '')]

    Source of its figures: the measures `clock.…`.
    """
    answers = list(answers)
    rows = [
        (name, middle.value, slow.value if slow else None, middle.beside.get("n"),
         middle.beside.get("open"), _marks(middle, slow))
        for measure, name in legs.items()
        if (middle := find(answers, measure, MIDDLE)) is not None
        for slow in (find(answers, measure, SLOW),)
    ]  # fmt: skip
    data = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    if data["median_hours"].drop_nulls().is_empty():
        if data["marks"].str.contains(f"median_hours: {CONFIDENTIAL}").any():
            return hidden("clock-legs", "The times of these legs are", measured, data)
        return nothing(
            "clock-legs", "There are no legs to draw: no row has both times of any.", measured, data
        )
    return Figure(
        name="clock-legs",
        title=_finding(data),
        measured=measured,
        alt_text=_in_words(data, measured),
        data=data,
        draw=lambda canvas: _draw(data, canvas),
    )


def _marks(middle: Answer, slow: Answer | None) -> str:
    known = {
        "median_hours": middle.value,
        "p90_hours": slow.value if slow else None,
        "n": middle.beside.get("n"),
    }
    parts = {"median_hours": (middle, "value"), "p90_hours": (slow, "value"), "n": (middle, "n")}
    return marked({name: why_none(*parts[name]) for name, one in known.items() if one is None})


def _finding(data: pl.DataFrame) -> str:
    known = data.filter(pl.col("median_hours").is_not_null())
    slowest = known.filter(pl.col("median_hours") == pl.col("median_hours").max()).row(
        0, named=True
    )
    last = known.row(-1, named=True)
    hours = decimal(slowest["median_hours"])
    if known.height == 1 or last["leg"] == slowest["leg"]:
        return f"From {slowest['leg'][0].lower()}{slowest['leg'][1:]}, half took longer than {hours} hours"
    return (
        f"The slowest leg was {slowest['leg'][0].lower()}{slowest['leg'][1:]}: "
        f"half took longer than {hours} hours"
    )


def _in_words(data: pl.DataFrame, measured: str) -> str:
    told = " ".join(
        f"{row['leg']}: median {decimal(row['median_hours'], mark=mark_of(row['marks'], 'median_hours'))} hours, nine in ten "
        f"within {decimal(row['p90_hours'], mark=mark_of(row['marks'], 'p90_hours'))} hours, "
        f"over {count(row['n'], mark=mark_of(row['marks'], 'n'))}."
        for row in data.iter_rows(named=True)
    )
    return f"A line for each leg, from its median to its 90th percentile. {measured}. {told}"


def _draw(data: pl.DataFrame, canvas: Canvas) -> Spec:
    """The name of each leg stands over its line, so that a phone has room."""
    row, top = canvas.text * 3.4, canvas.text * 3
    height = row * data.height + canvas.text * 2
    known = data.filter(pl.col("median_hours").is_not_null()).to_dicts()
    rows = [
        {
            **leg,
            "y": number * row + top + canvas.text * 1.2,
            "slow": "" if leg["p90_hours"] is None else decimal(leg["p90_hours"]),
        }
        for number, leg in enumerate(known)
    ]
    longest = max(leg["p90_hours"] or leg["median_hours"] for leg in known)
    middle = {
        "field": "median_hours",
        "type": "quantitative",
        "title": "Hours",
        "scale": {"domain": [0, longest * 1.12], "nice": False},
        "axis": {"tickCount": 6, "format": ",d"},
    }
    slow = {"field": "p90_hours", "type": "quantitative"}
    down = place("y", [height, 0])
    layers = [
        layer("rule", {"y": down, "x": middle, "x2": {"field": "p90_hours"}}, rows, color=FOURTH, strokeWidth=3),
        layer("point", {"y": down, "x": middle}, rows, color=FIRST, filled=True, size=90, opacity=1),
        layer("point", {"y": down, "x": slow}, rows, shape="stroke", angle=90, color=SECOND, strokeWidth=3, size=120),
        layer("text", {"y": down, "x": slow, "text": {"field": "slow"}}, rows, align="left", baseline="middle", color=SOFT, dx=9),
        words("Dot: half took no longer. Tick: nine in ten took no longer.", x=0, y=canvas.text * 0.7, color=SOFT),
    ]  # fmt: skip
    layers += [
        words(
            f"{leg['leg']}: {decimal(leg['median_hours'])} h",
            x=0,
            y=number * row + top,
            fontWeight="bold",
        )
        for number, leg in enumerate(known)
    ]
    return plot(layers, width=canvas.width - 8, height=height)
