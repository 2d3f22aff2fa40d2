"""Periods begin at local midnight, on nights when the clocks change too."""

# ruff: noqa: DTZ001 - moments in SQL are in UTC and have no zone

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.measures.calendars import Calendar

CASES = """
case_id | transferred_at      | outcome
a       | 2020-03-25 23:59:59 | open
b       | 2020-03-26 00:00    | open
c       | 2020-04-01 22:59:59 | open
d       | 2020-04-01 23:00    | open
e       | 2020-10-21 23:00    | open
f       | 2020-10-28 23:00    | open
g       | 2020-10-29 00:00    | open
"""


def weeks(answers: Any) -> dict[str | None, int]:
    return {one.group["week"]: one.numerator for one in answers}


def test_a_week_is_named_by_its_first_local_day_in_winter_and_in_summer(opened: Any) -> None:
    assert weeks(opened(cases=CASES).measure("cases.transferred", by="week")) == {
        "2020-03-19": 1,
        # The week in which the clocks go forward ends an hour early, and in October an hour late.
        "2020-03-26": 2,
        "2020-04-02": 1,
        "2020-10-22": 2,
        "2020-10-29": 1,
    }


def test_the_manifest_says_the_zone_and_the_first_day_of_a_week(opened: Any) -> None:
    events = opened(cases=CASES, manifest={"zone": "Asia/Tokyo", "week_start": "Monday"})
    assert weeks(events.measure("cases.transferred", by="week", to="2020-04-30")) == {
        "2020-03-23": 2,
        "2020-03-30": 2,
    }


def test_from_and_to_are_local_days_both_included(opened: Any) -> None:
    events = opened(cases=CASES)
    answers = events.measure("cases.transferred", from_="2020-03-26", to="2020-04-01")
    assert answers[0].numerator == 2


def test_days_and_months_are_local_too(opened: Any) -> None:
    events = opened(cases=CASES)
    days = events.measure("cases.transferred", by="day", from_="2020-04-01", to="2020-04-02")
    assert [(one.group["day"], one.numerator) for one in days] == [
        ("2020-04-01", 1),
        ("2020-04-02", 1),
    ]
    months = events.measure("cases.transferred", by="month")
    assert [(one.group["month"], one.numerator) for one in months] == [
        ("2020-03-01", 2),
        ("2020-04-01", 2),
        ("2020-10-01", 3),
    ]


@pytest.mark.parametrize(
    "zone", ["Europe/London", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"]
)
@given(
    moment=st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)),
    week_start=st.integers(0, 6),
)
def test_a_moment_lies_between_the_midnights_of_its_week(
    zone: str, moment: datetime, week_start: int
) -> None:
    calendar = Calendar(zone=ZoneInfo(zone), week_start=week_start)
    first = calendar.first_day(calendar.day_of(moment), "week")
    assert first.weekday() == week_start
    assert calendar.midnight(first) <= moment
    assert moment < calendar.midnight(calendar.next_first_day(first, "week"))


@given(moment=st.datetimes(datetime(2015, 1, 1), datetime(2030, 1, 1)))
def test_the_offsets_written_into_a_statement_are_those_of_the_zone(moment: datetime) -> None:
    calendar = Calendar(zone=ZoneInfo("Europe/London"), week_start=3)
    offsets = calendar.offsets(datetime(2015, 1, 1), datetime(2030, 1, 1))
    (*_, (_, ahead)) = [one for one in offsets if one[0] <= moment]
    assert (moment + ahead).date() == calendar.day_of(moment)


def test_the_clocks_change_at_one_in_the_morning_utc() -> None:
    calendar = Calendar(zone=ZoneInfo("Europe/London"), week_start=3)
    offsets = calendar.offsets(datetime(2020, 1, 1), datetime(2020, 12, 31))
    assert [at for at, _ in offsets[1:]] == [datetime(2020, 3, 29, 1), datetime(2020, 10, 25, 1)]
    assert calendar.first_day(date(2020, 6, 3), "week") == date(2020, 5, 28)
