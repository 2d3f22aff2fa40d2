"""Tests: turnaround, people, positivity, distance."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures.tests.spec import only, told

RESULTS = """
result_id | person_id | route      | result   | booked_at        | taken_at         | communicated_at  | in_person | distance_miles
a         | p1        | local_site | positive | 2020-06-04 08:00 | 2020-06-04 10:00 | 2020-06-05 10:00 | true      | 1
b         | p1        | local_site | positive | 2020-06-03 10:00 | 2020-06-04 10:00 | 2020-06-05 10:01 | true      | 2
c         | p2        | home_kit   | negative |                  | 2020-06-04 10:00 | 2020-06-09 10:00 | false     | 90
d         | p3        | home_kit   | void     | 2020-06-04 09:00 | 2020-06-04 10:00 | 2020-06-05 10:00 |           |
e         | p4        | local_site |          | 2020-06-04 09:00 | 2020-06-04 10:00 |                  | true      | 3.5
f         | p5        | local_site | negative | 2020-06-04 09:00 | 2020-06-04 10:00 | 2020-06-03 10:00 | true      | 11
"""


def test_turnaround_counts_apart_what_failed_or_is_still_in_progress(opened: Any) -> None:
    events = opened(results=RESULTS)
    taking = told(events.measure("tests.from_taking"))
    assert {band: pair[0] for band, pair in taking.items()} == {
        "le24h": 1,
        "24_48h": 1,
        "48_72h": 0,
        "gt72h": 1,
        "unknown": 0,
        "fault": 1,
        "in_progress": 1,
        "unsuccessful": 1,
    }
    assert taking["le24h"] == (1, 3, 1 / 3)
    booking = told(events.measure("tests.from_booking", where="route=home_kit"))
    assert (booking["unknown"][0], booking["unsuccessful"][0]) == (1, 1)


def test_positivity_is_of_people(opened: Any) -> None:
    events = opened(results=RESULTS)
    assert only(events.measure("tests.people")) == (3, None, 3)
    assert only(events.measure("tests.people_positive")) == (1, None, 1)
    assert only(events.measure("tests.positivity")) == (1, 3, 1 / 3)
    assert only(events.measure("tests.communicated")) == (5, None, 5)


def test_somebody_found_positive_and_negative_in_one_period_is_one_person_and_positive(
    opened: Any,
) -> None:
    events = opened(
        results="""
        result_id | person_id | result   | taken_at         | communicated_at
        a         | p1        | negative | 2020-06-04 08:00 | 2020-06-04 20:00
        b         | p1        | positive | 2020-06-05 08:00 | 2020-06-05 20:00
        c         | p2        | negative | 2020-06-05 08:00 | 2020-06-05 20:00
        d         |           | positive | 2020-06-05 08:00 | 2020-06-05 20:00
        """
    )
    assert only(events.measure("tests.positivity")) == (1, 2, 1 / 2)


def test_percentiles_of_distance_interpolate_linearly_over_tests_in_person(opened: Any) -> None:
    answers = opened(results=RESULTS).measure("tests.distance")
    assert told(answers) == {
        "p50": (None, None, pytest.approx(2.75, abs=1e-9)),
        "p75": (None, None, pytest.approx(5.375, abs=1e-9)),
        "p90": (None, None, pytest.approx(8.75, abs=1e-9)),
        "p95": (None, None, pytest.approx(9.875, abs=1e-9)),
    }
    assert answers[0].beside == {"n": 4}
