"""A conversation given to one handler: their next, and nobody else's for a while."""

from __future__ import annotations

import pytest

from throughline.calling.actions import assign, claim_next
from throughline.calling.errors import ItemMoved, NotAHandler
from throughline.calling.models import WorkItem
from throughline.calling.rules.claiming import CALLBACK_GRACE
from throughline.calling.tests.world import MINUTE, NOON, World


def test_what_was_assigned_comes_first_for_that_handler_and_not_at_all_for_others(
    world: World,
) -> None:
    (plain,) = world.offered(facts={"infectious": 0.1})
    (best,) = world.offered(facts={"infectious": 1.0})
    chosen, other = world.agent(), world.agent()
    assign(item_id=plain.id, user_id=chosen.user_id, by=None, at=NOON)
    first = claim_next(user_id=other.user_id, at=NOON)
    assert first is not None
    assert first.item_id == best.id
    assert claim_next(user_id=world.agent().user_id, at=NOON) is None
    lease = claim_next(user_id=chosen.user_id, at=NOON)
    assert lease is not None
    assert lease.item_id == plain.id


def test_what_was_assigned_and_not_taken_is_anyones_after_a_while(world: World) -> None:
    (item,) = world.offered()
    assign(item_id=item.id, user_id=world.agent().user_id, by=None, at=NOON)
    later = NOON + CALLBACK_GRACE + MINUTE
    lease = claim_next(user_id=world.agent().user_id, at=later)
    assert lease is not None
    assert lease.item_id == item.id


def test_a_conversation_in_hand_is_not_given_away(world: World) -> None:
    (item,) = world.offered()
    claim_next(user_id=world.agent().user_id, at=NOON)
    with pytest.raises(ItemMoved):
        assign(item_id=item.id, user_id=world.agent().user_id, by=None, at=NOON)
    assert WorkItem.objects.get().callback_agent_id is None


def test_a_conversation_is_given_to_handlers_alone(world: World) -> None:
    (item,) = world.offered()
    agent = world.agent()
    agent.delete()
    with pytest.raises(NotAHandler):
        assign(item_id=item.id, user_id=agent.user_id, by=None, at=NOON)
