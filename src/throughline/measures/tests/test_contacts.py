"""Contacts: who was reached, by which denominator, at which mix, and who fell ill."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures.tests.spec import only, told

CONTACTS = """
contact_id | person_id | identified_at    | case_transferred_at | outcome     | reached_at       | managed_by_first
a          | p1        | 2020-06-04 10:00 | 2020-06-03 10:00    | reached     | 2020-06-05 10:00 | national
b          | p1        | 2020-06-04 11:00 | 2020-06-03 10:00    | reached     | 2020-06-08 10:00 | national
c          | p2        | 2020-06-05 10:00 |                     | not_reached |                  | health_protection
d          |           | 2020-06-05 10:00 | 2020-06-05 09:00    | no_details  |                  | national
e          | p3        | 2020-06-06 10:00 | 2020-06-06 10:00    | open        |                  |
"""


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator"),
    [
        ("contacts.reached", 2, 5),
        ("contacts.not_reached", 2, 5),
        ("contacts.open", 1, 5),
        ("contacts.no_details", 1, 5),
        # Nobody could try the one without details.
        ("contacts.reached_with_details", 2, 4),
    ],
)
def test_a_rate_is_its_numerator_over_its_denominator(
    opened: Any, measure: str, numerator: int, denominator: int
) -> None:
    answers = opened(contacts=CONTACTS).measure(measure)
    assert only(answers) == (numerator, denominator, numerator / denominator)


def test_someone_named_twice_is_two_contacts_and_one_person(opened: Any) -> None:
    events = opened(contacts=CONTACTS)
    assert only(events.measure("contacts.identified")) == (5, None, 5)
    people = events.measure("contacts.people")
    assert only(people) == (3, None, 3)
    assert people[0].beside == {"unknown": 1}


def test_the_time_to_reach_runs_from_the_contact_or_from_the_case(opened: Any) -> None:
    events = opened(contacts=CONTACTS)
    within = told(events.measure("contacts.reached_within"))
    assert (within["le24h"][0], within["24_48h"][0], within["gt72h"][0]) == (1, 0, 1)
    of_case = told(events.measure("contacts.reached_within_of_case"))
    assert (of_case["le24h"][0], of_case["24_48h"][0], of_case["gt72h"][0]) == (0, 1, 1)


MIX = """
contact_id | identified_at    | outcome     | managed_by_first
h1         | 2020-05-28 10:00 | reached     | health_protection
h2         | 2020-05-28 10:00 | reached     | health_protection
h3         | 2020-05-28 10:00 | not_reached | health_protection
n1         | 2020-05-28 10:00 | not_reached | national
h4         | 2020-06-04 10:00 | reached     | health_protection
n2         | 2020-06-04 10:00 | reached     | national
n3         | 2020-06-04 10:00 | not_reached | local
n4         | 2020-06-04 10:00 | not_reached |
n5         | 2020-06-11 10:00 | reached     | national
"""


def test_the_mix_adjusted_rate_weighs_each_stratum_as_in_the_first_week(opened: Any) -> None:
    answers = opened(contacts=MIX).measure("contacts.reached_mix_adjusted", by="week")
    assert [one.value for one in answers] == [
        pytest.approx(0.75 * 2 / 3),
        pytest.approx(0.75 * 1 + 0.25 * 1 / 3),
        # Nobody under health protection that week, who weigh three quarters: not known.
        None,
    ]
    assert answers[1].beside == {"standard_health_protection": 3, "standard_others": 1}
    pair = answers[1].components["others"]
    assert (pair.numerator, pair.denominator) == (1, 3)


def test_the_mix_can_be_that_of_another_week_and_a_stratum_without_weight_may_be_empty(
    opened: Any,
) -> None:
    events = opened(contacts=MIX)
    answers = events.measure("contacts.reached_mix_adjusted", by="week", standard="2020-06-17")
    assert [one.value for one in answers] == [0, pytest.approx(1 / 3), 1]


def test_the_attack_rate_takes_each_person_once_by_the_latest_exposure(opened: Any) -> None:
    events = opened(
        cut_at="2020-06-30T12:00:00Z",
        cases="""
        case_id | transferred_at   | outcome | taken_at
        k1      | 2020-06-03 10:00 | reached | 2020-06-02 12:00
        k2      | 2020-06-20 10:00 | reached | 2020-06-15 22:30
        k3      | 2020-06-20 10:00 | reached | 2020-06-15 23:30
        k4      | 2020-06-20 10:00 | reached | 2020-06-01 12:00
        """,
        contacts="""
        contact_id | person_id | exposed_on | became_case_id | tested | identified_at    | outcome
        a          | p1        | 2020-05-20 |                | true   | 2020-06-01 10:00 | reached
        b          | p1        | 2020-06-01 | k1             | true   | 2020-06-02 10:00 | reached
        c          | p2        | 2020-06-01 | k2             | true   | 2020-06-02 10:00 | reached
        d          | p3        | 2020-06-01 | k3             | false  | 2020-06-02 10:00 | reached
        e          | p4        | 2020-06-01 | k4             |        | 2020-06-02 10:00 | reached
        f          | p5        | 2020-06-16 |                | true   | 2020-06-16 10:00 | reached
        g          | p6        | 2020-06-17 |                | true   | 2020-06-17 10:00 | reached
        """,
    )
    answers = events.measure("contacts.attack_rate")
    # Ill on day 1 (b) and on day 14 by local date (c); not on day 15 (d) or day 0 (e). g's 14 days are not over.
    assert only(answers) == (2, 5, 0.4)
    assert answers[0].beside == {"tested": 3}
