"""Workforce: paid hours, cut at the edges of periods and at the cut."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures.errors import QuestionError
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


def test_time_is_told_by_the_local_hour_of_the_day_over_all_days(opened: Any) -> None:
    events = opened(cut_at="2020-06-11T06:00:00Z", agent_states=STATES)
    answers = events.measure("workforce.utilisation", by=["provider", "hour"])
    told = {one.group["hour"]: (one.numerator, one.denominator) for one in answers}
    # 20:00 in UTC is nine in the evening in London; from five in the morning the agent has a break, up to the cut.
    assert told == {
        "21": (0, 1), "22": (0, 1), "23": (1, 1), "00": (1, 1), "01": (1, 1), "02": (1, 1),
        "03": (0, 1), "04": (0, 1), "05": (0, 1), "06": (0, 1),
    }  # fmt: skip
    assert [one.group["hour"] for one in answers] == sorted(told)


@pytest.mark.parametrize(
    ("zone", "from_at", "to_at", "hours"),
    [
        # The night that has two o'clock in the morning twice, and the one that has it not at all.
        ("Europe/Berlin", "2020-10-24 23:30", "2020-10-25 02:30", {"01": 0.5, "02": 2, "03": 0.5}),
        ("Europe/Berlin", "2020-03-28 23:30", "2020-03-29 02:30", {"00": 0.5, "01": 1, "03": 1, "04": 0.5}),
        # A zone whose hours begin at half past those of UTC, and one that changes by half an hour.
        ("Asia/Kolkata", "2020-06-04 06:00", "2020-06-04 07:00", {"11": 0.5, "12": 0.5}),
        ("Australia/Lord_Howe", "2020-04-04 14:00", "2020-04-04 16:00", {"01": 1.5, "02": 0.5}),
    ],
)  # fmt: skip
def test_each_hour_is_as_long_as_clocks_there_make_it(
    opened: Any, zone: str, from_at: str, to_at: str, hours: dict[str, float]
) -> None:
    states = f"agent_id | from_at | to_at | state\na | {from_at} | {to_at} | wrap"
    events = opened(agent_states=states, manifest={"zone": zone})
    answers = events.measure("workforce.utilisation", by="hour", to="2020-12-31")
    found = {one.group["hour"]: one.numerator for one in answers if one.numerator}
    assert found == hours


def test_what_has_no_length_is_not_told_by_hour(opened: Any) -> None:
    events = opened(cases="case_id | transferred_at | outcome\na | 2020-06-04 10:00 | open")
    with pytest.raises(QuestionError, match=r"cases\.transferred is not told by hour"):
        events.measure("cases.transferred", by="hour")
