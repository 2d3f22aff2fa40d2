"""What a service does besides tracing, small and the same every week: agents' time, calls, reviews, requests."""

from __future__ import annotations

from typing import Any

import numpy as np

from throughline.measures.tables import AGENT_STATES, CALLS, CHECKS, REQUESTS
from throughline.rehearsal.weekly import arrays, places
from throughline.rehearsal.weekly.arrays import DAY, only
from throughline.rehearsal.weekly.counts import Week
from throughline.rehearsal.weekly.draws import Draws
from throughline.rehearsal.weekly.operation import AGENTS
from throughline.rehearsal.weekly.span import Span

CALLS_A_WEEK, CHECKS_A_WEEK, REQUESTS_A_WEEK = 400, 100, 100
_CONTRACT = "contract_1"
_STATES = (
    "handling",
    "wrap",
    "ready",
    "break",
    "training",
    "meeting",
    "technical",
    "signed_off_paid",
)
_STATE_SHARES = (0.3, 0.1, 0.42, 0.08, 0.04, 0.03, 0.02, 0.01)
_BILLABLE = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.5, 1.0])
_SPELLS, _SPELL = 16, 1800
"""A shift of eight hours from eight o'clock, in half hours"""


def agent_states(week: Week, draws: Draws, span: Span) -> Any:
    """Return each agent's shifts of the week, spell by spell, with no gap and no overlap."""
    people = len(places.PROVIDERS) * AGENTS
    n = people * 7 * _SPELLS
    place = np.arange(n)
    agent, day, turn = place // (7 * _SPELLS), place // _SPELLS % 7, place % _SPELLS
    provider = agent // AGENTS
    names = [f"{code}_{number}" for code in places.PROVIDERS for number in range(AGENTS)]
    teams = [f"{code}_day" for code in places.PROVIDERS]
    begins = span.begins + day * DAY + 8 * 3600 + turn * _SPELL
    state = draws.pick("state", n, _STATE_SHARES)
    columns = {
        "agent_id": arrays.words(agent, names),
        "from_at": arrays.times(begins),
        "to_at": arrays.times(begins + _SPELL),
        "provider": arrays.words(provider, places.PROVIDERS),
        "team": arrays.words(provider, teams),
        "state": arrays.words(state, _STATES),
        "billable": arrays.numbers(_BILLABLE[state]),
        "queue_waiting": arrays.flags(draws.chance("waiting", n, 0.35)),
        "recorded_at": arrays.times(begins),
    }
    return arrays.frame(AGENT_STATES, columns, scaled=week.scaled)


def calls(week: Week, draws: Draws, span: Span) -> Any:
    """Return the calls that came in."""
    n = CALLS_A_WEEK
    queued = span.begins + draws.below("queued", n, span.ends - span.begins)
    abandoned = draws.chance("abandoned", n, 0.07)
    answered = only(~abandoned, queued + draws.below("waited", n, 240))
    ended = np.where(abandoned, queued + 200, answered + 60 + draws.below("spoken", n, 900))
    columns = {
        "call_id": arrays.ids("i", span.base + np.arange(n)),
        "contract": arrays.same(_CONTRACT, n),
        "provider": arrays.words(draws.pick("provider", n, (1, 1)), places.NATIONAL),
        "line": arrays.same("enquiries", n),
        "queued_at": arrays.times(queued),
        "answered_at": arrays.times(answered),
        "ended_at": arrays.times(ended),
        "abandoned": arrays.flags(abandoned),
        "recorded_at": arrays.times(queued),
    }
    return arrays.frame(CALLS, columns, scaled=week.scaled)


def checks(week: Week, draws: Draws, span: Span) -> Any:
    """Return the quality reviews."""
    n = CHECKS_A_WEEK
    done = span.begins + draws.below("done", n, span.ends - span.begins)
    columns = {
        "check_id": arrays.ids("q", span.base + np.arange(n)),
        "contract": arrays.same(_CONTRACT, n),
        "provider": arrays.words(draws.pick("provider", n, (1, 1)), places.NATIONAL),
        "kind": arrays.same("call_review", n),
        "checker_org": arrays.words(draws.pick("checker", n, (3, 1)), ("provider", "authority")),
        "sampled_by": arrays.words(
            draws.pick("sampled_by", n, (0.7, 0.2, 0.1)), ("random", "targeted", "complaint")
        ),
        "done_at": arrays.times(done),
        "passed": arrays.flags(draws.chance("passed", n, 0.88)),
        "severity": arrays.words(draws.pick("severity", n, (0.8, 0.2)), ("minor", "major")),
        "recorded_at": arrays.times(done),
    }
    return arrays.frame(CHECKS, columns, scaled=week.scaled)


def requests(week: Week, draws: Draws, span: Span) -> Any:
    """Return complaints and reviews of decisions, due in five days; some are still open at the week's end."""
    n = REQUESTS_A_WEEK
    raised = span.begins + draws.below("raised", n, span.ends - span.begins)
    is_review = draws.chance("review", n, 0.3)
    decided = draws.chance("decided", n, 0.95)
    resolved = only(decided, raised + draws.below("taken", n, 6 * DAY))
    columns = {
        "request_id": arrays.ids("u", span.base + np.arange(n)),
        "contract": arrays.same(_CONTRACT, n),
        "provider": arrays.words(draws.pick("provider", n, (1, 1)), places.NATIONAL),
        "kind": arrays.words(is_review.astype(np.int8), ("complaint", "review")),
        "category": arrays.same("calls", n),
        "region": arrays.words(draws.pick("region", n, (1,) * len(places.REGIONS)), places.REGIONS),
        "raised_at": arrays.times(raised),
        "clock_rule": arrays.same("five_days", n),
        "due_at": arrays.times(raised + 5 * DAY),
        "resolved_at": arrays.times(resolved),
        "withdrawn_at": arrays.times(
            only(draws.chance("withdrawn", n, 0.03) & ~decided, raised + DAY)
        ),
        "upheld": arrays.flags(draws.chance("upheld", n, 0.25), is_review & decided),
        "recorded_at": arrays.times(raised),
    }
    return arrays.frame(REQUESTS, columns, scaled=week.scaled)
