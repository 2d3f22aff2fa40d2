"""Outcomes: the flags alone decide, and an old fence changes nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from throughline.calling.actions import (
    check_lease,
    claim_next,
    finish,
    heartbeat,
    offer,
    put_down,
    start_attempt,
)
from throughline.calling.errors import AllowanceSpent, LeaseLost, OutcomeIncomplete, OutcomeUnknown
from throughline.calling.models import Attempt, State, WorkItem
from throughline.calling.queries import Lease
from throughline.calling.tasks import expire_leases, wake_rested
from throughline.calling.tests.world import (
    HOUR,
    MINUTE,
    NOON,
    World,
    add_phone,
    an_offer,
    at_the_desk,
    query,
    together,
)
from throughline.people.models import CallUse, ContactDetail, Person
from throughline.workforce.models import Agent


def claimed(world: World, agent: Agent | None = None, **offered: Any) -> tuple[Lease, Agent]:
    agent = agent or world.agent()
    world.offered(**offered)
    lease = claim_next(user_id=agent.user_id, at=NOON)
    assert lease is not None
    return lease, agent


def ring(lease: Lease, agent: Agent, *, at: datetime = NOON, **more: Any) -> UUID:
    detail = ContactDetail.objects.filter(household_id=lease.household_id).first()
    assert detail is not None
    usual: dict[str, Any] = {
        "person_id": detail.person_id,
        "subject": "case",
        "subject_id": uuid4(),
        "endpoint_id": detail.endpoint_id,
        "channel": "call",
    }
    with at_the_desk(lease, agent.user_id):
        return start_attempt(lease=lease, by=agent.user_id, at=at, **(usual | more))


def end(lease: Lease, agent: Agent, outcome: str, *, at: datetime = NOON, **more: Any) -> WorkItem:
    more = {"open_subjects": 0} | more
    with at_the_desk(lease, agent.user_id):
        finish(lease=lease, outcome=outcome, at=at, by=agent.user_id, **more)
    return WorkItem.objects.get(id=lease.item_id)


def test_a_finished_conversation_is_closed_and_its_attempt_ended(world: World) -> None:
    lease, agent = claimed(world)
    attempt = ring(lease, agent)
    item = end(lease, agent, "completed", at=NOON + MINUTE)
    assert (item.state, item.closed_at, item.close_reason) == (
        State.CLOSED, NOON + MINUTE, "completed",
    )  # fmt: skip
    ended = Attempt.objects.get(id=attempt)
    assert (ended.ended_at, ended.outcome, ended.reached) == (NOON + MINUTE, "completed", True)
    assert ended.supplier_id == world.north.id


def test_a_household_with_others_still_to_speak_to_stays_open(world: World) -> None:
    lease, agent = claimed(world)
    ring(lease, agent)
    item = end(lease, agent, "completed", at=NOON + MINUTE, open_subjects=2)
    assert (item.state, item.callable_from) == (State.RESTING, NOON + HOUR)


def test_work_that_arrived_during_the_call_keeps_the_household_open(world: World) -> None:
    lease, agent = claimed(world)
    offer([an_offer(lease.household_id, kind="contact")], by=None, at=NOON)
    item = end(lease, agent, "completed")
    assert item.state != State.CLOSED
    assert not item.more_work


def test_no_answer_rests_until_another_hour_and_counts(world: World) -> None:
    lease, agent = claimed(world)
    ring(lease, agent)
    item = end(lease, agent, "no_answer", at=NOON + MINUTE)
    assert (item.state, item.attempts, item.tried_hours) == (State.RESTING, 1, [11])
    assert item.callable_from >= NOON + 3 * HOUR


def test_our_own_mistake_counts_against_nobody(world: World) -> None:
    lease, agent = claimed(world)
    ring(lease, agent)
    assert end(lease, agent, "system_error").attempts == 0


def test_a_call_back_is_promised_to_the_handler_who_took_it(world: World) -> None:
    lease, agent = claimed(world)
    asked = NOON + 2 * HOUR
    item = end(lease, agent, "call_back", callback_at=asked, callback_mine=True)
    assert (item.state, item.callable_from, item.callback_agent_id) == (
        State.RESTING, asked, agent.id,
    )  # fmt: skip
    wake_rested(asked)
    again = claim_next(user_id=agent.user_id, at=asked)
    assert again is not None
    assert again.item_id == item.id


def test_a_promised_call_is_made_although_the_allowance_is_spent(world: World) -> None:
    lease, agent = claimed(world)
    ring(lease, agent)
    end(lease, agent, "call_back", callback_at=NOON + 30 * MINUTE)
    wake_rested(NOON + 30 * MINUTE)
    again = claim_next(user_id=agent.user_id, at=NOON + 30 * MINUTE)
    assert again is not None
    ring(again, agent, at=NOON + 30 * MINUTE)
    assert CallUse.objects.filter(kind="person").count() == 2


def test_a_wish_for_an_interpreter_goes_to_those_who_speak_the_language(world: World) -> None:
    lease, agent = claimed(world)
    item = end(lease, agent, "interpreter", language="PL ")
    assert (item.state, item.queue) == (State.WAITING, "case/2/interpreter/pl/")
    assert claim_next(user_id=agent.user_id, at=NOON) is None
    polish = world.agent(languages=["en", "pl"], skills=["interpreter"])
    assert claim_next(user_id=polish.user_id, at=NOON) is not None


def test_a_wrong_number_goes_to_data_fix_and_back_once_a_number_is_found(world: World) -> None:
    lease, agent = claimed(world)
    ring(lease, agent)
    item = end(lease, agent, "wrong_number")
    assert item.queue == "case/2/data_fix/en/"
    fixer = world.agent(skills=["data_fix"])
    # Nobody is rung by searching for a number, so the allowance does not hold it back.
    found = claim_next(user_id=fixer.user_id, at=NOON)
    assert found is not None
    person = Person.objects.get(household_id=lease.household_id)
    add_phone(person)
    item = end(found, fixer, "no_answer", at=NOON + MINUTE)
    assert (item.state, item.queue) == (State.RESTING, "case/2/interview/en/")


def test_whoever_finds_no_number_does_not_get_the_same_search_again_at_once(world: World) -> None:
    fixer = world.agent(skills=["data_fix"])
    lease, agent = claimed(world)
    ring(lease, agent)
    end(lease, agent, "wrong_number")
    ContactDetail.objects.update(wrong_since=NOON)
    search = claim_next(user_id=fixer.user_id, at=NOON)
    assert search is not None
    item = end(search, fixer, "wrong_number")
    assert (item.state, item.queue) == (State.RESTING, "case/2/data_fix/en/")
    assert item.callable_from == NOON + 24 * HOUR
    assert claim_next(user_id=fixer.user_id, at=NOON + HOUR) is None


def test_a_number_that_nobody_finds_goes_to_the_local_team_where_there_is_one(world: World) -> None:
    fixer, team = world.agent(skills=["data_fix"]), uuid4()
    lease, agent = claimed(world)
    ring(lease, agent)
    end(lease, agent, "wrong_number")
    ContactDetail.objects.update(wrong_since=NOON)
    search = claim_next(user_id=fixer.user_id, at=NOON)
    assert search is not None
    item = end(search, fixer, "wrong_number", local_team_id=team)
    assert (item.state, item.team_id) == (State.LOCAL, team)


def test_a_wrong_number_with_another_left_is_tried_again_by_anyone(world: World) -> None:
    lease, agent = claimed(world)
    add_phone(Person.objects.get(household_id=lease.household_id))
    ring(lease, agent)
    item = end(lease, agent, "wrong_number")
    assert (item.state, item.skill) == (State.RESTING, "interview")


def test_a_refusal_is_asked_once_more_by_an_expert_and_then_closed(world: World) -> None:
    lease, agent = claimed(world)
    item = end(lease, agent, "declined")
    assert (item.state, item.skill) == (State.WAITING, "expert")
    expert = world.agent(skills=["expert"])
    again = claim_next(user_id=expert.user_id, at=NOON)
    assert again is not None
    assert end(again, expert, "declined").state == State.CLOSED


def test_what_was_passed_on_to_an_expert_is_rung_at_once_and_nobody_is_said_to_have_asked(
    world: World,
) -> None:
    lease, agent = claimed(world)
    ring(lease, agent)
    item = end(lease, agent, "vulnerable", at=NOON + MINUTE)
    assert "promised_at" not in item.facts
    assert item.rank_reasons[0] == "passed on to an expert by a handler who reached them"
    expert = world.agent(skills=["expert"])
    again = claim_next(user_id=expert.user_id, at=NOON + MINUTE)
    assert again is not None
    ring(again, expert, at=NOON + MINUTE)
    item = end(again, expert, "no_answer", at=NOON + 2 * MINUTE)
    assert "passed_on_at" not in item.facts


def test_an_outcome_for_the_local_team_goes_there_and_without_one_to_an_expert(
    world: World,
) -> None:
    lease, agent = claimed(world)
    item = end(lease, agent, "thinks_scam", local_team_id=world.team.id)
    assert (item.state, item.team_id, item.accepted_at) == (State.LOCAL, world.team.id, None)
    lease, agent = claimed(world, agent)
    item = end(lease, agent, "thinks_scam")
    assert (item.state, item.skill) == (State.WAITING, "expert")


@pytest.mark.parametrize(
    ("outcome", "lacks"), [("call_back", "needs a time"), ("interpreter", "needs a language")]
)
def test_an_outcome_that_needs_more_says_what(world: World, outcome: str, lacks: str) -> None:
    lease, agent = claimed(world)
    with pytest.raises(OutcomeIncomplete, match=lacks):
        end(lease, agent, outcome)
    assert WorkItem.objects.get().state == State.LEASED


def test_an_outcome_that_does_not_exist_is_refused_with_the_list(world: World) -> None:
    lease, agent = claimed(world)
    with pytest.raises(OutcomeUnknown, match="completed"):
        end(lease, agent, "vanished")


def test_what_was_put_down_counts_nothing_and_is_taken_by_the_next(world: World) -> None:
    lease, agent = claimed(world)
    put_down(lease=lease, by=agent.user_id, at=NOON)
    next_one = claim_next(user_id=world.agent().user_id, at=NOON)
    assert next_one is not None
    assert (next_one.item_id, next_one.fence) == (lease.item_id, 2)
    assert WorkItem.objects.get().attempts == 0


def test_a_heartbeat_extends_the_lease_and_never_shortens_it(world: World) -> None:
    lease, agent = claimed(world)
    beat = {"item_id": lease.item_id, "fence": lease.fence, "by": agent.user_id}
    until = heartbeat(**beat, at=NOON + 4 * MINUTE)
    assert until == NOON + 9 * MINUTE
    assert heartbeat(**beat, at=NOON + MINUTE) == until


def test_a_handler_who_comes_back_after_the_lease_went_on_can_change_nothing(world: World) -> None:
    """The zombie: its fence is older than the row's, so each of its acts is refused."""
    lease, agent = claimed(world)
    later = NOON + 6 * MINUTE
    assert expire_leases(later) == 1
    other = world.agent()
    taken = claim_next(user_id=other.user_id, at=later)
    assert taken is not None
    assert taken.fence == lease.fence + 1
    acts = (
        lambda one: end(one, agent, "completed", at=later),
        lambda one: ring(one, agent, at=later),
        lambda one: heartbeat(item_id=one.item_id, fence=one.fence, by=agent.user_id, at=later),
        lambda one: put_down(lease=one, by=agent.user_id, at=later),
        lambda one: check_lease(lease=one, by=agent.user_id, at=later),
    )
    before = query("select count(*) from journal_entry")
    for act in acts:
        # Neither the old fence nor a guessed new one: the row also says who holds it.
        for forged in (lease, replace(lease, fence=taken.fence), replace(taken, agent_id=agent.id)):
            with pytest.raises(LeaseLost), transaction.atomic():
                act(forged)
    assert query("select count(*) from journal_entry") == before
    item = WorkItem.objects.get()
    assert (item.state, item.agent_id, item.fence) == (State.LEASED, other.id, taken.fence)
    assert not Attempt.objects.exists()


def test_a_lease_that_ran_out_is_over_though_nobody_has_taken_the_item(world: World) -> None:
    lease, agent = claimed(world)
    with pytest.raises(LeaseLost, match="ran out"):
        end(lease, agent, "completed", at=NOON + 6 * MINUTE)


def test_a_second_call_within_the_hour_is_refused_with_the_time_from_which_it_is_allowed(
    world: World,
) -> None:
    lease, agent = claimed(world)
    ring(lease, agent)
    with pytest.raises(AllowanceSpent, match="12:00"):
        ring(lease, agent, at=NOON + MINUTE)
    assert Attempt.objects.count() == 1
    ring(lease, agent, at=NOON + MINUTE, channel="sms")
    assert CallUse.objects.count() == 2


def test_two_suppliers_who_ring_one_telephone_at_once_get_one_call_through(
    shared_world: World,
) -> None:
    """The same number in two households, claimed by handlers of two suppliers, rung in the same moment."""
    world = shared_world
    first, _ = world.offered(2)
    shared = ContactDetail.objects.get(household_id=first.household_id).endpoint_id
    ContactDetail.objects.update(endpoint_id=shared)
    agents = [world.agent(world.north), world.agent(world.south)]
    leases = [claim_next(user_id=agent.user_id, at=NOON) for agent in agents]
    results = together(
        *(
            lambda lease=lease, agent=agent: ring(lease, agent)  # type: ignore[misc]
            for lease, agent in zip(leases, agents, strict=True)
            if lease
        )
    )
    assert sorted(type(one).__name__ for one in results) == ["AllowanceSpent", "UUID"]
    assert CallUse.objects.filter(kind="endpoint", subject_id=shared).count() == 1
    assert Attempt.objects.count() == 1
