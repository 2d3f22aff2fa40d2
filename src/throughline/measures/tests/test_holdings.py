"""Holdings: what each provider was offered, kept, passed on, and reached in time."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures.tests.spec import only, told

CUT = "2020-06-10T12:00:00Z"

CASES = """
case_id | transferred_at   | outcome     | reached_at       | reached_how
k1      | 2020-06-01 10:00 | reached     | 2020-06-03 10:00 | self
k2      | 2020-06-01 10:00 | reached     | 2020-06-01 12:00 | self
k3      | 2020-06-01 10:00 | not_reached |                  |
k4      | 2020-06-01 10:00 | reached     |                  | self
k5      | 2020-06-01 10:00 | reached     | 2020-06-02 10:00 | guardian
"""

# k1 was handed from the centre to the council, which reached it; the others stayed in one hand.
HOLDINGS = """
holding_id | subject | subject_id | provider | offered_at       | accepted_at      | due_at           | ended_at         | end
h1         | case    | k1         | centre   | 2020-06-01 10:00 | 2020-06-01 10:00 | 2020-06-02 10:00 | 2020-06-02 09:00 | handed_over
h2         | case    | k1         | council  | 2020-06-02 09:00 | 2020-06-02 10:00 | 2020-06-03 10:00 | 2020-06-03 10:00 | reached
h3         | case    | k2         | centre   | 2020-06-01 10:00 | 2020-06-01 10:00 | 2020-06-02 10:00 | 2020-06-01 12:00 | reached
h4         | case    | k3         | centre   | 2020-06-01 10:00 |                  | 2020-06-02 10:00 | 2020-06-02 10:00 | withdrawn
h5         | case    | k4         | centre   | 2020-06-01 10:00 | 2020-06-03 11:00 | 2020-06-02 10:00 | 2020-06-02 10:00 | reached
h6         | case    | k5         | centre   | 2020-06-01 10:00 | 2020-06-01 10:00 | 2020-06-02 10:00 | 2020-06-02 10:00 | reached
h7         | contact | c1         | council  | 2020-06-10 10:00 |                  | 2020-06-11 10:00 |                  |
"""


def test_success_belongs_to_the_holder_when_the_case_was_reached(opened: Any) -> None:
    answers = opened(cut_at=CUT, cases=CASES, holdings=HOLDINGS).measure(
        "holdings.success_within", by="provider"
    )
    # The centre: k1 handed on (a failure), k2 in time, k4 at an unknown time, k5 in a manner that does not
    # count; k3 was withdrawn. The council: k1 on the last minute; its contact's time has not run out.
    assert [(one.group["provider"], one.numerator, one.denominator) for one in answers] == [
        ("centre", 1, 4),
        ("council", 1, 1),
    ]
    assert answers[0].beside == {"immature": 0, "withdrawn": 1, "merged": 0}
    assert answers[1].beside == {"immature": 1, "withdrawn": 0, "merged": 0}


def test_a_guardian_counts_for_the_holder_too_under_the_later_definition(opened: Any) -> None:
    answers = opened(cut_at=CUT, cases=CASES, holdings=HOLDINGS).measure(
        "holdings.success_within", definition="reach-2020-11", where="provider=centre"
    )
    assert only(answers)[:2] == (2, 4)


def test_spells_are_offered_accepted_and_end_in_one_manner(opened: Any) -> None:
    events = opened(cut_at=CUT, holdings=HOLDINGS)
    assert only(events.measure("holdings.offered")) == (7, None, 7)
    assert only(events.measure("holdings.accepted")) == (5, 7, 5 / 7)
    assert told(events.measure("holdings.accepted_within"))["48_72h"][:2] == (1, 5)
    ended = told(events.measure("holdings.ended"))
    assert {band: count for band, (count, *_) in ended.items() if count} == {
        "handed_over": 1,
        "reached": 4,
        "withdrawn": 1,
        "open": 1,
    }
    assert ended["reached"] == (4, 7, 4 / 7)


def test_what_came_by_handover_is_followed_to_its_end(opened: Any) -> None:
    events = opened(cut_at=CUT, holdings=HOLDINGS)
    assert only(events.measure("handover.offered", where="provider=council")) == (1, None, 1)
    assert only(events.measure("handover.accepted", where="provider=council")) == (1, 1, 1)
    assert only(events.measure("handover.returned")) == (0, 1, 0)
    assert told(events.measure("handover.outcome"))["reached"] == (1, 1, 1)
    hours = events.measure("handover.hours")
    assert told(hours)["p50"][2] == pytest.approx(25, abs=1e-9)
    assert hours[0].beside == {"n": 1, "open": 0}
    assert only(events.measure("handback.offered")) == (0, None, 0)
