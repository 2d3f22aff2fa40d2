"""Every chart: a finding, the figures drawn, the same in words, and a picture that any page may hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import altair as alt
import polars as pl
import pytest

from throughline.measures import open_events
from throughline.measures.answers import Answer
from throughline.measures.charts import (
    NARROW,
    WIDE,
    Canvas,
    Figure,
    cascade,
    clock_legs,
    decomposition,
    epicurve,
    epicurve_of,
    occupancy,
    time_to_reach,
)
from throughline.measures.charts.figure import FIRST, FOURTH, INK, SECOND, SOFT, THIRD
from throughline.measures.curves import Curve
from throughline.measures.tests import spec

WEEKS = [date(2020, 5, 28) + timedelta(weeks=n) for n in range(4)]
SVG = "{http://www.w3.org/2000/svg}"


def count(measure: str, number: int | None, **group: str) -> Answer:
    return Answer(
        measure=measure, group=group, numerator=number, value=number, suppressed=number is None
    )


def rate(measure: str, part: int, whole: int, **group: str) -> Answer:
    return Answer(
        measure=measure, group=group, numerator=part, denominator=whole, value=part / whole
    )


def steps() -> list[Answer]:
    """One invented week: 1,000 tests, 100 positives, 80 cases, 200 contacts."""
    return [
        rate("tests.positivity", 100, 1000),
        count("cases.transferred", 80),
        rate("cases.reached", 60, 80),
        rate("cases.not_reached", 15, 80),
        rate("cases.no_details", 5, 80),
        rate("cases.gave_contacts", 45, 60),
        count("contacts.identified", 200),
        rate("contacts.reached", 120, 200),
        rate("contacts.not_reached", 50, 200),
        rate("contacts.no_details", 30, 200),
        rate("contacts.reached_with_details", 120, 170),
        Answer(measure="coverage.case_by_contact", group={}, value=60 / 80 * 120 / 200),
    ]


def the_cascade(answers: list[Answer]) -> Figure:
    return cascade(answers, measured="All cases and contacts")


def the_epicurve(answers: list[Answer]) -> Figure:
    return epicurve(answers, measured="Cases by week", incomplete_from=WEEKS[-1])


def the_decomposition(answers: list[Answer]) -> Figure:
    return decomposition(
        all_contacts=[one for one in answers if one.group["who"] == "all"],
        health_protection=[one for one in answers if one.group["who"] == "hp"],
        others=[one for one in answers if one.group["who"] == "others"],
        mix_adjusted=[one for one in answers if one.group["who"] == "mixed"],
        measured="Contacts by week",
    )


def by_week() -> list[Answer]:
    """Each group's rate rises while that of all falls, because the mix moves."""
    told = []
    for place, week in enumerate(WEEKS):
        hp, others = 800 - 200 * place, 200 + 200 * place
        hp_reached, others_reached = hp * 95 // 100, others * (50 + 2 * place) // 100
        weeks = {"week": week.isoformat()}
        told += [
            rate("contacts.reached", hp_reached + others_reached, 1000, who="all", **weeks),
            rate("contacts.reached", hp_reached, hp, who="hp", **weeks),
            rate("contacts.reached", others_reached, others, who="others", **weeks),
            Answer(
                measure="contacts.reached_mix_adjusted",
                group={"who": "mixed", **weeks},
                value=0.8 * hp_reached / hp + 0.2 * others_reached / others,
            ),
        ]
    return told


def the_curves(curves: list[Curve]) -> Figure:
    return time_to_reach(curves, measured="Not managed by health protection")


def curves() -> list[Curve]:
    return [
        Curve(name=name, hours=(0, 24, 48, 72), reached=(0.0, first, first + 0.1, None), n=40)
        for name, first in (("Cases, from transfer", 0.6), ("Contacts", 0.4))
    ]


LEGS = {
    "clock.taken_to_result": "Test to result",
    "clock.transfer_to_reached": "Transfer to reached",
}


def the_legs(answers: list[Answer]) -> Figure:
    return clock_legs(answers, legs=LEGS, measured="Hours")


def legs() -> list[Answer]:
    return [
        Answer(measure=measure, group={}, band=band, value=hours, beside={"n": 40, "open": 2})
        for measure, hours_of in zip(LEGS, ((20.5, 41.0), (5.25, 70.0)), strict=True)
        for band, hours in zip(("p50", "p90"), hours_of, strict=True)
    ]


def the_occupancy(answers: list[Answer]) -> Figure:
    return occupancy(answers, measured="Share of time")


def busy() -> list[Answer]:
    return [
        rate("workforce.occupancy", 10 + hour * 2, 100, provider=provider, hour=str(hour))
        for provider in ("Bright Call", "Harbour Health")
        for hour in range(8, 20)
    ]


CHARTS: dict[str, tuple[Callable[..., Figure], Callable[[], list[Answer] | list[Curve]]]] = {
    "cascade": (the_cascade, steps),
    "epicurve": (
        the_epicurve,
        lambda: [
            count("cases.transferred", 80 + n, week=week.isoformat())
            for n, week in enumerate(WEEKS)
        ],
    ),
    "decomposition": (the_decomposition, by_week),
    "time-to-reach": (the_curves, curves),
    "clock-legs": (the_legs, legs),
    "occupancy": (the_occupancy, busy),
}
every_chart = pytest.mark.parametrize("name", CHARTS)


@cache
def drawn(name: str) -> Figure:
    draw, data = CHARTS[name]
    return draw(data())


@cache
def picture(name: str, canvas: Canvas = WIDE) -> str:
    return drawn(name).svg(canvas)


def parsed(name: str, canvas: Canvas = WIDE) -> ElementTree.Element:
    return tree(picture(name, canvas))


def tree(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314  # our own picture


def rows_of(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every row that a chart draws, whichever of its layers holds it."""
    yield from spec.get("data", {}).get("values", ())
    for rows in spec.get("datasets", {}).values():
        yield from rows
    for piece in (*spec.get("layer", ()), *spec.get("vconcat", ())):
        yield from rows_of(piece)


@every_chart
@pytest.mark.parametrize("canvas", [WIDE, NARROW], ids=["wide", "phone"])
def test_a_picture_holds_no_script_no_style_and_nothing_from_elsewhere(
    name: str, canvas: Canvas
) -> None:
    root = parsed(name, canvas)
    for element in root.iter():
        assert element.tag not in {f"{SVG}{tag}" for tag in ("script", "style", "image", "use")}
        for attribute, value in element.attrib.items():
            assert attribute != "style"
            assert not attribute.startswith("on")
            assert "href" not in attribute
            assert "url(" not in value.replace("url(#", "")


@every_chart
def test_a_picture_says_what_it_shows_to_who_cannot_see_it(name: str) -> None:
    figure = drawn(name)
    root = parsed(name)
    assert root.attrib["role"] == "img"
    assert root.findtext(f"{SVG}title") == figure.title
    assert root.findtext(f"{SVG}desc") == figure.alt_text
    assert figure.measured in figure.alt_text


@every_chart
def test_letters_are_large_enough_on_a_phone_and_in_a_plain_font(name: str) -> None:
    root = parsed(name, NARROW)
    assert float(root.attrib["width"]) <= 374, (
        "wider than a phone's page of 390 px with its margins"
    )
    texts = [one for one in root.iter(f"{SVG}text") if one.text or len(one)]
    assert texts
    for text in texts:
        assert float(text.attrib["font-size"].removesuffix("px")) >= 11
        assert text.attrib["font-family"].startswith("Arial")
        assert "rotate" not in text.attrib["transform"], f"{text.text} is not horizontal"


@every_chart
def test_grid_lines_are_few_and_there_is_one_axis_each_way(name: str) -> None:
    root = parsed(name)
    groups = [one for one in root.iter(f"{SVG}g") if "role-axis-grid" in one.get("class", "")]
    assert all(len(list(group.iter(f"{SVG}line"))) <= 10 for group in groups)
    assert "independent" not in str(drawn(name).spec().get("resolve", ""))


@every_chart
def test_no_data_gives_a_chart_that_says_so(name: str) -> None:
    draw, _ = CHARTS[name]
    figure = draw([])
    assert figure.data.is_empty()
    assert re.search("There (is|are) no", figure.title)
    assert figure.title.split(":")[0][:30] in "".join(tree(figure.svg(titled=False)).itertext())


@every_chart
def test_a_chart_draws_exactly_the_figures_of_its_data(name: str) -> None:
    figure = drawn(name)
    values = {
        round(value, 9)
        for column in figure.data.columns
        if figure.data[column].dtype.is_float()
        for value in figure.data[column].drop_nulls()
        if column
        not in {"of_first", "of_previous", "busy_hours", "hours", "numerator", "denominator"}
    }
    if name == "cascade":  # drawn as shares of the first bar, told as counts
        told = re.findall(r"[\d,]+", picture(name))
        assert {f"{value:,.0f}" for value in values} <= set(told)
        return
    held = {
        round(value, 9)
        for row in rows_of(figure.spec())
        for value in row.values()
        if isinstance(value, int | float)
    }
    assert values <= held


@pytest.mark.parametrize("name", ["cascade", "time-to-reach"])
def test_in_a_notebook_it_is_an_altair_chart(name: str) -> None:
    chart = drawn(name).chart
    assert isinstance(chart, alt.LayerChart | alt.VConcatChart)
    assert chart.to_dict()["title"]["subtitle"] == [drawn(name).measured]


def test_the_cascade_gives_each_step_its_count_its_share_and_its_losses() -> None:
    figure = drawn("cascade")
    rows = {
        (row["step"], row["lost_because"]): (row["count"], row["of_previous"])
        for row in figure.data.iter_rows(named=True)
    }
    assert rows["People tested", None] == (1000, None)
    assert rows["People positive", None] == (100, 0.1)
    assert rows["Cases reached", None] == (60, 0.75)
    assert rows["Cases reached", "not reached or still open"] == (15, 15 / 80)
    assert rows["Cases who named a contact", "named nobody"] == (15, 15 / 60)
    assert rows["Contacts with details", None] == (170, 0.85)
    assert rows["Contacts with details", "no contact details"] == (30, 0.15)
    assert rows["Contacts reached", None] == (120, 120 / 170)
    assert figure.title == (
        "75.0% of 80 cases and 60.0% of 200 contacts were reached; case by contact that is 45.0%"
    )


def test_the_cascade_says_where_a_number_is_suppressed() -> None:
    hidden = Answer(measure="cases.gave_contacts", group={}, suppressed=True)
    answers = [hidden if one.measure == hidden.measure else one for one in steps()]
    figure = the_cascade(answers)
    assert "Cases who named a contact: [c]" in figure.alt_text
    assert "Cases who named a contact: [c]" in figure.svg()


def test_the_epicurve_sets_the_incomplete_apart_and_finds_nothing_in_it() -> None:
    figure = drawn("epicurve")
    assert figure.data["complete"].to_list() == [True, True, True, False]
    assert figure.title == (
        "Cases were at their highest in the week of 11 June 2020: 82, after 80 in the week of 28 May 2020"
    )
    assert "18 June 2020 83 (incomplete)" in figure.alt_text
    assert "not complete yet, from 18 Jun" in picture("epicurve")


def test_the_last_seven_days_of_event_tables_are_grey_by_themselves(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text('{"cut_at": "2020-06-14T23:00:00Z"}')
    rows = [
        f"{n} | 2020-06-{n:02} 10:00 | open | 2020-06-{n:02}" for n in range(1, 14)
    ]  # fmt: skip
    table = "\n".join(["case_id | transferred_at | outcome | onset_on", *rows])
    spec.write_csv(tmp_path / "cases.csv", table)
    events = open_events(tmp_path)
    # Local midnight ends the cut's day: the last is 14 June, and the seven begin on the 8th.
    grey = epicurve_of(events, measured="All").data.filter(~pl.col("complete"))
    assert grey["from"].min() == date(2020, 6, 8)
    told = epicurve_of(events, measured="All", to="2020-06-10").data
    assert told.filter(~pl.col("complete"))["from"].min() == date(2020, 6, 4)
    none = epicurve_of(events, measured="All", incomplete_from=date(2020, 7, 1)).data
    assert none["complete"].all()


def test_the_decomposition_finds_that_the_mix_moved() -> None:
    figure = drawn("decomposition")
    assert figure.title == (
        "Contacts reached fell from 86.0% to 63.8%; outside health protection rose from 50.0% to 56.0%; "
        "with the first week's mix of people it would be 87.2%"
    )
    share = figure.data.filter(figure.data["line"] == "health protection")["share_of_all"]
    assert share.to_list() == [0.8, 0.6, 0.4, 0.2]
    assert "80.0% in the week of 28 May 2020 and 20.0%" in figure.alt_text


def test_one_week_is_decomposed_into_bars() -> None:
    figure = the_decomposition([one for one in by_week() if one.group["week"] == "2020-05-28"])
    assert figure.title == "86.0% of all contacts were reached, and 50.0% outside health protection"
    assert "Mix-adjusted: 86.0%" in figure.svg()


def test_a_curve_ends_where_nobody_was_followed() -> None:
    figure = drawn("time-to-reach")
    assert figure.data["hours"].to_list() == [0, 24, 48] * 2
    assert (
        figure.title == "Reached within 24 hours: 60.0% of cases, from transfer; 40.0% of contacts"
    )


def test_more_curves_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="5 curves were given; at most 4"):
        the_curves([*curves(), *curves(), curves()[0]])


def test_the_slowest_leg_is_the_finding() -> None:
    figure = drawn("clock-legs")
    assert figure.title == "The slowest leg was test to result: half took longer than 20.5 hours"
    assert "Transfer to reached: median 5.3 hours, nine in ten within 70.0 hours, over 40." in (
        figure.alt_text
    )


def test_the_heat_map_names_the_idlest_and_the_busiest_hour() -> None:
    figure = drawn("occupancy")
    assert figure.title == (
        "Agents were busy between 26.0% (Bright Call, 08:00) and 48.0% "
        "(Harbour Health, 19:00) of their time"
    )
    assert figure.data.height == 24


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("colour", [FIRST, SECOND, THIRD, FOURTH, INK, SOFT])
def test_every_colour_of_a_line_or_a_letter_stands_out_from_white(colour: str) -> None:
    assert 1.05 / (_luminance(colour) + 0.05) >= 4.5
