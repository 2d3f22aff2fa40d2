"""Silence is long when it is longer than at the same hour of the last four weeks, and only for who is known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.intake.rules.silence import SLACK, Silence, judge, moments

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2020, 11, 30, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def judged(arrivals: list[datetime], at: datetime) -> Silence | None:
    def last(moment: datetime) -> datetime | None:
        place = bisect_right(arrivals, moment)
        return arrivals[place - 1] if place else None

    return judge(at=at, last=last(at), before=[(m, last(m)) for m in moments(at, zone=LONDON)])


def sent(until: datetime, when: Callable[[datetime], bool], weeks: int = 6) -> list[datetime]:
    """Every hour at which a laboratory sent, by the clock on its wall."""

    def hours() -> Iterator[datetime]:
        moment = until - timedelta(weeks=weeks)
        while moment <= until:
            if when(moment.astimezone(LONDON)):
                yield moment
            moment += HOUR

    return list(hours())


def by_day(local: datetime) -> bool:
    return local.weekday() < 5 and 8 <= local.hour < 18


def test_who_sends_every_hour_and_stops_is_missed_within_hours() -> None:
    arrivals = sent(MONDAY, lambda _: True)
    assert not judged(arrivals, MONDAY + timedelta(minutes=50)).is_long  # type: ignore[union-attr]
    assert judged(arrivals, MONDAY + 2 * HOUR).is_long  # type: ignore[union-attr]


def test_a_night_and_a_weekend_are_no_silence_for_who_rests_then() -> None:
    friday = datetime(2020, 11, 27, 17, 0, tzinfo=UTC)
    arrivals = sent(friday, by_day)
    for later in range(1, 62):
        assert not judged(arrivals, friday + later * HOUR).is_long, later  # type: ignore[union-attr]


def test_a_monday_morning_without_the_usual_is_missed() -> None:
    friday = datetime(2020, 11, 27, 17, 0, tzinfo=UTC)
    arrivals = sent(friday, by_day)
    assert judged(arrivals, MONDAY + HOUR).is_long  # type: ignore[union-attr]


def test_an_hours_change_of_the_clock_is_no_silence() -> None:
    # On 25 October 2020 the clocks of London went back.
    sunday = datetime(2020, 10, 26, 8, 0, tzinfo=UTC)
    arrivals = sent(sunday, by_day)
    for later in range(1, 10):
        assert not judged(arrivals[:], sunday + later * timedelta(minutes=6)).is_long  # type: ignore[union-attr]


@pytest.mark.parametrize("weeks", [0, 1, 2])
def test_of_who_is_known_for_less_than_three_weeks_nothing_is_said(weeks: int) -> None:
    arrivals = sent(MONDAY, lambda _: True, weeks=weeks)
    assert judged(arrivals, MONDAY + timedelta(days=3)) is None
    assert judged([], MONDAY) is None


@given(
    gaps=st.lists(st.integers(1, 60 * 72), min_size=1, max_size=200),
    later=st.integers(0, 60 * 24 * 10),
)
def test_no_silence_is_long_that_was_as_long_at_the_same_hour_before(
    gaps: list[int], later: int
) -> None:
    arrivals, moment = [], MONDAY - timedelta(weeks=6)
    for gap in gaps:
        moment += timedelta(minutes=gap)
        arrivals.append(moment)
    at = moment + timedelta(minutes=later)
    found = judged(arrivals, at)
    if found is None:
        return
    assert found.now == timedelta(minutes=later)
    past = max(
        m - max(a for a in arrivals if a <= m) for m in moments(at, zone=LONDON) if arrivals[0] <= m
    )
    assert found.is_long == (found.now > past + SLACK)
