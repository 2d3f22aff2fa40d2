"""Ending a conversation: the outcome's flags decide what becomes of the item."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from throughline.calling.actions.attempts import uses_of
from throughline.calling.actions.leases import held_item, release
from throughline.calling.actions.role import moving
from throughline.calling.errors import OutcomeIncomplete, OutcomeUnknown
from throughline.calling.models import Attempt, State, WorkItem
from throughline.calling.queries.leases import Lease
from throughline.calling.queries.ranks import (
    ASKED_TWICE,
    PASSED_ON_AT,
    PROMISED_AT,
    REST_REASON,
    SKILL_BEFORE,
    rank_of,
)
from throughline.calling.queries.terms import outcomes
from throughline.calling.queries.terms import terms as terms_in_force
from throughline.calling.queries.ways import ways_to_reach
from throughline.calling.rules import decisions
from throughline.calling.rules.decisions import Decision, decide
from throughline.calling.rules.hours import bucket, local
from throughline.calling.rules.queues import Queue
from throughline.calling.rules.retries import soonest_call_at
from throughline.definitions.forms.calling import Calling
from throughline.definitions.forms.outcomes import Outcome
from throughline.journal.actions import record

# Where an outcome sends a conversation, as a skill; after a refusal an expert asks once more.
# Registers and neighbours may know more the next day.
NEXT_SEARCH = timedelta(hours=24)

SKILL_OF = {
    "interpreter": "interpreter",
    "data_fix": "data_fix",
    "expert": "expert",
    "other_skill": "expert",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the handler chose beside the outcome."""

    callback_at: datetime | None
    callback_mine: bool
    language: str | None
    open_subjects: int
    local_team_id: UUID | None


def finish(
    *,
    lease: Lease,
    outcome: str,
    at: datetime,
    by: UUID,
    open_subjects: int,
    callback_at: datetime | None = None,
    callback_mine: bool = False,
    language: str | None = None,
    attempt_id: UUID | None = None,
    local_team_id: UUID | None = None,
) -> Decision:
    """End the conversation and its attempts, and say what comes next.

    `open_subjects`: cases and contacts of the household still to be spoken with; while there are any, the
    item stays open. `local_team_id` is the team that a handover goes to; without one it goes to an expert.
    With `attempt_id` only that attempt must be open; every open one of this lease ends with the outcome.
    Raises LeaseLost, OutcomeUnknown or OutcomeIncomplete.
    """
    asked = Asked(
        callback_at=callback_at,
        callback_mine=callback_mine,
        language=language.strip().lower() if language else None,
        open_subjects=open_subjects,
        local_team_id=local_team_id,
    )
    with transaction.atomic():
        with moving(by):
            terms = terms_in_force(at)
            flags = _flags(outcome, at)
            _complete(flags, asked)
            item, agent = held_item(item_id=lease.item_id, fence=lease.fence, by=by, at=at)
        ended = _end_attempts(item, flags, attempt_id, at)
        with moving(by):
            _count(item, flags, ended, terms, at)
            state = _state(item, flags, ended, asked, terms, at)
            decision = _with_others(decide(flags, state, terms, at), item, state, asked, terms, at)
            _apply(item, decision, asked, flags, at)
            item.save()
            record(
                "calling.item_finished",
                at=at,
                by=by,
                subjects=(item.id, item.household_id, *(one.id for one in ended)),
                supplier=agent.supplier_id,
                outcome=outcome,
                action=decision.action,
                to=decision.to,
                until=decision.until,
                state=item.state,
                fence=lease.fence,
            )
    return decision


def _flags(outcome: str, at: datetime) -> Outcome:
    known = outcomes(at)
    try:
        return known.named(outcome)
    except KeyError as error:
        raise OutcomeUnknown(
            f"{outcome!r} is not an outcome in force; choose one of "
            f"{', '.join(one.code for one in known.outcome)}."
        ) from error


def _complete(flags: Outcome, asked: Asked) -> None:
    if "callback_time" in flags.requires and asked.callback_at is None:
        raise OutcomeIncomplete(f"“{flags.title}” needs a time; choose when to ring again.")
    if "language" in flags.requires and not asked.language:
        raise OutcomeIncomplete(f"“{flags.title}” needs a language; choose which one they speak.")


def _end_attempts(
    item: WorkItem, flags: Outcome, attempt_id: UUID | None, at: datetime
) -> list[Attempt]:
    """End the open attempts of this lease, in the caller's role; the named one last, as the latest call."""
    found = list(
        Attempt.objects.filter(item_id=item.id, fence=item.fence, ended_at=None).order_by(
            "started_at"
        )
    )
    for one in found:
        one.ended_at, one.outcome, one.reached = max(at, one.started_at), flags.code, flags.reached
        one.save(update_fields=["ended_at", "outcome", "reached"])
    return sorted(found, key=lambda one: one.id == attempt_id)


def _count(
    item: WorkItem, flags: Outcome, ended: list[Attempt], terms: Calling, at: datetime
) -> None:
    if flags.counts_as_attempt:
        moments = [one.started_at for one in ended] or [at]
        item.attempts += len(moments)
        item.tried_hours = [*item.tried_hours, *(local(one, terms).hour for one in moments)]


def _state(
    item: WorkItem,
    flags: Outcome,
    ended: list[Attempt],
    asked: Asked,
    terms: Calling,
    at: datetime,
) -> decisions.State:
    last = ended[-1] if ended else None
    person = last.person_id if last else None
    telephone = last.endpoint_id if last else None
    uses = uses_of([one for one in (person, telephone) if one], terms=terms, at=at)
    ways = ways_to_reach(item.household_id)
    others = {one.endpoint_id for one in ways if one.endpoint_id != telephone}
    return decisions.State(
        attempts=item.attempts,
        tried_hours=tuple(item.tried_hours),
        person=tuple(uses.get(person, ())) if person else (),
        telephone=tuple(uses.get(telephone, ())) if telephone else (),
        other_numbers=len(others),
        proxy_number=any(one.person_id != person for one in ways),
        callback_at=asked.callback_at,
        callback_by="mine" if asked.callback_mine else "anyone",
        other_skill_tried=bool(item.facts.get(ASKED_TWICE)),
        with_local_team=item.team_id is not None,
    )


def _with_others(
    decision: Decision,
    item: WorkItem,
    state: decisions.State,
    asked: Asked,
    terms: Calling,
    at: datetime,
) -> Decision:
    """Keep the item open while others of the household are still to be spoken with."""
    if decision.action == "close" and (asked.open_subjects > 0 or item.more_work):
        until = soonest_call_at(person=(), telephone=state.telephone, not_before=at, terms=terms)
        return replace(
            decision,
            action="rest",
            until=until,
            reason="others in this household are still to be spoken with",
        )
    if decision.to == "data_fix" and item.skill == SKILL_OF["data_fix"]:
        # Whoever looks for numbers found none: another look at once would find no more.
        reason = "nobody here could find a number that works"
        if asked.local_team_id is not None and item.team_id is None:
            return replace(decision, action="hand_over", to=None, reason=reason)
        return replace(decision, action="rest", until=at + NEXT_SEARCH, reason=reason)
    if decision.action == "hand_over" and asked.local_team_id is None:
        return replace(
            decision, action="move", to="expert", reason="no local team answers for this area"
        )
    return decision


def _apply(item: WorkItem, decision: Decision, asked: Asked, flags: Outcome, at: datetime) -> None:
    for key in (PROMISED_AT, PASSED_ON_AT, REST_REASON):
        item.facts.pop(key, None)
    agent_id = item.agent_id
    release(item)
    item.more_work = False
    item.callback_agent_id = None
    item.callable_from = at
    match decision.action:
        case "close":
            item.state, item.closed_at, item.close_reason = State.CLOSED, at, flags.code
        case "hand_over":
            item.state, item.team_id = State.LOCAL, asked.local_team_id
            item.accepted_at = item.handover_at = None
        case "rest":
            _rest(item, decision, agent_id, at)
        case "move":
            _move(item, decision, asked, flags, at)
    _into_queue(item, at)


def _rest(item: WorkItem, decision: Decision, agent_id: UUID | None, at: datetime) -> None:
    until = decision.until or at
    item.callable_from = until
    if item.state == State.WAITING and until > at:
        item.state = State.RESTING
    if decision.only_me:
        item.callback_agent_id = agent_id
    if decision.promised:
        item.facts[PROMISED_AT] = until.isoformat()
    if item.skill == SKILL_OF["data_fix"] and decision.to != "data_fix":
        # A number was found and rung: anyone may go on.
        item.skill = item.facts.pop(SKILL_BEFORE, item.skill)


def _move(item: WorkItem, decision: Decision, asked: Asked, flags: Outcome, at: datetime) -> None:
    item.facts.setdefault(SKILL_BEFORE, item.skill)
    item.skill = SKILL_OF[str(decision.to)]
    if decision.to == "other_skill":
        item.facts[ASKED_TWICE] = True
    if decision.to == "interpreter" and asked.language:
        item.language = asked.language
    if decision.to == "expert" and flags.reached:
        # Whoever is worried about or complains is rung by the expert although they were just called.
        item.facts[PASSED_ON_AT] = at.isoformat()


def _into_queue(item: WorkItem, at: datetime) -> None:
    terms = terms_in_force(at)
    item.queue = Queue(
        kind=item.kind, tier=item.tier, skill=item.skill, language=item.language, area=item.area
    ).key
    ranked = rank_of(
        kind=item.kind,
        opened_at=item.opened_at,
        window_ends_at=item.window_ends_at,
        facts=item.facts,
        terms=terms,
        at=at,
    )
    item.rank, item.rank_reasons = ranked.score, list(ranked.reasons)
    item.rank_bucket = bucket(at, terms)
