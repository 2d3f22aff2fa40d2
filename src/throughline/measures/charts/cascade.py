"""The cascade: how many are left after each step from test to contact reached, and why the others are not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import polars as pl

from throughline.measures.answers import Answer
from throughline.measures.charts.figure import (
    FIRST,
    INK,
    PALE,
    SOFT,
    Canvas,
    Figure,
    hidden,
    nothing,
)
from throughline.measures.charts.lookup import computed, find
from throughline.measures.charts.marks import Spec, layer, place, plot
from throughline.measures.charts.steps import TOGETHER, table
from throughline.measures.events import Events
from throughline.measures.shorthand import CONFIDENTIAL, mark_of
from throughline.measures.wording import count, listed, percent, wrapped

MEASURES = (
    "tests.positivity", "cases.transferred", "cases.reached", "cases.not_reached",
    "cases.no_details", "cases.gave_contacts", "contacts.identified", "contacts.reached",
    "contacts.not_reached", "contacts.no_details", "contacts.reached_with_details",
    "coverage.case_by_contact",
)  # fmt: skip
"""What the cascade is drawn from; those that are missing are left out of it."""


def cascade(answers: Iterable[Answer], *, measured: str, name: str = "cascade") -> Figure:
    """Draw the steps tests, positives, cases, reached, contacts named, with details, reached.

    `answers` are of one period and of one group of people, which `measured` names; see `MEASURES`. `data`
    has a row for each step and for each reason of loss: panel (tests, cases or contacts), step, lost_because
    (null for a step), count (persons, tests or contacts), of_previous and of_first (fractions of the step before
    and of the panel's first), marks (why a column has no number, as `count: c`). A last row, of the panel case by
    contact, has that share as `of_first`. Without a test, case or contact it is a figure that says so; where
    all are suppressed, too.

    >>> answers = events.measure(["cases.transferred", "cases.reached"])
    >>> figure = cascade(answers, measured="All cases, 28 May to 6 June 2020")
    >>> figure.data.select("step", "count", "of_first").rows()[:2]
    [('Cases transferred to tracing', 6.0, 1.0), ('Cases reached', 3.0, 0.5)]

    Source of its figures: the measures named in `MEASURES`.
    """
    answers = list(answers)
    data = table(answers)
    told = _steps(data)
    if not told["count"].sum():
        if told["marks"].str.contains(f"count: {CONFIDENTIAL}").any():
            return hidden(name, "The numbers of this cascade are", measured, data)
        return nothing(
            name,
            "There is no cascade to draw: no test, case or contact is known of this period.",
            measured,
            data,
        )
    title = _finding(answers)
    return Figure(
        name=name,
        title=title,
        measured=measured,
        alt_text=f"Bar chart, a bar for each step. {measured}. {_in_words(data)}",
        data=data,
        draw=lambda canvas: _draw(data, canvas),
    )


def cascade_of(events: Events, *, measured: str, **asked: Any) -> Figure:
    """Draw the cascade of event tables; what they have no columns for is left out.

    `asked` are `from_`, `to`, `where`, `public` and the like, as `Events.measure` has them.

    Raises QuestionError for what there is not, FolderError for tables that cannot be read. Shape: as of `cascade`.

    >>> cascade_of(open_events("tables"), measured="All cases", to="2020-06-03").title
    '66.7% of 3 cases and 75.0% of 4 contacts were reached; case by contact that is 50.0%'
    """
    return cascade(computed(events, MEASURES, **asked), measured=measured)


def _finding(answers: Sequence[Answer]) -> str:
    cases, contacts = find(answers, "cases.reached"), find(answers, "contacts.reached")
    both = find(answers, "coverage.case_by_contact")
    if still := _all_open(answers):
        return f"None of {listed(still)} is closed yet"
    parts = [
        f"{percent(rate.value)} of {count(rate.denominator)} {who}"
        for who, rate in (("cases", cases), ("contacts", contacts))
        if rate is not None and rate.value is not None
    ]
    if not parts:
        return "What became of each test, case and contact"
    together = (
        f"; case by contact that is {percent(both.value)}"
        if both and both.value is not None
        else ""
    )
    return f"{listed(parts)} were reached{together}"


def _all_open(answers: Sequence[Answer]) -> list[str]:
    """Return how many cases and contacts there are when every one of them is open: nothing is known of reaching then."""
    told = []
    for who in ("cases", "contacts"):
        rest = find(answers, f"{who}.not_reached")
        if rest is None or not rest.denominator:
            continue
        if rest.beside.get("open") != rest.denominator:
            return []
        told.append(f"{count(rest.denominator)} {who}")
    return told


def _in_words(data: pl.DataFrame) -> str:
    sentences = []
    for step in _steps(data).iter_rows(named=True):
        of = f" ({percent(step['of_previous'])} of the step before)" if step["of_previous"] else ""
        lost = "; ".join(_losses(data, step))
        sentences.append(f"{step['step']}: {_number(step)}{of}{'; ' + lost if lost else ''}.")
    for both in data.filter(pl.col("panel") == TOGETHER).iter_rows(named=True):
        share = percent(both["of_first"], mark=mark_of(both["marks"], "of_first"))
        sentences.append(f"{both['step']}: {share}.")
    return " ".join(sentences)


def _steps(data: pl.DataFrame) -> pl.DataFrame:
    return data.filter(pl.col("lost_because").is_null() & (pl.col("panel") != TOGETHER))


def _losses(data: pl.DataFrame, step: dict[str, object]) -> list[str]:
    rows = data.filter(
        (pl.col("panel") == step["panel"])
        & (pl.col("step") == step["step"])
        & pl.col("lost_because").is_not_null()
        # Nobody lost is nothing to tell; one that is null was suppressed, or is not known.
        & (pl.col("count").is_null() | (pl.col("count") > 0))
    )
    lead = "results with no case of their own" if step["panel"] == "tests" else "lost"
    told = [f"{_number(row)} {row['lost_because']}" for row in rows.iter_rows(named=True)]
    return [f"{lead}: {listed(told)}"] if told else []


def _number(row: dict[str, Any]) -> str:
    return count(row["count"], mark=mark_of(row["marks"], "count"))


def _draw(data: pl.DataFrame, canvas: Canvas) -> Spec:
    """Lay out by hand, top down: the name over its bar, the loss under it, so that a phone has room for both."""
    bars: list[dict[str, object]] = []
    line, bar = canvas.text * 1.35, 16
    top = line * 1.4
    texts: list[dict[str, object]] = [
        {
            "y": line * 0.5,
            "text": "In brackets: share of the step above. Pale: lost.",
            "bold": False,
        }
    ]
    panel: str | None = None
    before: float | None = None
    for step in _steps(data).iter_rows(named=True):
        if panel is not None and step["panel"] != panel:
            top += line  # an unused line between units that do not share a scale
        first_of_panel, panel = step["panel"] != panel, step["panel"]
        of_first = 1.0 if first_of_panel else step["of_first"] or 0.0
        of = "" if step["of_previous"] is None else f" ({percent(step['of_previous'])})"
        texts.append(
            {"y": top + line * 0.5, "text": f"{step['step']}: {_number(step)}{of}", "bold": True}
        )
        # Beside a bar whose number is suppressed, nothing is known to be lost.
        known = step["count"] is not None
        lost_from = before if known and before is not None and not first_of_panel else of_first
        bars.append(
            {"y": top + line, "y2": top + line + bar, "left": of_first, "before": lost_from}
        )
        before = of_first if known else None
        top += line + bar
        for lost in _losses(data, step):
            for text in wrapped(lost, canvas.characters()):
                texts.append({"y": top + line * 0.65, "text": text, "bold": False})
                top += line
        top += line * 0.6
    return _layers(bars, texts, canvas, height=top)


def _layers(
    bars: list[dict[str, object]], texts: list[dict[str, object]], canvas: Canvas, *, height: float
) -> Spec:
    down, across = place("y", [height, 0]), place("zero", [0, 1])
    rows = [{**bar, "zero": 0} for bar in bars]
    lost = [row for row in rows if row["before"] != row["left"]]
    down_to = {"y": down, "y2": {"field": "y2"}}
    layers = [
        layer(
            "rect", {**down_to, "x": place("left", [0, 1]), "x2": {"field": "before"}}, lost,
            color=PALE, stroke=SOFT, strokeWidth=0.7, strokeDash=[3, 2],
        ),
        layer("rect", {**down_to, "x": across, "x2": {"field": "left"}}, rows, color=FIRST),
    ]  # fmt: skip
    layers += [
        layer(
            "text",
            {"x": {"value": 0}, "y": down, "text": {"field": "text"}},
            [text for text in texts if text["bold"] is bold],
            align="left",
            baseline="middle",
            color=INK if bold else SOFT,
            fontWeight="bold" if bold else "normal",
        )
        for bold in (True, False)
    ]
    return plot(layers, width=canvas.width, height=height)
