"""Simpson's paradox taken apart: a rate of all, of its two groups, and with the mix of people held still."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from throughline.measures.answers import Answer
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
from throughline.measures.charts.lookup import series
from throughline.measures.charts.marks import Spec, layer, place, plot, share_axis, stacked, words
from throughline.measures.shorthand import CONFIDENTIAL, mark_of, why_none
from throughline.measures.wording import day, percent, short_day

LINES = ("all", "health protection", "others", "mix-adjusted")
COLOURS = (INK, THIRD, SECOND, FIRST)
HEIGHT = 290
DASHES = ([1, 0], [6, 3], [2, 2], [9, 3, 2, 3])

SCHEMA = {
    "week": pl.Date,
    "line": pl.String,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
    "share_of_all": pl.Float64,
    "marks": pl.String,
}


def decomposition(
    *,
    all_contacts: Iterable[Answer],
    health_protection: Iterable[Answer],
    others: Iterable[Answer],
    mix_adjusted: Iterable[Answer],
    measured: str,
    measure: str = "contacts.reached",
    noun: str = "contacts",
    breaks: Mapping[date, str] | None = None,
) -> Figure:
    """Draw a rate by week for all, for those managed by health protection, for the others, and mix-adjusted.

    Each argument holds answers by week: of `measure`, the last of `contacts.reached_mix_adjusted`. Under the lines
    stands the share that health protection has in all, since that is what moves the line of all. `data`: week,
    line, numerator, denominator, value (fraction), share_of_all (health protection's fraction of the week's denominator),
    marks (why there is no value, as `value: c`).
    `breaks` names the definitions that came into force on these days; each is marked at its week, if that is drawn.
    Where no week has a rate it is a figure that says so; where all are suppressed, too.

    >>> def rate(*where):
    ...     return events.measure("contacts.reached", by="week", where=where)
    >>> figure = decomposition(
    ...     all_contacts=rate(),
    ...     health_protection=rate("managed_by_first=health_protection"),
    ...     others=rate("managed_by_first!=health_protection"),
    ...     mix_adjusted=events.measure("contacts.reached_mix_adjusted", by="week"),
    ...     measured="Contacts identified, by week",
    ... )
    >>> [(line, round(value, 2)) for line, value in figure.data.select("line", "value").rows()[-2:]]
    [('mix-adjusted', 0.75), ('mix-adjusted', 0.75)]

    Source of the paradox: Simpson, Journal of the Royal Statistical Society, Series B 13 (1951), 238-241.
    """
    given = (all_contacts, health_protection, others, mix_adjusted)
    names = (measure, measure, measure, f"{measure}_mix_adjusted")
    by_line = {
        line: series(answers, name, "week")
        for line, answers, name in zip(LINES, given, names, strict=True)
    }
    whole = {(LINES[1], week): one.denominator for week, one in by_line["all"]}
    data = pl.DataFrame(
        [
            (date.fromisoformat(week), line, one.numerator, one.denominator, one.value,
             _share(one.denominator, whole.get((line, week))),
             "" if one.value is not None else f"value: {why_none(one)}")
            for line, answers in by_line.items()
            for week, one in answers
        ],
        schema=SCHEMA,
        orient="row",
    )  # fmt: skip
    if data["value"].drop_nulls().is_empty():
        if data["marks"].str.ends_with(CONFIDENTIAL).any():
            return hidden("decomposition", f"The shares of {noun} are", measured, data)
        return nothing(
            "decomposition", f"There are no {noun} to draw in these weeks.", measured, data
        )
    begun = _begun(data, breaks or {})
    return Figure(
        name="decomposition",
        title=_finding(data, noun),
        measured=measured,
        alt_text=_in_words(data, noun, measured) + _told(begun),
        data=data,
        draw=lambda canvas: _draw(data, canvas, noun, begun),
    )


def _begun(data: pl.DataFrame, breaks: Mapping[date, str]) -> list[tuple[date, str]]:
    """Return the weeks drawn in which a definition came into force, each with the definition."""
    return [
        (week, name)
        for since, name in sorted(breaks.items())
        for week in data["week"].unique().sort()
        if week <= since < week + timedelta(days=7)
    ]


def _told(begun: Sequence[tuple[date, str]]) -> str:
    return "".join(
        f" Definition {name} is in force from the week of {day(at)}." for at, name in begun
    )


def _share(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole


def _ends(data: pl.DataFrame, line: str) -> tuple[dict[str, object], dict[str, object]] | None:
    known = data.filter((pl.col("line") == line) & pl.col("value").is_not_null()).sort("week")
    return (known.row(0, named=True), known.row(-1, named=True)) if known.height else None


def _moved(first: float, last: float) -> str:
    if percent(first) == percent(last):
        return f"stayed at {percent(last)}"
    return f"{'fell' if last < first else 'rose'} from {percent(first)} to {percent(last)}"


def _finding(data: pl.DataFrame, noun: str) -> str:
    """Compare the first and the last week of which the line of all has a share, and the other lines in the same weeks."""
    everyone = _ends(data, "all")
    if everyone is None:
        return f"The share of {noun} reached, for all and for the two groups"
    weeks = [_week(end) for end in everyone]
    first, last = (float(str(end["value"])) for end in everyone)
    others = [_at(data, "others", week) for week in weeks]
    shown = [data["week"].min(), data["week"].max()]
    if weeks[0] == weeks[1]:
        when = "" if weeks == shown else f" in the week of {day(weeks[0])}"
        aside = "" if others[1] is None else f", and {percent(others[1])} outside health protection"
        return f"{percent(last)} of all {noun} were reached{when}{aside}"
    # Where the first or the last week is hidden, a reader would take another for it.
    when = "" if weeks == shown else f" from the week of {day(weeks[0])} to that of {day(weeks[1])}"
    told = [f"{noun.capitalize()} reached {_moved(first, last)}{when}"]
    if others[0] is not None and others[1] is not None:
        told.append(f"outside health protection {_moved(others[0], others[1])}")
    if (mixed := _at(data, "mix-adjusted", weeks[1])) is not None:
        told.append(f"with the first week's mix of people it would be {percent(mixed)}")
    return "; ".join(told)


def _at(data: pl.DataFrame, line: str, week: date) -> float | None:
    found = data.filter((pl.col("line") == line) & (pl.col("week") == week))["value"]
    return None if found.is_empty() else found[0]


def _value(ends: tuple[dict[str, object], dict[str, object]], which: int) -> float:
    return float(str(ends[which]["value"]))


def _in_words(data: pl.DataFrame, noun: str, measured: str) -> str:
    told = []
    for line in LINES:
        rows = data.filter(pl.col("line") == line).sort("week")
        values = ", ".join(
            f"{short_day(row['week'])} {percent(row['value'], mark=mark_of(row['marks'], 'value'))}"
            for row in rows.iter_rows(named=True)
        )
        if values:
            told.append(f"{line.capitalize()}: {values}.")
    ends = _ends(data, "health protection")
    if ends and ends[1]["share_of_all"] is not None and ends[0]["share_of_all"] is not None:
        first, last = ends
        told.append(
            f"Health protection's share of all {noun} was {percent(float(str(first['share_of_all'])))} in the "
            f"week of {day(_week(first))} and {percent(float(str(last['share_of_all'])))} in that of {day(_week(last))}."
        )
    return f"Line chart by week, four lines. {measured}. {' '.join(told)}"


def _week(row: dict[str, object]) -> date:
    week = row["week"]
    assert isinstance(week, date)  # noqa: S101  # the frame's schema says so
    return week


def _draw(data: pl.DataFrame, canvas: Canvas, noun: str, begun: Sequence[tuple[date, str]]) -> Spec:
    if data["week"].n_unique() == 1:
        return _one_week(data, canvas)
    width = canvas.width - (160 if canvas.narrow else 225)
    lines = _rates(data, canvas, width)
    lines["layer"] += _marks(data, canvas, begun)
    share = data.filter(
        (pl.col("line") == "health protection") & pl.col("share_of_all").is_not_null()
    )
    if share.is_empty():
        return stacked([lines], spacing=0)
    return stacked([lines, _mix(share, data, canvas, width, noun)], spacing=18)


def _across(data: pl.DataFrame, canvas: Canvas) -> Spec:
    weeks = [short_day(week) for week in data["week"].unique().sort()]
    step = -(-len(weeks) // (4 if canvas.narrow else 7))
    return {
        "field": "label",
        "type": "ordinal",
        "title": None,
        "axis": {"values": weeks[::-1][::step], "labelPadding": 6},
        "scale": {"type": "point", "padding": 0.3, "domain": weeks},
    }


def _marks(data: pl.DataFrame, canvas: Canvas, begun: Sequence[tuple[date, str]]) -> list[Spec]:
    """Mark the week from which another definition is in force: its name over a line through the plot."""
    weeks = data["week"].unique().sort().to_list()
    layers: list[Spec] = []
    for week, name in begun:
        at = {"x": _across(data, canvas)}
        row = {"label": short_day(week), "text": f"{name}\nfrom {short_day(week)}"}
        through = {**at, "y": {"value": 0}, "y2": {"value": HEIGHT}}
        layers.append(layer("rule", through, [row], color=FOURTH, strokeDash=[3, 3]))
        layers.append(
            layer(
                "text", {**at, "y": {"value": 0}, "text": {"field": "text"}}, [row],
                align="left" if week < weeks[len(weeks) // 2] else "right", baseline="bottom", lineBreak="\n",
                dy=-canvas.text * 1.7, color=SOFT,
            )
        )  # fmt: skip
    return layers


def _points(data: pl.DataFrame, field: str) -> list[dict[str, object]]:
    return [
        {"label": short_day(row["week"]), field: row[field]} for row in data.sort("week").to_dicts()
    ]


def _rates(data: pl.DataFrame, canvas: Canvas, width: int) -> Spec:
    at = {"x": _across(data, canvas), "y": share_axis("value")}
    layers: list[Spec] = []
    for line, colour, dash in zip(LINES, COLOURS, DASHES, strict=True):
        points = _points(data.filter(pl.col("line") == line), "value")
        layers.append(layer("line", at, points, color=colour, strokeDash=dash, strokeWidth=2.5))
        layers.append(layer("point", at, points, color=colour, filled=True, size=22, opacity=1))
    return plot([*layers, *_names(data, canvas, width)], width=width, height=HEIGHT)


def _names(data: pl.DataFrame, canvas: Canvas, width: int) -> list[Spec]:
    """Write each line's name and last value at its end, pushed apart where they would touch."""
    ends = [
        (line, _value(both, 1), _week(both[1])) for line in LINES if (both := _ends(data, line))
    ]
    places = _apart(
        [value for _, value, _ in ends], canvas.text * (2.4 if canvas.narrow else 1.4) / HEIGHT
    )
    last = data["week"].max()
    return [
        words(
            f"{line.capitalize()}{chr(10) if canvas.narrow else ' '}{percent(value)}"
            + ("" if week == last else f" ({short_day(week)})"),
            x=width + 4,
            y=(1 - at) * HEIGHT,
            color=COLOURS[LINES.index(line)],
            fontWeight="bold",
            dy=-canvas.text * 0.6 if canvas.narrow else 0,
        )
        for (line, value, week), at in zip(ends, places, strict=True)
    ]


def _apart(values: Sequence[float], gap: float) -> list[float]:
    """Return places for labels, in the given order, no two nearer than `gap`, none above 1 or below 0."""
    order = sorted(range(len(values)), key=lambda label: -values[label])
    places = list(values)
    above = 1.0 + gap
    for label in order:
        places[label] = above = min(values[label], above - gap)
    below = -gap
    for label in reversed(order):
        places[label] = below = max(places[label], below + gap)
    return places


def _mix(share: pl.DataFrame, data: pl.DataFrame, canvas: Canvas, width: int, noun: str) -> Spec:
    at = {"x": _across(data, canvas), "y": share_axis("share_of_all", (0, 0.5, 1))}
    points = _points(share, "share_of_all")
    layers = [layer("bar", at, points, color=FOURTH, size=10)]
    if share.height <= width // 50:
        text = {"field": "share_of_all", "type": "quantitative", "format": ".0%"}
        layers.append(layer("text", {**at, "text": text}, points, baseline="bottom", dy=-3))
    title = {
        "text": f"Health protection's share of all {noun}",
        "fontSize": canvas.text,
        "fontWeight": "normal",
        "color": SOFT,
        "offset": 12,
    }
    return plot(layers, width=width, height=80, title=title)


def _one_week(data: pl.DataFrame, canvas: Canvas) -> Spec:
    """Draw one week as bars, a line of text over each, since a line needs two weeks."""
    row, bar = canvas.text * 3.2, 16
    known = data.filter(pl.col("value").is_not_null()).to_dicts()
    bars = [
        {"zero": 0, "value": one["value"], "y": top, "y2": top + bar}
        for number, one in enumerate(known)
        for top in (number * row + canvas.text * 1.4,)
    ]
    height = row * len(known)
    ends = {"y": place("y", [height, 0]), "y2": {"field": "y2"}}
    across = {"x": place("zero", [0, 1]), "x2": {"field": "value"}}
    layers = [layer("rect", {**ends, **across}, bars, color=FIRST)]
    for number, one in enumerate(known):
        told = f"{one['line'].capitalize()}: {percent(one['value'])}"
        layers.append(words(told, x=0, y=number * row + canvas.text * 0.6, fontWeight="bold"))
    return plot(layers, width=canvas.width, height=height)
