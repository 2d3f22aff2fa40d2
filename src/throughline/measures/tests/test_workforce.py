"""Workforce: paid hours, cut at the edges of periods and at the cut."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures.tests.spec import only

# One agent through a local midnight in summer (23:00 UTC) between two weeks.
STATES = """
agent_id | from_at          | to_at            | provider | state    | queue_waiting
a        | 2020-06-10 20:00 | 2020-06-10 22:00 | north    | ready    | false
a        | 2020-06-10 22:00 | 2020-06-11 01:00 | north    | handling | true
a        | 2020-06-11 01:00 | 2020-06-11 02:00 | north    | wrap     | true
a        | 2020-06-11 02:00 | 2020-06-11 04:00 | north    | ready    | true
a        | 2020-06-11 04:00 |                  | north    | break    |
"""


def test_a_spell_is_cut_at_local_midnight_between_weeks(opened: Any) -> None:
    events = opened(cut_at="2020-06-11T06:00:00Z", agent_states=STATES)
    answers = events.measure("workforce.utilisation", by="week")
    assert [(one.group["week"], one.numerator, one.denominator) for one in answers] == [
        ("2020-06-04", 1, 3),
        ("2020-06-11", 3, 7),
    ]


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator"),
    [
        ("workforce.utilisation", 4, 10),
        ("workforce.occupancy", 4, 8),
        ("workforce.idle_waiting", 2, 10),
        ("workforce.idle_empty", 2, 10),
    ],
)
def test_a_share_of_hours_runs_to_the_cut(
    opened: Any, measure: str, numerator: int, denominator: int
) -> None:
    events = opened(cut_at="2020-06-11T06:00:00Z", agent_states=STATES)
    assert only(events.measure(measure)) == (numerator, denominator, numerator / denominator)


def test_a_share_of_hours_is_bounded_by_the_days_asked_for(opened: Any) -> None:
    events = opened(cut_at="2020-06-11T06:00:00Z", agent_states=STATES)
    answers = events.measure("workforce.utilisation", from_="2020-06-11", where="provider=north")
    assert only(answers) == (3, 7, 3 / 7)
