"""Calls, checks, requests and reviews."""

from __future__ import annotations

from typing import Any

from throughline.measures.tests.spec import only


def test_calls_are_answered_within_a_limit_that_can_be_asked_for(opened: Any) -> None:
    events = opened(
        cut_at="2020-06-04T12:00:00Z",
        calls="""
        call_id | queued_at           | answered_at         | abandoned
        a       | 2020-06-04 10:00:00 | 2020-06-04 10:00:20 | false
        b       | 2020-06-04 10:00:00 | 2020-06-04 10:00:21 | false
        c       | 2020-06-04 10:00:00 |                     | true
        d       | 2020-06-04 11:59:50 |                     | false
        """,
    )
    answers = events.measure("calls.answered_within")
    assert only(answers) == (1, 3, 1 / 3)
    assert answers[0].beside == {"immature": 1, "abandoned": 1}
    assert only(events.measure("calls.answered_within", limit="30s"))[:2] == (2, 3)


def test_only_checks_sampled_at_random_speak_for_the_rest(opened: Any) -> None:
    events = opened(
        checks="""
        check_id | sampled_by | passed | done_at
        a        | random     | true   | 2020-06-04 10:00
        b        | random     | false  | 2020-06-04 10:00
        c        | random     |        | 2020-06-04 10:00
        d        | complaint  | false  | 2020-06-04 10:00
        """
    )
    answers = events.measure("checks.passed")
    assert only(answers) == (1, 3, 1 / 3)
    assert answers[0].beside == {"unknown": 1}


def test_requests_are_due_once_and_reviews_are_decided(opened: Any) -> None:
    events = opened(
        cut_at="2020-06-05T12:00:00Z",
        requests="""
        request_id | kind   | raised_at        | due_at           | resolved_at      | withdrawn_at     | upheld | merged_into
        a          | repair | 2020-06-01 10:00 | 2020-06-04 10:00 | 2020-06-04 10:00 |                  |        |
        b          | repair | 2020-06-01 10:00 | 2020-06-04 10:00 | 2020-06-04 10:01 |                  |        |
        c          | repair | 2020-06-01 10:00 | 2020-06-04 10:00 | 2020-05-04 10:01 |                  |        |
        d          | repair | 2020-06-01 10:00 | 2020-06-04 10:00 |                  | 2020-06-02 10:00 |        |
        e          | repair | 2020-06-01 10:00 | 2020-06-08 10:00 |                  |                  |        |
        f          | repair | 2020-06-01 10:00 | 2020-06-04 10:00 |                  |                  |        | b
        g          | review | 2020-06-01 10:00 |                  | 2020-06-02 10:00 |                  | true   |
        h          | review | 2020-06-01 10:00 |                  | 2020-06-02 10:00 |                  | false  |
        i          | review | 2020-06-01 10:00 |                  |                  |                  |        |
        """,
    )
    answers = events.measure("requests.within", where="kind=repair")
    assert only(answers) == (1, 3, 1 / 3)
    assert answers[0].beside == {"immature": 1, "withdrawn": 1}
    assert only(events.measure("reviews.upheld")) == (1, 2, 0.5)
