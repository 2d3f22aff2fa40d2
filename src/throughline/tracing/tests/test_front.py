"""Today's work on the front page: what was opened and is still to be done, and no figure beside the measures'."""

from __future__ import annotations

from throughline.tracing.queries.front import Today, today_counts
from throughline.tracing.tests.test_retractions import corrected, interviewed
from throughline.tracing.tests.world import HOUR, NOON, World, claim, positives


def test_a_case_that_was_reached_is_work_no_more_and_its_contacts_are_until_they_are(
    world: World,
) -> None:
    (case,) = positives([claim("Priya", "Sharma", phones=("+447700900001",))])
    assert today() == Today(cases=1, cases_open=1, contacts=0, contacts_open=0)
    interviewed(world, case)
    assert today() == Today(cases=1, cases_open=0, contacts=2, contacts_open=1)


def test_what_was_opened_in_error_is_neither_counted_nor_work(world: World) -> None:
    (case,) = positives([claim("Priya", "Sharma", phones=("+447700900001",))])
    corrected(case, at=interviewed(world, case))
    assert today() == Today(cases=0, cases_open=0, contacts=0, contacts_open=0)


def today() -> Today:
    return today_counts(since=NOON - HOUR)
