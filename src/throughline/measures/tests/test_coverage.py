"""Coverage: the whole chain from case to contact."""

from __future__ import annotations

from typing import Any

import pytest

CASES = """
case_id | transferred_at   | outcome     | region
a       | 2020-06-04 10:00 | reached     | North
b       | 2020-06-04 10:00 | not_reached | North
c       | 2020-06-04 10:00 | reached     | South
"""
CONTACTS = """
contact_id | case_id | identified_at    | case_transferred_at | outcome     | region
x          | a       | 2020-06-12 10:00 | 2020-06-04 10:00    | reached     | North
y          | a       | 2020-06-05 10:00 | 2020-06-04 10:00    | reached     | North
z          | a       | 2020-06-05 10:00 | 2020-06-04 10:00    | not_reached | North
"""


def test_cases_reached_times_contacts_reached_has_a_value_and_both_pairs(opened: Any) -> None:
    (answer,) = opened(cases=CASES, contacts=CONTACTS).measure("coverage.case_by_contact")
    assert (answer.numerator, answer.denominator) == (None, None)
    assert answer.value == pytest.approx(2 / 3 * 2 / 3)
    assert answer.as_dict()["components"] == {
        "cases": {"numerator": 2, "denominator": 3},
        "contacts": {"numerator": 2, "denominator": 3},
    }


def test_a_region_without_contacts_has_no_coverage(opened: Any) -> None:
    answers = opened(cases=CASES, contacts=CONTACTS).measure(
        "coverage.case_by_contact", by="region"
    )
    assert [(one.group["region"], one.value) for one in answers] == [
        ("North", pytest.approx(0.5 * 2 / 3)),
        ("South", None),
    ]
    assert answers[1].components["contacts"].denominator == 0


def test_the_cohort_follows_the_cases_of_a_week_to_their_contacts_whenever(opened: Any) -> None:
    events = opened(cases=CASES, contacts=CONTACTS)
    answers = events.measure("coverage.cohort,contacts.reached", by="week")
    assert [
        (one.measure, one.group["week"], one.numerator, one.denominator) for one in answers
    ] == [
        ("coverage.cohort", "2020-06-04", 2, 3),
        ("contacts.reached", "2020-06-04", 1, 2),
        ("contacts.reached", "2020-06-11", 1, 1),
    ]
