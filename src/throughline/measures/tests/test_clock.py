"""The clock: hours of each leg, over those who have both times, and over all."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures.tests.spec import told

CASES = """
case_id | onset_on   | taken_at         | transferred_at   | outcome     | reached_at       | reached_how
a       | 2020-06-01 | 2020-06-02 11:00 | 2020-06-04 10:00 | reached     | 2020-06-04 11:00 | self
b       | 2020-12-01 | 2020-12-02 12:00 | 2020-12-04 10:00 | reached     | 2020-12-04 13:00 | self
c       |            |                  | 2020-06-04 10:00 | reached     |                  | self
d       |            |                  | 2020-06-04 10:00 | open        |                  |
e       | 2020-06-03 | 2020-06-03 10:00 | 2020-06-04 10:00 | not_reached |                  |
f       |            |                  | 2020-06-04 10:00 | reached     | 2020-06-04 09:00 | self
"""


def test_a_leg_is_over_those_with_both_times_and_says_how_many_are_open(opened: Any) -> None:
    answers = opened(cases=CASES).measure("clock.transfer_to_reached")
    assert told(answers)["p50"] == (None, None, pytest.approx(1.0, abs=1e-9))
    assert answers[0].beside == {"n": 3, "open": 1, "unknown": 1, "fault": 1}


def test_over_all_who_was_never_reached_is_later_than_any(opened: Any) -> None:
    answers = opened(cases=CASES).measure("clock.transfer_to_reached.all")
    # Of five ranks the third is the last who was reached; three quarters fall among those who were not.
    assert told(answers)["p50"] == (None, None, pytest.approx(3.0, abs=1e-9))
    assert told(answers)["p75"] == (None, None, None)
    assert answers[0].beside == {"n": 3, "never": 2, "open": 1, "unknown": 1, "fault": 1}


def test_a_percentile_between_the_last_reached_and_the_first_never_reached_is_not_known(
    opened: Any,
) -> None:
    events = opened(
        cases="""
        case_id | transferred_at   | outcome     | reached_at
        a       | 2020-06-04 10:00 | reached     | 2020-06-04 11:00
        b       | 2020-06-04 10:00 | not_reached |
        """
    )
    assert told(events.measure("clock.transfer_to_reached.all"))["p50"] == (None, None, None)


def test_a_manner_that_does_not_count_has_not_reached_anybody(opened: Any) -> None:
    events = opened(
        cases="""
        case_id | transferred_at   | outcome | reached_at       | reached_how
        a       | 2020-06-04 10:00 | reached | 2020-06-04 11:00 | guardian
        """
    )
    (median, *_) = events.measure("clock.transfer_to_reached.all")
    assert (median.value, median.beside["never"]) == (None, 1)
    (median, *_) = events.measure("clock.transfer_to_reached.all", definition="reach-2020-11")
    assert (median.value, median.beside["never"]) == (1.0, 0)


def test_a_date_in_a_leg_of_hours_is_its_local_noon_in_summer_and_in_winter(opened: Any) -> None:
    events = opened(cases=CASES)
    # Noon is 11:00 UTC in June and 12:00 UTC in December: a day later to the minute, both.
    june = events.measure("clock.onset_to_taken", from_="2020-06-04", to="2020-06-04")
    december = events.measure("clock.onset_to_taken", from_="2020-12-04", to="2020-12-04")
    assert told(december)["p50"][2] == pytest.approx(24, abs=1e-9)
    # a after 24 hours, e an hour before noon: the median lies between.
    assert told(june)["p50"][2] == pytest.approx((24 - 1) / 2, abs=1e-9)
    assert june[0].beside["fault"] == 1


def test_the_leg_to_a_contact_begins_with_the_onset_of_the_case_it_was_merged_into(
    opened: Any,
) -> None:
    events = opened(
        cases="""
        case_id | onset_on   | transferred_at   | outcome | merged_into
        a       | 2020-06-01 | 2020-06-04 10:00 | reached |
        b       |            | 2020-06-04 10:00 | reached | a
        """,
        contacts="""
        contact_id | case_id | identified_at    | outcome | reached_at
        x          | b       | 2020-06-04 12:00 | reached | 2020-06-05 11:00
        """,
    )
    answers = events.measure("clock.onset_to_contact_reached")
    assert told(answers)["p50"][2] == pytest.approx(96, abs=1e-9)
