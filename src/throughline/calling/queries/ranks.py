"""The rank of a work item from its row: the rule is in rules.rank, here is where it reads."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from throughline.calling.rules.rank import Facts, Rank, rank
from throughline.definitions.forms.calling import Calling

# Keys of WorkItem.facts. The rooms above give the first two; calling keeps the others.
INFECTIOUS = "infectious"
HOUSEHOLD_SIZE = "household_size"
PROMISED_AT = "promised_at"  # the household asked to be rung then
PASSED_ON_AT = "passed_on_at"  # reached, and passed on to an expert; nobody asked for a time
SKILL_BEFORE = "skill_before"
REST_REASON = "rest_reason"
ASKED_TWICE = "asked_twice"
OWN = (PROMISED_AT, PASSED_ON_AT, SKILL_BEFORE, REST_REASON, ASKED_TWICE)


def rank_of(
    *,
    kind: str,
    opened_at: datetime,
    window_ends_at: datetime | None,
    facts: Mapping[str, Any],
    terms: Calling,
    at: datetime,
) -> Rank:
    """Return the rank in the bucket of time that holds `at`."""
    hours = terms.window.case if kind == "case" else terms.window.contact
    return rank(
        Facts(
            window_opened_at=opened_at,
            window_closes_at=window_ends_at or opened_at + timedelta(hours=hours),
            infectious=float(facts.get(INFECTIOUS, 0)),
            household_size=int(facts.get(HOUSEHOLD_SIZE, 1)),
            promised_at=promised_at(facts),
            passed_on=PASSED_ON_AT in facts,
        ),
        terms,
        at,
    )


def promised_at(facts: Mapping[str, Any]) -> datetime | None:
    """Return when the household was promised a call, if it was."""
    text = facts.get(PROMISED_AT)
    return datetime.fromisoformat(text) if text else None


def is_owed_a_call(facts: Mapping[str, Any]) -> bool:
    """Return whether the next call is part of what was begun, so that the allowance does not bar it."""
    return bool(facts.get(PROMISED_AT) or facts.get(PASSED_ON_AT))
