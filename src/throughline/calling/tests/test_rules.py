"""Rules of calling: allowance, retries at varied hours, service hours over clock changes."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.calling.rules.allowance import (
    Allowed,
    Refused,
    allowance,
    allowance_of_both,
    message_allowed,
)
from throughline.calling.rules.handover import handover_due
from throughline.calling.rules.hours import bucket, in_service, local, open_moments
from throughline.calling.rules.retries import at_the_time_asked_for, next_call_at, soonest_call_at
from throughline.definitions import load
from throughline.definitions.forms.calling import Calling

TERMS: Calling = load.read(load.FILES / "calling" / "england-2020.toml").form
NOON = datetime(2020, 10, 21, 11, 0, tzinfo=UTC)  # 12:00 in London
# From before the clocks go forward until after they go back.
MOMENTS = st.integers(0, 230 * 24 * 60).map(
    lambda minutes: datetime(2020, 3, 20, tzinfo=UTC) + timedelta(minutes=minutes)
)
AGES = st.lists(st.integers(0, 3200).map(lambda minutes: timedelta(minutes=minutes)), max_size=12)


def hours(*values: float) -> list[datetime]:
    return [NOON - timedelta(hours=value) for value in values]


def test_a_first_call_is_allowed():
    assert allowance([], NOON, TERMS) == Allowed()


def test_none_within_an_hour_and_again_on_the_hour():
    answer = allowance(hours(0.5), NOON, TERMS)
    assert isinstance(answer, Refused)
    assert answer.until == NOON + timedelta(minutes=30)
    assert answer.reason == "called 30 minutes ago; 60 minutes must lie between calls"
    assert allowance(hours(0.5), answer.until, TERMS) == Allowed()


def test_three_a_day_by_the_clock_on_their_wall():
    answer = allowance(hours(3.5, 2.5, 1.5), NOON, TERMS)
    assert isinstance(answer, Refused)
    assert answer.until == datetime(2020, 10, 21, 23, 0, tzinfo=UTC)  # midnight in London
    assert "3 times today" in answer.reason


def test_a_new_day_begins_at_their_midnight_and_not_at_greenwich():
    half_past_midnight = datetime(2020, 7, 1, 23, 30, tzinfo=UTC)  # 2 July 00:30 in London
    uses = [half_past_midnight - timedelta(hours=gap) for gap in (2, 4, 6)]
    assert allowance(uses, half_past_midnight, TERMS) == Allowed()


def test_six_in_two_days_wait_until_the_first_of_them_is_two_days_old():
    uses = hours(1.5, 2.5, 22, 24, 26, 47)
    answer = allowance(uses, NOON, TERMS)
    assert isinstance(answer, Refused)
    assert answer.until == NOON + timedelta(hours=1)


def test_a_use_from_a_clock_that_runs_ahead_still_counts():
    assert isinstance(allowance([NOON + timedelta(minutes=2)], NOON, TERMS), Refused)


def test_the_telephone_of_another_person_bars_the_call_too():
    answer = allowance_of_both(person=[], telephone=hours(0.5), at=NOON, terms=TERMS)
    assert isinstance(answer, Refused)
    assert answer.reason.startswith("this telephone was called 30 minutes ago")


@given(ages=AGES, at=MOMENTS)
def test_a_refusal_says_the_first_moment_that_is_allowed(ages, at):
    uses = [at - age for age in ages]
    answer = allowance(uses, at, TERMS)
    if isinstance(answer, Refused):
        assert answer.until > at
        assert allowance(uses, answer.until, TERMS) == Allowed()
        assert isinstance(allowance(uses, answer.until - timedelta(seconds=1), TERMS), Refused)


@given(start=MOMENTS, gaps=st.lists(st.integers(1, 400), min_size=1, max_size=40))
def test_whoever_asks_first_never_gets_more_calls_than_the_terms_allow(start, gaps):
    calls: list[datetime] = []
    at = start
    for minutes in gaps:
        at += timedelta(minutes=minutes)
        if allowance(calls, at, TERMS) == Allowed():
            calls.append(at)
    for one in calls:
        later = [other - one for other in calls if other > one]
        assert all(gap >= timedelta(hours=1) for gap in later)
        assert sum(gap < timedelta(hours=48) for gap in later) < 6
        day = [other for other in calls if local(other, TERMS).date() == local(one, TERMS).date()]
        assert len(day) <= 3


def test_one_message_a_day_is_left():
    assert message_allowed([], NOON, TERMS)
    assert not message_allowed(hours(3), NOON, TERMS)
    assert message_allowed(hours(14), NOON, TERMS)


def test_calls_that_nobody_answers_are_made_at_every_hour_before_an_hour_comes_again():
    calls = [NOON]
    for _ in range(11):
        calls.append(
            next_call_at(
                tried_hours=[local(one, TERMS).hour for one in calls],
                person=calls,
                telephone=calls,
                not_before=calls[-1] + timedelta(minutes=TERMS.retry.rest_minutes),
                terms=TERMS,
            )
        )
    assert sorted(local(one, TERMS).hour for one in calls) == list(range(8, 20))


@given(
    tried=st.lists(st.integers(8, 19), max_size=30),
    ages=AGES,
    at=MOMENTS,
)
def test_the_next_call_is_later_in_service_hours_allowed_and_at_an_hour_least_tried(
    tried, ages, at
):
    uses = [at - age for age in ages]
    found = next_call_at(
        tried_hours=tried, person=uses, telephone=uses[:3], not_before=at, terms=TERMS
    )
    assert found >= at
    assert in_service(found, TERMS)
    both = allowance_of_both(person=uses, telephone=uses[:3], at=found, terms=TERMS)
    assert both == Allowed()
    fewest = min(tried.count(hour) for hour in range(8, 20))
    assert tried.count(local(found, TERMS).hour) == fewest


@given(ages=AGES, at=MOMENTS)
def test_the_soonest_call_is_never_after_the_one_at_another_hour(ages, at):
    uses = [at - age for age in ages]
    soon = soonest_call_at(person=uses, telephone=uses, not_before=at, terms=TERMS)
    varied = next_call_at(
        tried_hours=[12, 13], person=uses, telephone=uses, not_before=at, terms=TERMS
    )
    assert at <= soon <= varied
    assert in_service(soon, TERMS)


def test_eight_in_the_morning_is_eight_on_both_sides_of_the_autumn_clock_change():
    evening = datetime(2020, 10, 24, 19, 30, tzinfo=UTC)  # 20:30 in summer time
    assert next(open_moments(evening, TERMS)) == datetime(2020, 10, 25, 8, 0, tzinfo=UTC)
    day_before = datetime(2020, 10, 23, 19, 30, tzinfo=UTC)
    assert next(open_moments(day_before, TERMS)) == datetime(2020, 10, 24, 7, 0, tzinfo=UTC)


def test_an_hour_that_the_spring_clock_skips_is_never_offered():
    night = TERMS.model_copy(
        update={"service": TERMS.service.model_copy(update={"opens": 0, "closes": 4})}
    )
    start = datetime(2020, 3, 29, 0, 0, tzinfo=UTC)
    that_day = [
        local(one, night).hour
        for one in open_moments(start, night)
        if local(one, night).date() == start.date()
    ]
    assert that_day == [0, 2, 3]


@given(at=MOMENTS)
def test_open_moments_rise_and_are_all_in_service(at):
    moments = list(open_moments(at, TERMS))
    assert moments == sorted(set(moments))
    assert all(in_service(one, TERMS) and one >= at for one in moments)


def test_a_promised_call_is_made_when_it_was_promised():
    six = datetime(2020, 10, 21, 17, 0, tzinfo=UTC)
    assert at_the_time_asked_for(six, at=NOON, terms=TERMS) == six
    night = datetime(2020, 10, 21, 22, 0, tzinfo=UTC)
    assert at_the_time_asked_for(night, at=NOON, terms=TERMS) == datetime(
        2020, 10, 22, 7, 0, tzinfo=UTC
    )
    assert at_the_time_asked_for(NOON - timedelta(hours=1), at=NOON, terms=TERMS) == NOON


@pytest.mark.parametrize(("minute", "begins"), [(0, 0), (29, 0), (30, 30), (59, 30)])
def test_a_bucket_begins_on_the_half_hour(minute, begins):
    at = NOON.replace(minute=minute, second=7)
    assert bucket(at, TERMS) == NOON.replace(minute=begins)


def test_the_local_team_takes_over_after_a_day_or_at_once():
    assert handover_due(NOON, TERMS.handover.hours_for(None)) == NOON + timedelta(hours=24)
    assert handover_due(NOON, 0) == NOON
