"""To the local team and back."""

from __future__ import annotations

import pytest
from django.db import transaction

from throughline.calling.actions import (
    accept,
    claim_local,
    claim_next,
    close_items,
    finish,
    give_back,
    hand_over,
    put_down,
)
from throughline.calling.errors import ItemMoved
from throughline.calling.models import State, WorkItem
from throughline.calling.queries import handovers_due
from throughline.calling.tasks import expire_leases
from throughline.calling.tests.world import HOUR, MINUTE, NIGHT, NOON, World, query
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.workforce.models import Agent


def with_the_team(world: World) -> tuple[WorkItem, Agent]:
    (item,) = world.offered()
    hand_over([item.id], team_id=world.team.id, by=None, at=NOON)
    item.refresh_from_db()
    return item, world.agent(team=world.team)


def test_the_clock_hands_over_what_nobody_is_talking_to(world: World) -> None:
    due, _ = world.offered(2, handover_at=NOON)
    world.offered(handover_at=NOON + HOUR, facts={"infectious": 0.9})
    busy = claim_next(user_id=world.agent().user_id, at=NOON)
    assert busy is not None
    with transaction.atomic(), acting(Role.CLOCK):
        found = [item_id for item_id, _, _ in handovers_due(NOON, 10)]
        ids = [*found, busy.item_id]
        given = hand_over(ids, team_id=world.team.id, by=None, at=NOON)
    assert set(given) == set(found)
    assert due.id in found
    assert WorkItem.objects.get(id=busy.item_id).state == State.LEASED
    assert query("select distinct actor_role from journal_entry where kind = 'calling.item_handed_over'") == [
        ("r_clock",)
    ]  # fmt: skip


def test_a_team_accepts_once_and_only_what_is_its_own(world: World) -> None:
    item, member = with_the_team(world)
    accept(item.id, team_id=world.team.id, by=member.user_id, at=NOON)
    accept(item.id, team_id=world.team.id, by=member.user_id, at=NOON + HOUR)
    assert WorkItem.objects.get().accepted_at == NOON
    with pytest.raises(ItemMoved):
        accept(item.id, team_id=member.id, by=member.user_id, at=NOON)


def test_what_a_team_returns_waits_in_the_national_queues_and_the_clock_leaves_it(
    world: World,
) -> None:
    item, member = with_the_team(world)
    give_back(item.id, team_id=world.team.id, reason="not_ours", by=member.user_id, at=NOON)
    assert handovers_due(NOON + 48 * HOUR, 10) == []
    lease = claim_next(user_id=world.agent().user_id, at=NOON)
    assert lease is not None
    assert lease.item_id == item.id


def test_a_member_takes_an_item_of_the_team_at_any_hour_and_puts_it_back_there(
    world: World,
) -> None:
    item, member = with_the_team(world)
    lease = claim_local(user_id=member.user_id, item_id=item.id, at=NIGHT)
    assert claim_local(user_id=member.user_id, item_id=item.id, at=NIGHT) == lease
    put_down(lease=lease, by=member.user_id, at=NIGHT)
    item.refresh_from_db()
    assert (item.state, item.team_id, item.accepted_at) == (State.LOCAL, world.team.id, NIGHT)


def test_a_teams_item_is_not_for_others(world: World) -> None:
    item, _ = with_the_team(world)
    with pytest.raises(ItemMoved):
        claim_local(user_id=world.agent().user_id, item_id=item.id, at=NOON)
    assert claim_next(user_id=world.agent().user_id, at=NOON) is None


def test_a_team_that_reaches_nobody_keeps_the_item(world: World) -> None:
    item, member = with_the_team(world)
    lease = claim_local(user_id=member.user_id, item_id=item.id, at=NOON)
    finish(lease=lease, outcome="no_answer", at=NOON, by=member.user_id, open_subjects=1)
    item.refresh_from_db()
    assert (item.state, item.team_id) == (State.LOCAL, world.team.id)
    assert item.callable_from > NOON


def test_a_lease_of_a_team_expires_back_to_the_team(world: World) -> None:
    item, member = with_the_team(world)
    claim_local(user_id=member.user_id, item_id=item.id, at=NOON)
    expire_leases(NOON + 5 * MINUTE)
    item.refresh_from_db()
    assert (item.state, item.team_id) == (State.LOCAL, world.team.id)


def test_closing_leaves_what_is_in_a_hand_and_says_so(world: World) -> None:
    world.offered()
    lease = claim_next(user_id=world.agent().user_id, at=NOON)
    (free,) = world.offered()
    assert lease is not None
    households = [lease.household_id, free.household_id]
    assert close_items(households, reason="joined", by=None, at=NOON) == (lease.household_id,)
    states = dict(WorkItem.objects.values_list("id", "state"))
    assert states == {lease.item_id: State.LEASED, free.id: State.CLOSED}
