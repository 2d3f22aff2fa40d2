from datetime import date, datetime, timedelta

import pytest

from throughline.tracing.rules.dates import Derived, day_of, latest_of, spell
from throughline.tracing.rules.infectious import anchor_date, infectious_period
from throughline.tracing.rules.tests.protocols import (
    EBOLA,
    JULY,
    LONDON,
    MAY,
    MEASLES,
    MERS,
    utc,
)
from throughline.tracing.rules.window import calling_window


@pytest.mark.parametrize(
    ("at", "day"),
    [
        # 23:30 UTC in summer is half past midnight in London.
        (utc(2020, 7, 29, 23, 30), date(2020, 7, 30)),
        # The last minute of the summer day in London.
        (utc(2020, 7, 29, 22, 59), date(2020, 7, 29)),
        # 23:30 UTC in winter is the same day.
        (utc(2020, 12, 13, 23, 30), date(2020, 12, 13)),
        # The night the clocks go back: summer time still holds at 23:30 UTC.
        (utc(2020, 10, 24, 23, 30), date(2020, 10, 25)),
        # The night after, it no longer does.
        (utc(2020, 10, 25, 23, 30), date(2020, 10, 25)),
    ],
)
def test_a_specimen_belongs_to_the_local_day_on_which_it_was_taken(at, day):
    assert day_of(at, zone=LONDON) == day


def test_a_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="no time zone"):
        day_of(datetime(2020, 7, 29, 12), zone=LONDON)  # noqa: DTZ001 - the fault under test


def test_day_0_is_the_onset_then_the_test_then_the_report_and_says_which():
    onset, taken, reported = date(2020, 10, 3), utc(2020, 10, 5), utc(2020, 10, 6)
    told = anchor_date(onset_on=onset, taken_at=taken, reported_at=reported, zone=LONDON)
    tested = anchor_date(onset_on=None, taken_at=taken, reported_at=reported, zone=LONDON)
    listed = anchor_date(onset_on=None, taken_at=None, reported_at=reported, zone=LONDON)
    assert (told.on, told.kind, told.steps) == (onset, "onset", ("Onset 3 October 2020 (as told)",))
    assert (tested.on, tested.kind) == (date(2020, 10, 5), "specimen")
    assert tested.steps[0] == "No onset known, so the day of the test counts"
    assert (listed.on, listed.kind) == (date(2020, 10, 6), "report")
    assert anchor_date(onset_on=None, taken_at=None, zone=LONDON) is None


@pytest.mark.parametrize(
    ("protocol", "first", "last"),
    [
        (MAY, -2, 7),  # England at launch
        (JULY, -2, 10),  # England from 30 July
        (MEASLES, -4, 4),  # either side of the rash
        (MERS, 0, None),  # a clinician ends it
        (EBOLA, 0, None),  # never before the first symptom
    ],
)
def test_the_infectious_days_include_both_ends(protocol, first, last):
    anchor = anchor_date(onset_on=date(2020, 10, 3), taken_at=None, zone=LONDON)
    period = infectious_period(protocol, anchor)
    beginning = anchor.on + timedelta(days=first)
    assert period.covers(beginning)
    assert not period.covers(beginning - timedelta(days=1))
    if last is None:
        assert period.last is None
        assert period.covers(date(2021, 10, 3))
    else:
        end = anchor.on + timedelta(days=last)
        assert period.covers(end)
        assert not period.covers(end + timedelta(days=1))


def test_the_infectious_days_show_how_they_were_counted():
    anchor = anchor_date(onset_on=date(2020, 10, 3), taken_at=None, zone=LONDON)
    assert infectious_period(JULY, anchor).steps == (
        "Onset 3 October 2020 (as told)",
        "Infectious from 2 days before = 1 October 2020",
        "to 10 days after = 13 October 2020",
    )


def test_of_several_dates_the_latest_is_used_and_an_open_end_outlasts_them():
    early = Derived(on=date(2020, 10, 3), steps=("a",))
    late = Derived(on=date(2020, 10, 9), steps=("b",))
    open_ended = Derived(on=None, steps=("c",))
    assert latest_of([early, late]).on == late.on
    assert latest_of([early, late]).steps == ("b", "The latest of 2 dates is used")
    assert latest_of([late, open_ended]).on is None
    assert latest_of([early]) == early
    with pytest.raises(ValueError, match="no date to choose"):
        latest_of([])


def test_a_day_is_spelled_without_a_leading_zero():
    assert spell(date(2020, 10, 3)) == "3 October 2020"


def test_calling_is_useful_for_the_hours_of_the_protocol():
    opened = utc(2020, 10, 5, 9)
    window = calling_window(JULY, subject="case", opened_at=opened, until=None, zone=LONDON)
    assert window.closes_at == opened + timedelta(hours=72)
    assert window.left(opened + timedelta(hours=71)) == timedelta(hours=1)
    # Never less than nothing.
    assert window.left(opened + timedelta(hours=80)) == timedelta(0)


def test_calling_stops_being_useful_at_local_midnight_after_the_last_day():
    window = calling_window(
        JULY, subject="contact", opened_at=utc(2020, 8, 3), until=date(2020, 8, 4), zone=LONDON
    )
    # Midnight in London is 23:00 UTC in summer.
    assert window.closes_at == utc(2020, 8, 4, 23)
    assert window.reason == "The last day of isolation ends."
