"""The epidemic curve: cases by day or week, with the days that are not complete yet set apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Literal

import polars as pl

from throughline.measures.answers import Answer
from throughline.measures.asking import check_public
from throughline.measures.charts.figure import (
    FIRST,
    PALE,
    SOFT,
    Canvas,
    Figure,
    hidden,
    nothing,
)
from throughline.measures.charts.lookup import series, suppressed
from throughline.measures.charts.marks import Spec, layer, plot, words
from throughline.measures.events import Events
from throughline.measures.questions import local_day, question
from throughline.measures.shorthand import CONFIDENTIAL, mark_of, why_none
from throughline.measures.wording import count, day, short_day, wrapped

DAY = timedelta(days=1)
LAG = timedelta(days=7)
"""By how much later than they fall ill most cases are transferred: no bar of this many last days has all of its cases."""

_Row = tuple[date, date, float | None, bool, str]

SCHEMA = {
    "from": pl.Date,
    "to": pl.Date,
    "count": pl.Float64,
    "complete": pl.Boolean,
    "marks": pl.String,
}


def epicurve(
    answers: Iterable[Answer],
    *,
    measured: str,
    measure: str = "cases.transferred",
    by: Literal["day", "week"] = "week",
    incomplete_from: date | None = None,
    noun: str = "cases",
) -> Figure:
    """Draw counts by day or week; from `incomplete_from` on they are grey and said to be incomplete.

    `answers` are of one count grouped by day or week (each named by its first day). `data` has a row for each:
    from, to (last day), count, complete, marks (`count: c` where it is suppressed). Where nobody is counted it is a figure that
    says so; where all who are counted are suppressed, too.
    Raises ValueError for a group that is no date.

    >>> weeks = events.measure("cases.transferred", by="week")
    >>> figure = epicurve(weeks, measured="Cases by week", incomplete_from=date(2020, 6, 8))
    >>> figure.data.select("from", "count", "complete").rows()[1]
    (datetime.date(2020, 6, 4), 3.0, False)

    Source of its figures: the measure that `measure` names.
    """
    length = timedelta(days=1 if by == "day" else 7)
    rows = [
        (
            first := date.fromisoformat(when),
            first + length - timedelta(days=1),
            one.numerator,
            incomplete_from is None or first + length <= incomplete_from,
            "" if one.numerator is not None else f"count: {why_none(one)}",
        )
        for when, one in series(answers, measure, by)
    ]
    data = pl.DataFrame(_without_gaps(rows, length), schema=SCHEMA, orient="row")
    if not data["count"].sum():
        if data["marks"].str.ends_with(CONFIDENTIAL).any():
            return hidden("epicurve", f"The numbers of {noun} are", measured, data)
        return nothing("epicurve", f"There are no {noun} to draw in this period.", measured, data)
    title = _finding(data, by, noun)
    return Figure(
        name="epicurve",
        title=title,
        measured=measured,
        alt_text=_in_words(data, by, noun, measured),
        data=data,
        draw=lambda canvas: _draw(data, canvas),
    )


def epicurve_of(
    events: Events,
    *,
    measured: str,
    by: Literal["day", "week"] = "day",
    public: bool = False,
    incomplete_from: date | None = None,
    **asked: Any,
) -> Figure:
    """Draw the cases of event tables by the day, or the week, of their first symptoms; those without one are left out.

    `asked` are `from_`, `to` (days of the transfer), `where` and the like, as `Events.measure` has them; `public` suppresses
    the bars that are drawn. Grey is what begins on `incomplete_from` or later: if it is not named, the last seven days up to the
    cut, or up to `to`, since most who fell ill then had not been tested and transferred yet.

    Raises QuestionError for what there is not, MissingColumnError without `onset_on`. Shape: as of `epicurve`.

    >>> figure = epicurve_of(open_events("tables"), measured="All cases, by onset", by="week")
    >>> figure.data["count"].to_list()
    [2.0, 3.0]
    >>> figure.data["complete"].to_list()
    [True, False]
    """
    if public:
        check_public(question("cases.transferred", by="onset_on", where=asked.get("where", ())))
    counts: Counter[str] = Counter()
    for one in events.measure("cases.transferred", by="onset_on", **asked):
        if (told := one.group["onset_on"]) is not None:
            on = date.fromisoformat(told)
            first = on if by == "day" else events.calendar.first_day(on, by)
            counts[first.isoformat()] += int(one.numerator or 0)
    answers = [
        Answer(measure="cases.transferred", group={by: first}, numerator=number)
        for first, number in counts.items()
    ]
    return epicurve(
        suppressed(answers) if public else answers,
        measured=measured,
        by=by,
        incomplete_from=incomplete_from or _end(events, asked.get("to")) - LAG + DAY,
    )


def _end(events: Events, to: str | date | None) -> date:
    """Return the last day of which anything could be known: the tables' own, or the last asked for."""
    last = local_day(to, "--to")
    return min(events.last_day, last) if last else events.last_day


def _without_gaps(rows: Sequence[_Row], length: timedelta) -> list[_Row]:
    """Return the rows with those between them of which there is no answer: nobody, and no answer, are on those days."""
    there = {row[0]: row for row in rows}
    found: list[_Row] = []
    for first, _, _, complete, _ in rows:
        while found and (following := found[-1][0] + length) < first:
            found.append((following, following + length - timedelta(days=1), 0, complete, ""))
        found.append(there[first])
    return found


def _finding(data: pl.DataFrame, by: str, noun: str) -> str:
    whole = data.filter(pl.col("complete"))
    if whole.is_empty():
        return f"No {by} is complete yet"
    known = whole.filter(pl.col("count").is_not_null())
    if known.is_empty():
        return f"The numbers of {noun} are hidden on every {by} that is complete"
    most = known.filter(pl.col("count") == pl.col("count").max()).row(0, named=True)
    on = "on" if by == "day" else "in the week of"
    if whole.height == 1:
        return f"{count(most['count'])} {noun} {on} {day(most['from'])}"
    last = whole.row(-1, named=True)
    least = known.filter(pl.col("count") == pl.col("count").min()).row(0, named=True)
    # What is hidden is mostly small, but it could be the highest of all.
    of = "" if known.height == whole.height else f"Of the {by}s that are shown, "
    told = noun if of else noun.capitalize()
    if last["from"] == most["from"]:
        return (
            f"{of}{told} were at their highest {on} {day(last['from'])}: "
            f"{count(last['count'])}, after {count(least['count'])} {on} {day(least['from'])}"
        )
    return (
        f"{of}{told} were highest {on} {day(most['from'])}, at {count(most['count'])}, "
        f"and {_number(last)} {on} {day(last['from'])}"
    )


def _number(row: dict[str, Any]) -> str:
    return count(row["count"], mark=mark_of(row["marks"], "count"))


def _in_words(data: pl.DataFrame, by: str, noun: str, measured: str) -> str:
    told = ", ".join(
        f"{day(row['from'])} {_number(row)}" + ("" if row["complete"] else " (incomplete)")
        for row in data.iter_rows(named=True)
    )
    return f"Bar chart, a bar for each {by}. {measured}. {noun.capitalize()}: {told}."


def _draw(data: pl.DataFrame, canvas: Canvas) -> Spec:
    rows = [{**row, "label": short_day(row["from"])} for row in data.drop("to", "marks").to_dicts()]
    width = canvas.width - 55
    across = {
        "field": "label",
        "type": "ordinal",
        "sort": None,
        "title": None,
        "axis": {"values": _labelled(data, canvas), "labelPadding": 6},
        "scale": {"domain": [row["label"] for row in rows], "paddingInner": 0.15},
    }
    up = {
        "field": "count",
        "type": "quantitative",
        "title": None,
        "axis": {"format": ",d", "tickCount": 6, "domain": False, "ticks": False},
    }
    told = [{key: value for key, value in row.items() if key != "from"} for row in rows]
    at = {"x": across, "y": up}
    layers = [
        layer("bar", at, [row for row in told if row["complete"]], color=FIRST),
        layer(
            "bar", at, [row for row in told if not row["complete"]],
            color=PALE, stroke=SOFT, strokeDash=[4, 3], strokeWidth=1,
        ),
    ]  # fmt: skip
    grey = data.filter(~pl.col("complete"))
    if not grey.is_empty():
        said = f"Grey, dashed: not complete yet, from {short_day(grey['from'][0])}"
        lines = wrapped(said, canvas.characters() // 2)
        up_by = canvas.text * (1.3 * len(lines) + 0.7)
        layers.append(
            words("\n".join(lines), x=width, y=-up_by, align="right", baseline="top", color=SOFT)
        )
    if data.height <= canvas.width // 55:
        text = {"field": "count", "type": "quantitative", "format": ",d"}
        layers.append(layer("text", {**at, "text": text}, told, baseline="bottom", dy=-4))
    return plot(layers, width=width, height=260)


def _labelled(data: pl.DataFrame, canvas: Canvas) -> list[str]:
    """Choose as many days to label as fit side by side, counted back from the last."""
    most = max(canvas.width // (canvas.text * 5), 2)
    step = -(-data.height // most)
    labels = [short_day(first) for first in data["from"]]
    return labels[::-1][::step]
