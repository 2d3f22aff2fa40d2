"""Offers: one open item a household, raised by what is more urgent."""

from __future__ import annotations

import pytest
from django.db import transaction

from throughline.calling.actions import claim_next, hand_over, offer
from throughline.calling.models import State, WorkItem
from throughline.calling.rules.queues import QueueKeyError
from throughline.calling.tests.world import HOUR, NOON, World, an_offer, query
from throughline.core.context import acting
from throughline.core.roles import Role


def the_item() -> WorkItem:
    return WorkItem.objects.get()


def test_thousands_are_offered_by_the_matching_role_and_each_is_in_the_journal(
    world: World,
) -> None:
    with transaction.atomic(), acting(Role.MATCH):
        offer([an_offer() for _ in range(3000)], by=None, at=NOON)
    assert WorkItem.objects.filter(state=State.WAITING, rank__gt=0).count() == 3000
    assert query("select count(*) from journal_entry where kind = 'calling.item_opened'") == [
        (3000,)
    ]


def test_a_case_raises_the_open_item_of_a_contact(world: World) -> None:
    household = an_offer().household_id
    offer([an_offer(household, kind="contact", tier="3")], by=None, at=NOON)
    offer([an_offer(household, window_ends_at=NOON + HOUR)], by=None, at=NOON)
    item = the_item()
    assert (item.kind, item.tier, item.queue) == ("case", "2", "case/2/interview/en/")
    assert item.window_ends_at == NOON + HOUR
    assert item.revision == 2


def test_a_contact_does_not_lower_the_open_item_of_a_case(world: World) -> None:
    household = an_offer().household_id
    offer([an_offer(household, window_ends_at=NOON + HOUR)], by=None, at=NOON)
    later = an_offer(household, kind="contact", tier="3", window_ends_at=NOON + 9 * HOUR)
    offer([later], by=None, at=NOON)
    assert (the_item().kind, the_item().queue) == ("case", "case/2/interview/en/")
    assert the_item().window_ends_at == NOON + HOUR


def test_two_offers_of_one_household_in_one_batch_are_one_item(world: World) -> None:
    household = an_offer().household_id
    offer(
        [
            an_offer(household, kind="contact", facts={"household_size": 4}),
            an_offer(household, facts={"infectious": 0.5, "household_size": 2}),
        ],
        by=None,
        at=NOON,
    )
    assert (the_item().kind, the_item().facts) == ("case", {"infectious": 0.5, "household_size": 4})


def test_an_offer_to_a_leased_item_keeps_it_with_its_handler_and_marks_more_work(
    world: World,
) -> None:
    (item,) = world.offered(kind="contact")
    lease = claim_next(user_id=world.agent().user_id, at=NOON)
    offer([an_offer(item.household_id)], by=None, at=NOON)
    item.refresh_from_db()
    assert lease is not None
    assert (item.state, item.more_work, item.agent_id) == (State.LEASED, True, lease.agent_id)


def test_a_new_case_wakes_a_resting_household_but_not_one_with_a_promised_call(
    world: World,
) -> None:
    resting, promised = world.offered(2, kind="contact")
    WorkItem.objects.update(state=State.RESTING, callable_from=NOON + HOUR)
    WorkItem.objects.filter(id=promised.id).update(facts={"promised_at": NOON.isoformat()})
    offer([an_offer(resting.household_id), an_offer(promised.household_id)], by=None, at=NOON)
    states = dict(WorkItem.objects.values_list("id", "state"))
    assert states == {resting.id: State.WAITING, promised.id: State.RESTING}


def test_where_an_interpreter_was_asked_for_a_new_case_keeps_the_language(world: World) -> None:
    (item,) = world.offered(kind="contact", skill="interpreter", language="pl")
    WorkItem.objects.update(facts={"skill_before": "interview"})
    offer([an_offer(item.household_id)], by=None, at=NOON)
    assert the_item().queue == "case/2/interpreter/pl/"


def test_an_offer_for_a_local_team_is_theirs_from_the_start(world: World) -> None:
    offer([an_offer(team_id=world.team.id, handover_at=NOON)], by=None, at=NOON)
    item = the_item()
    assert (item.state, item.team_id, item.handover_at) == (State.LOCAL, world.team.id, None)
    assert claim_next(user_id=world.agent().user_id, at=NOON) is None


def test_a_household_that_a_team_holds_stays_with_the_team(world: World) -> None:
    (item,) = world.offered(kind="contact", handover_at=NOON)
    hand_over([item.id], team_id=world.team.id, by=None, at=NOON)
    offer([an_offer(item.household_id, handover_at=NOON + HOUR)], by=None, at=NOON)
    item = the_item()
    assert (item.state, item.team_id, item.handover_at) == (State.LOCAL, world.team.id, None)


def test_a_household_whose_item_was_closed_gets_a_new_one(world: World) -> None:
    (item,) = world.offered()
    WorkItem.objects.update(state=State.CLOSED, closed_at=NOON)
    offer([an_offer(item.household_id)], by=None, at=NOON)
    assert WorkItem.objects.filter(household_id=item.household_id).count() == 2


def test_an_offer_for_a_queue_that_cannot_be_named_is_refused_before_anything_is_written(
    world: World,
) -> None:
    with pytest.raises(QueueKeyError, match="lower-case"):
        offer([an_offer(), an_offer(language="EN")], by=None, at=NOON)
    assert not WorkItem.objects.exists()


def test_the_desk_offers_nothing_by_itself(world: World) -> None:
    from django.db.utils import ProgrammingError

    with pytest.raises(ProgrammingError), transaction.atomic(), acting(Role.DESK):
        offer([an_offer()], by=None, at=NOON)
