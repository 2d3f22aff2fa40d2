"""Charts of figures that may not be shown: what is hidden is told so, and is taken for nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from throughline.measures.answers import Answer
from throughline.measures.charts import Figure, epicurve
from throughline.measures.charts.tests.test_charts import (
    CHARTS,
    WEEKS,
    by_week,
    curves,
    legs,
    steps,
    the_cascade,
    the_curves,
    the_decomposition,
    the_legs,
    tree,
)
from throughline.measures.curves import Curve, from_steps
from throughline.measures.shorthand import HIDDEN

LAST = WEEKS[-1].isoformat()


def hidden(one: Any) -> Any:
    """An answer, or a curve, of which nothing may be told."""
    if isinstance(one, Curve):
        return replace(one, hours=(0.0,), reached=(None,), n=0, hidden=True)
    none = {"numerator": None, "denominator": None, "value": None, "suppressed": True}
    return replace(one, **none, beside=dict.fromkeys(one.beside))


def without(answers: list[Answer], *, who: str, week: str = LAST) -> list[Answer]:
    """The answers with those of a line and week hidden."""
    return [
        hidden(one) if (one.group["who"], one.group["week"]) == (who, week) else one
        for one in answers
    ]


@pytest.mark.parametrize("name", CHARTS)
def test_where_all_is_hidden_a_chart_says_so_and_why(name: str) -> None:
    draw, data = CHARTS[name]
    figure = draw([hidden(one) for one in data()])
    assert figure.title.endswith(f"hidden: {HIDDEN}.")
    assert figure.alt_text == figure.title
    assert "hidden" in "".join(tree(figure.svg(titled=False)).itertext())


def test_a_title_that_ends_before_the_last_week_says_at_which() -> None:
    figure = the_decomposition(without(by_week(), who="all"))
    assert figure.title.startswith(
        "Contacts reached fell from 86.0% to 70.4% from the week of 28 May 2020 to that of 11 June 2020; "
    )
    # The others of the same weeks, and the mix-adjusted rate of the same last one.
    assert "outside health protection rose from 50.0% to 54.0%" in figure.title
    assert "18 Jun [c]" in figure.alt_text
    assert "All 70.4% (11 Jun)" in figure.svg()


@pytest.mark.parametrize("who", ["others", "mixed"])
def test_a_title_quotes_no_other_week_for_one_that_is_hidden(who: str) -> None:
    told = {"others": "outside health protection", "mixed": "mix of people"}[who]
    assert told in the_decomposition(by_week()).title
    title = the_decomposition(without(by_week(), who=who)).title
    assert told not in title
    assert title.startswith("Contacts reached fell from 86.0% to 63.8%")


def test_the_only_week_of_several_that_is_shown_is_named() -> None:
    answers = by_week()
    for week in WEEKS[1:]:
        answers = without(answers, who="all", week=week.isoformat())
    assert the_decomposition(answers).title == (
        "86.0% of all contacts were reached in the week of 28 May 2020, and 50.0% outside health protection"
    )


def test_a_rate_that_nobody_could_have_is_not_told_as_hidden() -> None:
    gone = [
        replace(one, value=None) if one.group == {"who": "mixed", "week": LAST} else one
        for one in by_week()
    ]
    said = the_decomposition(gone).alt_text
    assert "18 Jun [x]" in said
    assert "[c]" not in said


def test_a_step_that_the_tables_do_not_hold_is_not_told_as_hidden() -> None:
    some = [one for one in steps() if one.measure != "contacts.reached_with_details"]
    told = [hidden(one) if one.measure == "contacts.reached" else one for one in some]
    said = the_cascade(told).alt_text
    assert "Contacts with details: [x]" in said
    assert "Contacts reached: [c]" in said


def test_case_by_contact_is_among_the_figures_of_the_cascade() -> None:
    row = the_cascade(steps()).data.row(-1, named=True)
    assert (row["panel"], row["of_first"]) == ("case by contact", 0.45)
    assert "Cases reached by contacts reached: 45.0%." in the_cascade(steps()).alt_text
    told = [hidden(one) if one.measure.startswith("coverage") else one for one in steps()]
    assert "Cases reached by contacts reached: [c]." in the_cascade(told).alt_text


def days(*numbers: int | None, incomplete: int = 0) -> Figure:
    answers = [
        Answer(
            measure="cases.transferred", group={"day": f"2020-06-0{n}"}, numerator=number,
            suppressed=number is None,
        )
        for n, number in enumerate(numbers, 1)
    ]  # fmt: skip
    ends = WEEKS[0].replace(month=6, day=len(numbers) + 1 - incomplete)
    return epicurve(answers, measured="Cases", by="day", incomplete_from=ends)


def test_the_highest_day_is_that_of_the_days_shown() -> None:
    assert days(None, 9, 7).title == (
        "Of the days that are shown, cases were highest on 2 June 2020, at 9, and 7 on 3 June 2020"
    )
    assert days(9, None).title == (
        "Of the days that are shown, cases were highest on 1 June 2020, at 9, and [c] on 2 June 2020"
    )


def test_days_that_are_complete_and_hidden_make_no_finding_of_the_others() -> None:
    title = days(None, 9, incomplete=1).title
    assert title == "The numbers of cases are hidden on every day that is complete"


def test_a_leg_that_is_hidden_is_told_so() -> None:
    first, *rest = legs()
    said = the_legs([hidden(first), *rest]).alt_text
    assert "Test to result: median [c] hours" in said
    assert "over [c]" in said


def test_a_curve_that_is_hidden_from_some_hour_says_so() -> None:
    bands = [
        Answer(measure="curves.case_reached", group={}, band=band, numerator=n, denominator=40)
        for band, n in (("3h", 9), ("6h", 8))
    ]
    assert not from_steps(bands, "Cases").hidden
    assert from_steps([bands[0], hidden(bands[1])], "Cases").hidden
    # What nobody has been followed for yet is not hidden.
    assert not from_steps([bands[0], hidden(bands[1])], "Cases", followed=4).hidden
    short = replace(curves()[0], hours=(0.0, 12.0), reached=(0.0, 0.3), hidden=True)
    figure = the_curves([short])
    assert figure.title == "How many were reached within a day is hidden"
    assert "hidden within the first day" in figure.alt_text
