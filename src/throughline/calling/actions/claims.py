"""Taking a conversation: the best of the agent's queues, locked and leased in one statement."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection
from psycopg.errors import UniqueViolation

from throughline.calling.actions.claim_sql import AT_ONCE, FROM_EACH_QUEUE, FROM_THE_TOP
from throughline.calling.actions.leases import agent_of
from throughline.calling.actions.role import moving
from throughline.calling.errors import ItemMoved
from throughline.calling.models import State, WorkItem
from throughline.calling.queries.leases import Lease, lease_in_hand, lease_of
from throughline.calling.queries.ranks import REST_REASON, is_owed_a_call
from throughline.calling.queries.terms import kept_terms
from throughline.calling.queries.terms import terms as terms_in_force
from throughline.calling.rules.claiming import CALLBACK_GRACE, callable_again_at
from throughline.calling.rules.hours import in_service
from throughline.calling.rules.leases import extended
from throughline.core.context import as_role
from throughline.core.prepared import one
from throughline.core.roles import Role
from throughline.core.wire import Value
from throughline.definitions.forms.calling import Calling
from throughline.journal.actions import record
from throughline.journal.actions.within import entry_values

# How many spent households one claim puts to rest before it lets the next claim go on.
MOST_RESTED = 50

CLAIMED = "calling.item_claimed"


def claim_next(*, user_id: UUID, at: datetime) -> Lease | None:
    """Lease the best conversation of this user's queues, or return the one already in hand.

    None when nothing waits that may be called now: `queries.why_empty` says why. Nothing is claimed outside
    the hours of service. A household that was called as often as is right is put to rest on the way.
    """
    try:
        terms = kept_terms(at)
        if terms is not None and not connection.in_atomic_block:
            found = _at_once(user_id, terms, at)
            if found is not None:
                return found
        with moving(user_id):
            terms = terms_in_force(at)
            if in_service(at, terms):
                return _claim(user_id, terms, at)
            return lease_in_hand(user_id=user_id, at=at)
    except (IntegrityError, UniqueViolation):
        # The same person asked twice at once: the database keeps one lease an agent.
        with moving(user_id):
            return lease_in_hand(user_id=user_id, at=at)


def _at_once(user_id: UUID, terms: Calling, at: datetime) -> Lease | None:
    """Claim in a transaction of its own, in one round trip, if there is nothing to think about."""
    if not in_service(at, terms):
        return None
    values = _moments(user_id, terms, at) | entry_values(
        CLAIMED, at=at, by=user_id, role=Role.DISPATCH, body=("agent", "fence")
    )
    rows = AT_ONCE.run(as_role(Role.DISPATCH, user=user_id), values)
    for item, ref, household, agent, fence in rows:
        return Lease(
            item_id=UUID(item),
            item_ref=UUID(ref),
            household_id=UUID(household),
            agent_id=UUID(agent),
            fence=int(fence or 0),
            leased_at=at,
            lease_until=extended(at, terms),
        )
    return None


def _moments(user_id: UUID, terms: Calling, at: datetime) -> dict[str, Value]:
    return {
        "user": user_id,
        "at": at,
        "until": extended(at, terms),
        "grace": at - CALLBACK_GRACE,
        # A local day can have 25 hours.
        "since": at - timedelta(hours=max(25, terms.allowance.within_hours)),
    }


def _claim(user_id: UUID, terms: Calling, at: datetime) -> Lease | None:
    parameters = _moments(user_id, terms, at)
    for _ in range(MOST_RESTED):
        row = one(FROM_THE_TOP, parameters) or one(FROM_EACH_QUEUE, parameters)
        if row is None:
            return None
        lease, supplier = _lease(row), row["supplier_id"]
        if not row["fresh"]:
            return (
                lease if lease.lease_until > at else _renewed(lease, supplier, user_id, terms, at)
            )
        again_at = callable_again_at(
            skill=row["skill"],
            owed=is_owed_a_call(json.loads(row["facts"])),
            ways=row["ways"] or (),
            uses=json.loads(row["uses"] or "{}"),
            terms=terms,
            at=at,
        )
        if again_at is None:
            _record(CLAIMED, lease, supplier, user_id, at)
            return lease
        _rest(lease, again_at, user_id, at)
    return None


def _lease(row: dict[str, Any]) -> Lease:
    return Lease(
        item_id=row["id"],
        item_ref=row["ref"],
        household_id=row["household_id"],
        agent_id=row["agent_id"],
        fence=row["fence"],
        leased_at=row["leased_at"],
        lease_until=row["lease_until"],
    )


def _record(kind: str, lease: Lease, supplier: UUID, by: UUID, at: datetime) -> None:
    record(
        kind,
        at=at,
        by=by,
        subjects=(lease.item_id, lease.household_id),
        supplier=supplier,
        agent=lease.agent_id,
        fence=lease.fence,
    )


def _renewed(lease: Lease, supplier: UUID, by: UUID, terms: Calling, at: datetime) -> Lease:
    """Take again a conversation whose lease ran out a moment ago and which nobody else has taken."""
    item = WorkItem.objects.select_for_update().get(id=lease.item_id)
    item.fence += 1
    item.leased_at, item.lease_until = at, extended(at, terms)
    item.save(update_fields=["fence", "leased_at", "lease_until"])
    renewed = lease_of(item)
    _record(CLAIMED, renewed, supplier, by, at)
    return renewed


def _rest(lease: Lease, until: datetime, by: UUID, at: datetime) -> None:
    item = WorkItem.objects.get(id=lease.item_id)
    item.state, item.callable_from = State.RESTING, until
    item.agent_id = item.leased_at = item.lease_until = None
    item.facts[REST_REASON] = "allowance"
    item.save()
    record(
        "calling.item_rested",
        at=at,
        by=by,
        subjects=(item.id, item.household_id),
        until=until,
        reason="allowance",
    )


def claim_local(*, user_id: UUID, item_id: UUID, at: datetime) -> Lease:
    """Take from the list an item that is with this user's own local team.

    A team calls at its own pace and hours. Raises ItemMoved when it is not there to be taken.
    """
    with moving(user_id):
        terms = terms_in_force(at)
        agent = agent_of(user_id)
        in_hand = WorkItem.objects.filter(agent_id=agent.id, state=State.LEASED).first()
        if in_hand is not None:
            if in_hand.id != item_id and in_hand.lease_until and in_hand.lease_until > at:
                return lease_of(in_hand)
            if in_hand.id == item_id:
                return _local_again(lease_of(in_hand), agent.supplier_id, user_id, terms, at)
            raise ItemMoved
        item = (
            WorkItem.objects.select_for_update()
            .filter(id=item_id, state=State.LOCAL, team_id=agent.team_id)
            .first()
        )
        if item is None or agent.team_id is None:
            raise ItemMoved
        item.state, item.agent_id = State.LEASED, agent.id
        item.fence += 1
        item.leased_at, item.lease_until = at, extended(at, terms)
        item.accepted_at = item.accepted_at or at
        item.revision += 1
        item.save()
        lease = lease_of(item)
        _record(CLAIMED, lease, agent.supplier_id, user_id, at)
    return lease


def _local_again(lease: Lease, supplier: UUID, by: UUID, terms: Calling, at: datetime) -> Lease:
    return lease if lease.lease_until > at else _renewed(lease, supplier, by, terms, at)
