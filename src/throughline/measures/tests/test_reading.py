"""What of a table is read: up to the cut, merged rows as one, missing columns as unknown."""

from __future__ import annotations

from typing import Any

from throughline.measures.tests.spec import only, told


def test_what_was_recorded_after_the_cut_is_not_read(opened: Any) -> None:
    events = opened(
        cut_at="2020-06-10T00:00:00Z",
        cases="""
        case_id | transferred_at   | outcome | recorded_at
        a       | 2020-06-04 10:00 | open    | 2020-06-10 00:00:00
        b       | 2020-06-04 10:00 | open    | 2020-06-10 00:00:01
        c       | 2020-06-11 10:00 | open    | 2020-06-04 10:00:00
        """,
    )
    assert only(events.measure("cases.transferred")) == (1, None, 1)


def test_a_moment_after_the_cut_is_unknown(opened: Any) -> None:
    events = opened(
        cut_at="2020-06-10T00:00:00Z",
        cases="""
        case_id | transferred_at   | outcome | reached_at
        a       | 2020-06-04 10:00 | reached | 2020-06-10 00:00:01
        """,
    )
    assert told(events.measure("cases.reached_within"))["unknown"] == (1, None, None)


def test_merged_rows_are_not_counted_and_their_earliest_times_pass_to_the_survivor(
    opened: Any,
) -> None:
    events = opened(
        cases="""
        case_id | transferred_at   | outcome | reached_at       | merged_into
        a       | 2020-06-12 10:00 | reached | 2020-06-12 20:00 |
        b       | 2020-06-11 22:00 | open    |                  | a
        c       | 2020-06-03 10:00 | reached | 2020-06-12 11:00 | b
        d       | 2020-06-12 10:00 | open    |                  |
        """,
    )
    answers = events.measure("cases.reached,cases.reached_within", by="week")
    assert [(one.group["week"], one.numerator, one.denominator) for one in answers[:2]] == [
        ("2020-05-28", 1, 1),
        ("2020-06-11", 0, 1),
    ]
    # c was transferred first and reached first: nine days.
    assert [one.numerator for one in answers if one.band == "gt72h"] == [1, 0]


def test_a_ring_of_merges_ends_and_counts_nobody(opened: Any) -> None:
    events = opened(
        cases="""
        case_id | transferred_at   | outcome | merged_into
        a       | 2020-06-12 10:00 | reached | b
        b       | 2020-06-11 22:00 | open    | a
        """,
    )
    assert only(events.measure("cases.reached")) == (0, 0, None)


def test_a_column_of_nulls_reads_as_a_missing_one(opened: Any) -> None:
    events = opened(
        contacts="""
        contact_id | identified_at    | outcome | person_id | region | reached_how
        a          | 2020-06-12 10:00 | reached |           |        |
        """,
    )
    assert only(events.measure("contacts.people")) == (0, None, 0)
    assert events.measure("contacts.reached", by="region")[0].group == {"region": None}
    assert events.measure("contacts.reached", by="setting")[0].group == {"setting": None}


def test_extra_columns_can_be_grouped_and_chosen_by(opened: Any) -> None:
    events = opened(
        cases="""
        case_id | transferred_at   | outcome | variant
        a       | 2020-06-12 10:00 | reached | alpha
        b       | 2020-06-12 10:00 | open    | it's
        """,
    )
    answers = events.measure("cases.reached", by="variant")
    assert [one.group["variant"] for one in answers] == ["alpha", "it's"]
    assert only(events.measure("cases.reached", where="variant=it's")) == (0, 1, 0)


def test_a_younger_definition_cannot_judge_a_group_in_which_no_manner_is_known(opened: Any) -> None:
    events = opened(
        contacts="""
        contact_id | identified_at    | outcome | reached_how
        a          | 2020-06-05 10:00 | reached |
        b          | 2020-06-12 10:00 | reached |
        c          | 2020-06-12 10:00 | reached | guardian
        d          | 2020-11-20 10:00 | reached |
        """,
    )
    asked = {"by": "week", "definition": "reach-2020-11"}
    answers = events.measure("contacts.reached", **asked)
    assert [(one.group["week"], one.numerator) for one in answers] == [
        ("2020-06-04", None),
        ("2020-06-11", 2),
        ("2020-11-19", 1),
    ]
    assert answers[0].beside == {"unjudged": 1}
    assert [one.numerator for one in events.measure("contacts.reached", by="week")] == [1, 1, 1]
