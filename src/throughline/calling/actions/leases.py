"""Holding on to a conversation, and letting go of it without an outcome."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughline.calling.actions.role import moving
from throughline.calling.errors import LeaseLost, NotAHandler
from throughline.calling.models import State, WorkItem
from throughline.calling.queries.leases import Lease
from throughline.calling.queries.terms import terms
from throughline.calling.rules import leases as rules
from throughline.core.context import acting
from throughline.core.reads import Late, Read
from throughline.core.roles import Role
from throughline.journal.actions import record
from throughline.workforce.models import Agent

_LOCKED = Read(lambda: WorkItem.objects.select_for_update().filter(id=Late("item")))
_AGENT = Read(lambda: Agent.objects.filter(user_id=Late("user")))


def held_item(*, item_id: UUID, fence: int, by: UUID, at: datetime) -> tuple[WorkItem, Agent]:
    """Return the item, locked until the transaction ends, if this user's lease with this fence holds it.

    Raises LeaseLost otherwise. Nobody can claim or expire the item before the caller commits.
    """
    agent = agent_of(by)
    item = _LOCKED.first(item=item_id)
    if item is None:
        raise LeaseLost("This conversation is over; take the next one.")
    row = rules.Lease(
        fence=item.fence,
        agent=item.agent_id if item.state == State.LEASED else None,
        until=item.lease_until,
    )
    verdict = rules.may_write(row, fence=fence, agent=agent.id, at=at)
    if isinstance(verdict, rules.Lost):
        raise LeaseLost(verdict.reason)
    return item, agent


def agent_of(user_id: UUID) -> Agent:
    """Return the agent that this user is. Raises NotAHandler."""
    agent = _AGENT.first(user=user_id)
    if agent is None:
        raise NotAHandler
    return agent


def check_lease(*, lease: Lease, by: UUID, at: datetime) -> None:
    """Refuse an act whose lease is over, and keep the lease from ending before the act is committed.

    For the rooms above: call it first, in the transaction of the act.
    """
    # No savepoint: whatever is refused here is refused before anything is written.
    with acting(Role.DISPATCH, user=by):
        held_item(item_id=lease.item_id, fence=lease.fence, by=by, at=at)


def heartbeat(*, item_id: UUID, fence: int, by: UUID, at: datetime) -> datetime:
    """Extend the lease and return until when it holds."""
    with moving(by):
        item, agent = held_item(item_id=item_id, fence=fence, by=by, at=at)
        until = max(rules.extended(at, terms(at)), item.lease_until or at)
        WorkItem.objects.filter(id=item.id).update(lease_until=until)
        record(
            "calling.lease_extended",
            at=at,
            by=by,
            subjects=(item.id,),
            supplier=agent.supplier_id,
            fence=fence,
        )
    return until


def put_down(*, lease: Lease, by: UUID, at: datetime) -> None:
    """Give the conversation back to where it came from, with no attempt counted."""
    with moving(by):
        item, agent = held_item(item_id=lease.item_id, fence=lease.fence, by=by, at=at)
        release(item)
        item.save()
        record(
            "calling.item_put_down",
            at=at,
            by=by,
            subjects=(item.id, item.household_id),
            supplier=agent.supplier_id,
            fence=lease.fence,
        )


def release(item: WorkItem) -> None:
    """End the lease on the row in hand: back to the local team that holds the item, or to its queue."""
    item.state = State.LOCAL if item.team_id else State.WAITING
    item.agent_id = item.lease_until = item.leased_at = None
    item.revision += 1
