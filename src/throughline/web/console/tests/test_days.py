"""Days as a handler types them while somebody speaks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.web.console.days import Unreadable, read_day, read_moment, read_past_day, shown

TODAY = date(2020, 10, 6)  # a Tuesday
LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("today", date(2020, 10, 6)),
        ("Yesterday", date(2020, 10, 5)),
        ("sat", date(2020, 10, 3)),
        ("Saturday", date(2020, 10, 3)),
        ("tues", date(2020, 10, 6)),
        ("3", date(2020, 10, 3)),
        ("28", date(2020, 9, 28)),
        ("3 10", date(2020, 10, 3)),
        ("3/10", date(2020, 10, 3)),
        ("3.10.20", date(2020, 10, 3)),
        ("03-10-2020", date(2020, 10, 3)),
        ("3 oct", date(2020, 10, 3)),
        ("3rd October 2020", date(2020, 10, 3)),
        ("Sat 3 Oct", date(2020, 10, 3)),
        ("24 Dec", date(2019, 12, 24)),
        ("2020-10-03", date(2020, 10, 3)),
        ("", None),
    ],
)
def test_a_day_is_read_as_people_say_it(typed: str, meant: date | None) -> None:
    assert read_day(typed, today=TODAY) == meant


@pytest.mark.parametrize("typed", ["35 Oct", "soon", "3 foo", "31/2/2020", "1/2/3/4"])
def test_what_is_no_day_is_refused_with_what_would_be_one(typed: str) -> None:
    with pytest.raises(Unreadable, match=r"is not a day\. Write it as 3 Oct"):
        read_day(typed, today=TODAY)


def test_what_has_happened_did_not_happen_tomorrow() -> None:
    with pytest.raises(Unreadable, match="still to come"):
        read_past_day("7 Oct 2020", today=TODAY)


@given(st.dates(min_value=date(2000, 1, 1), max_value=date(2060, 1, 1)), st.integers(0, 364))
def test_a_day_written_back_is_read_as_the_same_day(today: date, ago: int) -> None:
    on = today - timedelta(days=ago)
    assert read_day(shown(on, today=today), today=today) == on


@pytest.mark.parametrize("typed", ["17:30", "17.30", "5.30 pm", "5:30pm", "1730"])
def test_a_time_is_read_as_people_say_it(typed: str) -> None:
    assert read_moment("2020-10-07", typed, zone=LONDON) == datetime(
        2020, 10, 7, 16, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(("day", "typed"), [("2020-10-07", "25:00"), ("", "9"), ("2020-10-07", "")])
def test_a_time_that_is_none_is_refused(day: str, typed: str) -> None:
    with pytest.raises(Unreadable, match="Choose a day"):
        read_moment(day, typed, zone=LONDON)
