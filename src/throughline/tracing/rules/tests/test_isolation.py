from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.tracing.rules.exposure import Exposure
from throughline.tracing.rules.infectious import anchor_date
from throughline.tracing.rules.isolation import (
    advice_branch,
    follow_up_dates,
    isolation_of_case,
    isolation_of_contact,
    release_on,
)
from throughline.tracing.rules.tests.protocols import (
    DECEMBER,
    EBOLA,
    EVERY,
    JULY,
    LONDON,
    MAY,
    MEASLES,
    MERS,
    utc,
)

ONSET = date(2020, 10, 3)
ANCHOR = anchor_date(onset_on=ONSET, taken_at=None, zone=LONDON)
LIVES_THERE = Exposure(kind="household", first_on=date(2020, 1, 1), last_on=None)


def met(day, **told):
    return Exposure(**{"kind": "travel", "first_on": day, "last_on": day, **told})


@pytest.mark.parametrize(
    ("protocol", "until"),
    [
        (MAY, date(2020, 10, 10)),  # 7 days
        (JULY, date(2020, 10, 13)),  # 10 days
        (DECEMBER, date(2020, 10, 13)),
        (MEASLES, date(2020, 10, 7)),  # 4 days after the rash
        (MERS, None),  # a clinician ends it
        (EBOLA, None),
    ],
)
def test_a_case_isolates_as_long_as_its_protocol_says(protocol, until):
    assert isolation_of_case(protocol, ANCHOR).on == until


def test_a_case_without_symptoms_counts_from_the_local_day_of_the_test():
    # 23:30 UTC on 1 August is 2 August in London.
    anchor = anchor_date(onset_on=None, taken_at=utc(2020, 8, 1, 23, 30), zone=LONDON)
    assert isolation_of_case(JULY, anchor).on == date(2020, 8, 12)


def test_the_last_day_of_a_case_shows_how_it_was_counted():
    assert isolation_of_case(JULY, ANCHOR).steps == (
        "Onset 3 October 2020 (as told)",
        "plus 10 days = 13 October 2020",
        "Last day 13 October 2020",
    )


@pytest.mark.parametrize(
    ("protocol", "days"),
    [(MAY, 14), (JULY, 14), (DECEMBER, 10), (MEASLES, 21), (MERS, 14), (EBOLA, 21)],
)
def test_a_contacts_days_run_from_the_last_time_together(protocol, days):
    last = date(2020, 10, 5)
    derived = isolation_of_contact(protocol, met(last), ANCHOR)
    assert derived.on == last + timedelta(days=days)
    assert derived.steps[0] == "Last together 5 October 2020 (as told)"


def test_time_together_after_the_infectious_days_does_not_lengthen_anything():
    exposure = met(date(2020, 10, 5), last_on=date(2020, 11, 30))
    derived = isolation_of_contact(JULY, exposure, ANCHOR)
    assert derived.on == date(2020, 10, 27)
    assert derived.steps[0] == "Last infectious day together 13 October 2020"


def test_one_who_lives_with_the_case_counts_from_the_cases_day_0_in_england():
    derived = isolation_of_contact(JULY, LIVES_THERE, ANCHOR)
    assert derived.on == date(2020, 10, 17)
    assert derived.steps[0] == "Lives with the case, so the case's day 0"


def test_one_who_stayed_overnight_and_left_counts_from_the_last_night():
    derived = isolation_of_contact(JULY, met(date(2020, 10, 5), kind="household"), ANCHOR)
    assert derived.on == date(2020, 10, 19)


def test_one_who_lives_with_a_measles_case_counts_from_its_last_infectious_day():
    # 4 days after the rash, plus 21.
    assert isolation_of_contact(MEASLES, LIVES_THERE, ANCHOR).on == date(2020, 10, 28)


def test_no_date_is_made_up_while_the_case_stays_infectious_without_an_end():
    derived = isolation_of_contact(EBOLA, LIVES_THERE, ANCHOR)
    assert derived.on is None
    assert derived.steps[-1] == "No date is told until the case is no longer infectious"
    assert release_on(derived).on is None


def test_a_contact_whose_meeting_is_unclear_still_gets_a_day():
    assert isolation_of_contact(JULY, met(date(2020, 10, 5), kind=""), ANCHOR).on == date(
        2020, 10, 19
    )


def test_somebody_who_is_no_contact_gets_no_dates():
    with pytest.raises(ValueError, match="not a contact and has no dates"):
        isolation_of_contact(JULY, met(date(2020, 11, 5)), ANCHOR)


def test_a_person_is_released_on_the_day_after_the_last_day():
    released = release_on(isolation_of_case(JULY, ANCHOR))
    assert released.on == date(2020, 10, 14)
    assert released.steps[-1] == "Released on 14 October 2020"


@pytest.mark.parametrize(
    ("until", "today", "branch"),
    [
        (date(2020, 10, 13), date(2020, 10, 12), "isolate"),
        (date(2020, 10, 13), date(2020, 10, 13), "isolate"),  # the last day is still a day
        (date(2020, 10, 13), date(2020, 10, 14), "already_over"),  # never told to anyone
        (None, date(2020, 10, 14), "isolate"),  # a clinician ends it
    ],
)
def test_a_date_in_the_past_is_another_branch_of_the_script(until, today, branch):
    assert advice_branch(until, today=today) == branch


def test_a_contact_who_watches_for_symptoms_is_not_told_to_isolate():
    until, today = date(2020, 10, 13), date(2020, 10, 12)
    assert advice_branch(until, today=today, advice=MERS.isolation.contact_advice) == "watch"
    assert advice_branch(until, today=date(2020, 10, 14), advice="watch") == "already_over"


def test_follow_up_leaves_out_the_days_already_gone_and_keeps_today():
    last = date(2020, 10, 5)
    found = follow_up_dates(JULY, met(last), ANCHOR, not_before=date(2020, 10, 12))
    # Of days 2, 4, 7, 10, 13.
    assert [one.on.day for one in found] == [12, 15, 18]
    assert found[0].steps[-1] == "plus 7 days = 12 October 2020"


def test_one_living_with_an_ebola_case_is_asked_daily_from_the_first_exposure_on():
    found = follow_up_dates(EBOLA, LIVES_THERE, ANCHOR, not_before=ONSET)
    assert [one.on for one in found] == [ONSET + timedelta(days=day) for day in range(1, 22)]


@given(protocol=st.sampled_from(EVERY), day=st.integers(min_value=0, max_value=4))
def test_follow_up_rises_and_ends_with_the_contacts_last_day(protocol, day):
    exposure = met(ONSET + timedelta(days=day), kind="household")
    until = isolation_of_contact(protocol, exposure, ANCHOR).on
    found = [one.on for one in follow_up_dates(protocol, exposure, ANCHOR, not_before=ONSET)]
    assert found == sorted(set(found))
    assert found[-1] <= until


@given(
    protocol=st.sampled_from(EVERY),
    onset=st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)),
    today=st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 1, 1)),
)
def test_nobody_is_ever_told_a_day_that_has_gone(protocol, onset, today):
    until = isolation_of_case(protocol, anchor_date(onset_on=onset, taken_at=None, zone=LONDON)).on
    told = advice_branch(until, today=today) == "isolate"
    assert not told or until is None or until >= today
