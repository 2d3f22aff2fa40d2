"""How times, ages and shares are written."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.web.filters import age, share, span, stopwatch, weekday


def test_a_birthday_counts_from_its_own_day() -> None:
    assert age(date(1986, 10, 6), date(2020, 10, 5)) == 33
    assert age(date(1986, 10, 6), date(2020, 10, 6)) == 34


def test_someone_born_on_a_leap_day_is_older_from_the_first_of_march() -> None:
    assert age(date(2000, 2, 29), date(2019, 2, 28)) == 18
    assert age(date(2000, 2, 29), date(2019, 3, 1)) == 19


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "–"),
        (0, 9, "0%"),
        (1, 1000, "under 1%"),
        (1, 200, "under 1%"),
        (999, 1000, "over 99%"),
        (9, 9, "100%"),
        (16, 25, "64%"),
    ],
)
def test_a_share_never_rounds_something_to_nothing_or_to_all(
    part: int, whole: int, shown: str
) -> None:
    assert share(part, whole) == shown


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_only_nothing_is_0_percent_and_only_all_is_100(part: int, whole: int) -> None:
    part = min(part, whole)
    assert (share(part, whole) == "0%") == (part == 0)
    assert (share(part, whole) == "100%") == (part == whole)


def test_a_span_names_its_two_largest_units() -> None:
    assert span(timedelta(days=2, hours=3, minutes=9)) == "2 days 3 hours"
    assert span(timedelta(minutes=1)) == "1 minute"
    assert span(timedelta(seconds=59)) == "under a minute"


def test_the_stopwatch_shows_hours_only_when_there_are_some() -> None:
    assert stopwatch(timedelta(minutes=3, seconds=12)) == "03:12"
    assert stopwatch(timedelta(hours=1, minutes=3, seconds=12)) == "1:03:12"


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no zone"):
        weekday(datetime(2020, 10, 6, 9, 0))  # noqa: DTZ001  # the very thing that is refused


def test_a_day_is_told_with_its_weekday() -> None:
    assert weekday(date(2020, 10, 13)) == "Tuesday 13 October"
    assert weekday(datetime(2020, 12, 1, 12, 0, tzinfo=UTC)) == "Tuesday 1 December"
