"""Attempts: how often people were tried."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures.tests.spec import only, told

ATTEMPTS = """
attempt_id | person_id | channel | started_at       | region
a          | p1        | call    | 2020-06-04 10:00 | North
b          | p1        | visit   | 2020-06-04 11:00 | North
c          | p1        | call    | 2020-06-04 12:01 | North
d          | p1        | sms     | 2020-06-04 12:02 | North
e          | p2        | call    | 2020-06-11 10:00 | North
f          |           | call    | 2020-06-11 10:00 | South
g          | p3        | web     | 2020-06-11 10:00 | South
"""


def test_calls_and_visits_are_counted_for_each_person_first(opened: Any) -> None:
    answers = opened(attempts=ATTEMPTS).measure("attempts.per_person")
    assert told(answers) == {
        "p50": (None, None, pytest.approx(2, abs=1e-9)),
        "p95": (None, None, pytest.approx(2.9, abs=1e-9)),
        "max": (None, None, 3),
    }
    assert answers[0].beside == {"n": 2}


def test_a_person_is_counted_in_each_period_and_group_apart(opened: Any) -> None:
    answers = opened(attempts=ATTEMPTS).measure("attempts.per_person", by="week,region")
    assert [
        (one.group["week"], one.group["region"], one.value) for one in answers if one.band == "max"
    ] == [("2020-06-04", "North", 3), ("2020-06-11", "North", 1)]


def test_a_repeat_comes_within_an_hour_of_another_call_or_visit(opened: Any) -> None:
    events = opened(attempts=ATTEMPTS)
    assert only(events.measure("attempts.repeats")) == (1, 4, 0.25)
    assert only(events.measure("attempts.calls_and_visits")) == (5, None, 5)
    assert only(events.measure("attempts.sms")) == (1, None, 1)
    assert only(events.measure("attempts.web")) == (1, None, 1)
