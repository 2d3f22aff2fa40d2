"""Cases: who was reached, how soon, and who named contacts."""

from __future__ import annotations

from typing import Any

import pytest

CASES = """
case_id | transferred_at   | outcome     | reached_at          | reached_how | managed_by_first  | contacts_named | region
a       | 2020-06-04 10:00 | reached     | 2020-06-05 10:00    | self        | national          | 3              | North
b       | 2020-06-04 10:00 | reached     | 2020-06-05 10:00:01 |             | national          | 0              | North
c       | 2020-06-05 10:00 | reached     |                     | web         | national          |                | South
d       | 2020-06-05 10:00 | reached     | 2020-06-05 09:59    | institution | health_protection | 1              | South
e       | 2020-06-06 10:00 | not_reached |                     |             | national          |                | South
f       | 2020-06-06 10:00 | no_details  |                     |             | national          |                |
g       | 2020-06-07 10:00 | open        |                     |             | national          |                | North
h       | 2020-06-08 10:00 | reached     | 2020-06-12 10:00    | guardian    | national          | 2              | North
i       | 2020-06-08 10:00 | reached     | 2020-06-10 10:00    | institution | national          | 2              | North
"""


def one(answers: Any) -> tuple[Any, Any, Any]:
    (answer,) = answers
    return answer.numerator, answer.denominator, answer.value


@pytest.mark.parametrize(
    ("measure", "numerator", "denominator"),
    [
        ("cases.reached", 4, 9),
        # Reached by a guardian, or by an institution not under health protection: tried, not reached.
        ("cases.not_reached", 4, 9),
        ("cases.open", 1, 9),
        ("cases.no_details", 1, 9),
        ("cases.gave_contacts", 2, 4),
        ("cases.contacts_named", 4, 3),
        ("cases.named_none", 1, 3),
    ],
)
def test_a_rate_is_its_numerator_over_its_denominator(
    opened: Any, measure: str, numerator: int, denominator: int
) -> None:
    answers = opened(cases=CASES).measure(measure)
    assert one(answers) == (numerator, denominator, numerator / denominator)


def test_a_count_has_no_denominator(opened: Any) -> None:
    assert one(opened(cases=CASES).measure("cases.transferred")) == (9, None, 9)


def test_guardians_and_household_members_count_under_the_later_definition(opened: Any) -> None:
    answers = opened(cases=CASES).measure("cases.reached", definition="reach-2020-11")
    assert one(answers) == (5, 9, 5 / 9)
    assert answers[0].definition == "reach-2020-11"


def test_bands_are_closed_at_the_top_and_what_has_no_time_or_a_wrong_one_stands_beside(
    opened: Any,
) -> None:
    answers = opened(cases=CASES).measure("cases.reached_within")
    assert {one.band: (one.numerator, one.denominator, one.value) for one in answers} == {
        "le24h": (1, 2, 0.5),
        "24_48h": (1, 2, 0.5),
        "48_72h": (0, 2, 0.0),
        "gt72h": (0, 2, 0.0),
        "unknown": (1, None, None),
        "fault": (1, None, None),
    }
    assert answers[0].beside == {"unknown": 1, "fault": 1}


def test_groups_and_conditions_choose_rows_and_the_unknown_is_a_group(opened: Any) -> None:
    answers = opened(cases=CASES).measure("cases.transferred", by="region", where="outcome!=open")
    assert [(one.group["region"], one.numerator) for one in answers] == [
        ("North", 4),
        ("South", 3),
        (None, 1),
    ]


def test_an_empty_table_has_a_rate_of_null_and_a_missing_one_counts_of_null(opened: Any) -> None:
    events = opened(cases="case_id | transferred_at | outcome")
    assert one(events.measure("cases.reached")) == (0, 0, None)
    assert one(events.measure("contacts.reached")) == (None, None, None)
    assert len(events.measure("cases.reached", by="week")) == 0
