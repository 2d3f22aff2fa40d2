"""Cases: who was reached, how soon, and who named contacts."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures.tests.spec import only, told

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
    assert only(answers) == (numerator, denominator, numerator / denominator)


def test_a_count_has_no_denominator(opened: Any) -> None:
    assert only(opened(cases=CASES).measure("cases.transferred")) == (9, None, 9)


def test_guardians_and_household_members_count_under_the_later_definition(opened: Any) -> None:
    answers = opened(cases=CASES).measure("cases.reached", definition="reach-2020-11")
    assert only(answers) == (5, 9, 5 / 9)
    assert answers[0].definition == "reach-2020-11"


def test_bands_are_closed_at_the_top_and_what_has_no_time_or_a_wrong_one_stands_beside(
    opened: Any,
) -> None:
    answers = opened(cases=CASES).measure("cases.reached_within")
    assert told(answers) == {
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
    assert only(events.measure("cases.reached")) == (0, 0, None)
    assert only(events.measure("contacts.reached")) == (None, None, None)
    assert len(events.measure("cases.reached", by="week")) == 0


def test_cases_whom_tracing_knew_as_contacts_before_their_transfer(opened: Any) -> None:
    events = opened(
        cases="""
        case_id | transferred_at   | outcome | merged_into
        a       | 2020-06-04 10:00 | reached |
        b       | 2020-06-04 10:00 | reached |
        c       | 2020-06-04 10:00 | reached |
        c2      | 2020-06-04 11:00 | reached | c
        """,
        contacts="""
        contact_id | identified_at    | outcome | became_case_id
        x          | 2020-06-01 10:00 | reached | a
        y          | 2020-06-05 10:00 | reached | b
        z          | 2020-06-03 10:00 | reached | c2
        """,
    )
    # a was known before; b only after; c by the contact that became the case merged into it.
    assert only(events.measure("cases.known_as_contacts")) == (2, 3, 2 / 3)


def test_a_case_counts_as_reached_in_time_in_the_period_in_which_its_time_runs_out(
    opened: Any,
) -> None:
    events = opened(
        cut_at="2020-06-13T10:00:00Z",
        cases="""
        case_id | transferred_at      | outcome     | reached_at
        a       | 2020-06-10 10:00    | reached     | 2020-06-11 10:00
        b       | 2020-06-10 10:00    | reached     | 2020-06-11 10:00:01
        c       | 2020-06-10 10:00    | reached     |
        d       | 2020-06-10 10:00    | reached     | 2020-06-10 09:00
        e       | 2020-06-12 10:00    | not_reached |
        f       | 2020-06-12 10:00:01 | reached     | 2020-06-12 11:00
        """,
    )
    answers = events.measure("cases.reached_in_time", by="week")
    # Wednesday's limit lies in the week of Thursday; unknown and out of order are never in time.
    assert [(one.group["week"], one.numerator, one.denominator) for one in answers] == [
        ("2020-06-11", 1, 5)
    ]
    assert answers[0].beside["immature"] == 1
    assert only(events.measure("cases.reached_in_time", limit="1s")) == (0, 6, 0)
    later = events.measure("cases.reached_in_time", limit="72h")[0]
    assert (later.numerator, later.denominator, later.beside["immature"]) == (2, 4, 2)
