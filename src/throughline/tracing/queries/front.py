"""Counts for the authority's front page. No person is read here, so no sight is needed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from throughline.core.copying import fetch

# What was opened and what of it is still to be done. How many were reached is a figure, which the measures alone say.
# Of two records found to be one, one is counted; what was opened in error is not.
TODAY = """
select count(*), count(*) filter (where c.outcome = 'open'),
    (select count(*) from tracing_contact x join tracing_case y on y.id = x.case_id
        where y.transferred_at >= %(since)s and x.merged_into_id is null
            and x.outcome <> 'in_error'),
    (select count(*) from tracing_contact x join tracing_case y on y.id = x.case_id
        where y.transferred_at >= %(since)s and x.merged_into_id is null
            and x.outcome = 'open')
from tracing_case c
where c.transferred_at >= %(since)s and c.merged_into_id is null and c.outcome <> 'in_error'
"""
# One line a household: a household handed over is one thing to accept.
HANDOVERS = """
select count(distinct h.household_id), min(h.offered_at),
    count(distinct h.household_id) filter (where h.due_at < %(at)s)
from tracing_holding h
where h.ended_at is null and h.team_id is not null and h.accepted_at is null
"""
BY_TEAM = """
select t.name, count(distinct h.household_id), min(h.offered_at),
    count(distinct h.household_id) filter (where h.due_at < %(at)s)
from tracing_holding h join workforce_team t on t.id = h.team_id
where h.ended_at is null and h.accepted_at is null
group by t.name order by 4 desc, 3
"""
HELD_BACK = """
select why, count(*) from tracing_escalation where suppressed
group by why order by 2 desc, why limit 20
"""


@dataclass(frozen=True, kw_only=True)
class Today:
    """Cases transferred to tracing since a moment and their contacts, and how many of them are work still open."""

    cases: int
    cases_open: int
    contacts: int
    contacts_open: int


@dataclass(frozen=True, kw_only=True)
class Handovers:
    """Households that wait for a local team to accept them."""

    waiting: int
    oldest: datetime | None
    late: int


def today_counts(*, since: datetime) -> Today:
    """Count the cases transferred since then, and their contacts."""
    ((cases, cases_open, contacts, contacts_open),) = fetch(TODAY, {"since": since})
    return Today(cases=cases, cases_open=cases_open, contacts=contacts, contacts_open=contacts_open)


def handovers_waiting(*, at: datetime) -> Handovers:
    """Count the households that no local team has accepted yet."""
    ((waiting, oldest, late),) = fetch(HANDOVERS, {"at": at})
    return Handovers(waiting=waiting, oldest=oldest, late=late)


def handovers_by_team(*, at: datetime) -> tuple[tuple[str, Handovers], ...]:
    """Return the same by team, those with late ones first."""
    return tuple(
        (team, Handovers(waiting=waiting, oldest=oldest, late=late))
        for team, waiting, oldest, late in fetch(BY_TEAM, {"at": at})
    )


def held_back() -> tuple[tuple[str, int], ...]:
    """Return why escalations were suppressed, and how often."""
    return tuple((why, number) for why, number in fetch(HELD_BACK))
