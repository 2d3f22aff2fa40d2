"""Claims: the best of one's queues, one lease each, whatever happens at the same time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction

from throughline.calling.actions import claim_next, offer
from throughline.calling.actions.claim_sql import TOP
from throughline.calling.models import State, WorkItem
from throughline.calling.queries import lease_in_hand
from throughline.calling.tests.world import (
    HOUR,
    MINUTE,
    NIGHT,
    NOON,
    World,
    an_offer,
    query,
    together,
)
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.journal.models import Entry, Subject
from throughline.journal.rules import Draft
from throughline.people.models import CallUse, ContactDetail


def test_the_best_conversation_of_the_handlers_queues_is_leased(world: World) -> None:
    world.offered(3, facts={"infectious": 0.1})
    (best,) = world.offered(facts={"infectious": 1.0})
    agent = world.agent()
    lease = claim_next(user_id=agent.user_id, at=NOON)
    assert lease is not None
    assert (lease.item_id, lease.household_id, lease.fence) == (best.id, best.household_id, 1)
    assert lease.lease_until == NOON + timedelta(seconds=300)


def test_the_claim_is_in_the_journal_with_the_handlers_supplier(world: World) -> None:
    (item,) = world.offered()
    agent = world.agent()
    claim_next(user_id=agent.user_id, at=NOON)
    assert query(
        "select actor_id, supplier_id, actor_role from journal_entry where kind = 'calling.item_claimed'"
    ) == [(agent.user_id, world.north.id, "r_dispatch")]
    assert query(
        "select count(*) from journal_subject join journal_entry e on e.id = entry_id"
        " where kind = 'calling.item_claimed' and subject_id = %s",
        [item.id],
    ) == [(1,)]


def test_a_second_claim_returns_the_lease_in_hand(world: World) -> None:
    world.offered(2)
    agent = world.agent()
    first = claim_next(user_id=agent.user_id, at=NOON)
    assert claim_next(user_id=agent.user_id, at=NOON + MINUTE) == first
    assert lease_in_hand(user_id=agent.user_id, at=NOON + MINUTE) == first


def test_a_lease_that_ran_out_unclaimed_is_taken_again_under_a_new_fence(world: World) -> None:
    world.offered()
    agent = world.agent()
    first = claim_next(user_id=agent.user_id, at=NOON)
    again = claim_next(user_id=agent.user_id, at=NOON + HOUR)
    assert first is not None
    assert again is not None
    assert (again.item_id, again.fence) == (first.item_id, first.fence + 1)
    assert again.lease_until > NOON + HOUR


def test_nothing_is_claimed_when_nobody_may_be_rung(world: World) -> None:
    world.offered()
    assert claim_next(user_id=world.agent().user_id, at=NIGHT) is None


@pytest.mark.parametrize(
    ("part", "other"),
    [
        ("kind", "contact"), ("tier", "1"), ("skill", "complex"), ("language", "pl"), ("area", "e07"),
    ],
)  # fmt: skip
def test_a_queue_out_of_reach_is_not_taken_from(world: World, part: str, other: str) -> None:
    world.offered(**{part: other})
    near = {"kinds": ["case"], "areas": ["e01"]}
    assert claim_next(user_id=world.agent(**near).user_id, at=NOON) is None
    far = {
        "kinds": ["case", "contact"], "tiers": ["1", "2"], "skills": ["interview", "complex"],
        "languages": ["en", "pl"], "areas": [],
    }  # fmt: skip
    assert claim_next(user_id=world.agent(**far).user_id, at=NOON) is not None


def test_what_is_wanted_less_than_all_that_others_must_take_is_still_found(world: World) -> None:
    offer(
        [an_offer(language="pl", facts={"infectious": 1.0}) for _ in range(TOP)], by=None, at=NOON
    )
    (mine,) = world.offered(facts={"infectious": 0.0})
    lease = claim_next(user_id=world.agent().user_id, at=NOON)
    assert lease is not None
    assert lease.item_id == mine.id


def test_a_promised_call_back_comes_first_to_the_one_who_promised(world: World) -> None:
    (promised,) = world.offered(facts={"infectious": 0.0})
    world.offered(facts={"infectious": 1.0})
    mine, other = world.agent(), world.agent()
    WorkItem.objects.filter(id=promised.id).update(callback_agent_id=mine.id)
    taken = claim_next(user_id=other.user_id, at=NOON)
    assert taken is not None
    assert taken.item_id != promised.id
    kept = claim_next(user_id=mine.user_id, at=NOON)
    assert kept is not None
    assert kept.item_id == promised.id


def test_a_call_back_is_kept_by_anyone_when_its_handler_does_not_come(world: World) -> None:
    (promised,) = world.offered()
    WorkItem.objects.filter(id=promised.id).update(callback_agent_id=world.agent().id)
    other = world.agent()
    assert claim_next(user_id=other.user_id, at=NOON + 15 * MINUTE) is None
    assert claim_next(user_id=other.user_id, at=NOON + 16 * MINUTE) is not None


def test_a_household_called_enough_rests_and_the_next_is_given(world: World) -> None:
    (spent,) = world.offered(facts={"infectious": 1.0})
    (free,) = world.offered(facts={"infectious": 0.0})
    detail = ContactDetail.objects.get(household_id=spent.household_id)
    CallUse.objects.create(
        kind="endpoint",
        subject_id=detail.endpoint_id,
        at=NOON - 10 * MINUTE,
        supplier_id=world.south.id,
    )
    lease = claim_next(user_id=world.agent().user_id, at=NOON)
    assert lease is not None
    assert lease.item_id == free.id
    spent.refresh_from_db()
    assert (spent.state, spent.callable_from) == (State.RESTING, NOON + 50 * MINUTE)
    assert spent.facts["rest_reason"] == "allowance"


def test_a_wrong_number_leaves_its_household_callable_by_no_allowance(world: World) -> None:
    (item,) = world.offered()
    detail = ContactDetail.objects.get(household_id=item.household_id)
    CallUse.objects.create(
        kind="person", subject_id=detail.person_id, at=NOON, supplier_id=world.south.id
    )
    ContactDetail.objects.update(wrong_since=NOON)
    assert claim_next(user_id=world.agent().user_id, at=NOON) is not None


def test_a_household_called_enough_is_put_to_rest_by_a_claim_in_one_message_too(
    shared_world: World,
) -> None:
    first, second, third = (shared_world.agent() for _ in range(3))
    # The first claim of a minute reads the terms; from the second on, one message may be the whole act.
    assert claim_next(user_id=first.user_id, at=NOON) is None
    (spent,) = shared_world.offered(facts={"infectious": 1.0})
    (free,) = shared_world.offered(facts={"infectious": 0.0})
    detail = ContactDetail.objects.get(household_id=spent.household_id)
    CallUse.objects.create(
        kind="person", subject_id=detail.person_id, at=NOON, supplier_id=shared_world.south.id
    )
    lease = claim_next(user_id=second.user_id, at=NOON)
    assert lease is not None
    assert lease.item_id == free.id
    spent.refresh_from_db()
    assert spent.state == State.RESTING
    assert claim_next(user_id=third.user_id, at=NOON) is None


def test_whoever_promised_a_call_back_is_given_it_by_a_claim_in_one_message_too(
    shared_world: World,
) -> None:
    mine = shared_world.agent()
    assert claim_next(user_id=mine.user_id, at=NOON) is None
    (promised,) = shared_world.offered(facts={"infectious": 0.0})
    shared_world.offered(facts={"infectious": 1.0})
    WorkItem.objects.filter(id=promised.id).update(callback_agent_id=mine.id)
    kept = claim_next(user_id=mine.user_id, at=NOON)
    assert kept is not None
    assert kept.item_id == promised.id


def test_a_claim_in_one_message_is_in_the_journal_as_any_other(shared_world: World) -> None:
    shared_world.offered(2)
    first, second = shared_world.agent(), shared_world.agent(shared_world.south)
    claim_next(user_id=first.user_id, at=NOON)
    lease = claim_next(user_id=second.user_id, at=NOON)
    assert lease is not None
    entry = Entry.objects.get(actor_id=second.user_id)
    assert (entry.kind, entry.actor_role, entry.at) == ("calling.item_claimed", "r_dispatch", NOON)
    assert entry.supplier_id == shared_world.south.id
    assert entry.body == {"agent": str(second.id), "fence": 1}
    draft = Draft(
        id=entry.id, at=entry.at, kind=entry.kind, actor_id=entry.actor_id,
        actor_role=entry.actor_role, supplier_id=entry.supplier_id, body=entry.body,
    )  # fmt: skip
    assert bytes(entry.leaf) == draft.leaf()
    subjects = Subject.objects.filter(entry_id=entry.id).values_list("subject_id", "at")
    assert set(subjects) == {(lease.item_id, NOON), (lease.household_id, NOON)}


def test_a_user_without_skills_is_given_nothing(world: World) -> None:
    world.offered()
    assert claim_next(user_id=uuid4(), at=NOON) is None


def test_the_dispatching_role_claims_without_reading_a_name(world: World) -> None:
    world.offered()
    agent = world.agent()
    with transaction.atomic(), acting(Role.DESK, user=agent.user_id):
        assert claim_next(user_id=agent.user_id, at=NOON) is not None


def test_many_handlers_at_once_never_hold_one_item_and_leave_none(shared_world: World) -> None:
    """I4: 16 claimants over 500 items; every item is claimed exactly once."""
    from throughline.calling.actions import finish

    offer([an_offer() for _ in range(500)], by=None, at=NOON)
    agents = [shared_world.agent() for _ in range(16)]

    def work(user_id: object) -> list[tuple[object, int]]:
        mine = []
        while lease := claim_next(user_id=user_id, at=NOON):  # type: ignore[arg-type]
            mine.append((lease.item_id, lease.fence))
            finish(lease=lease, outcome="completed", at=NOON, by=user_id, open_subjects=0)  # type: ignore[arg-type]
        return mine

    done = together(*(lambda user=agent.user_id: work(user) for agent in agents))
    held = Counter(claim for mine in done for claim in mine)  # type: ignore[union-attr]
    assert set(held.values()) == {1}
    assert len({item for item, _ in held}) == len(held) == 500
    assert WorkItem.objects.filter(state=State.CLOSED).count() == 500


def test_one_handler_in_two_windows_gets_one_lease(shared_world: World) -> None:
    offer([an_offer() for _ in range(20)], by=None, at=NOON)
    agent = shared_world.agent()
    got = together(*[lambda: claim_next(user_id=agent.user_id, at=NOON)] * 6)
    assert len({lease.item_id for lease in got}) == 1  # type: ignore[union-attr]
    assert WorkItem.objects.filter(state=State.LEASED).count() == 1


def test_offers_of_one_household_at_once_open_one_item(shared_world: World) -> None:
    """I5: whoever offers, and however often, the household is called once."""
    household = an_offer().household_id
    together(*[lambda: offer([an_offer(household), an_offer()], by=None, at=NOON)] * 8)
    assert WorkItem.objects.filter(household_id=household).count() == 1
