"""The conversation in an agent's hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.calling.models import State, WorkItem
from throughline.workforce.models import Agent


@dataclass(frozen=True, kw_only=True)
class Lease:
    """The conversation in an agent's hand. An act that carries an older `fence` is refused."""

    item_id: UUID
    item_ref: UUID
    household_id: UUID
    agent_id: UUID
    fence: int
    leased_at: datetime
    lease_until: datetime


def lease_in_hand(*, user_id: UUID, at: datetime) -> Lease | None:
    """Return the lease that this user holds at that moment, or None. Runs as r_dispatch."""
    item = (
        WorkItem.objects.filter(
            agent_id__in=Agent.objects.filter(user_id=user_id).values("id"),
            state=State.LEASED,
            lease_until__gt=at,
        )
        .only("ref", "household_id", "agent_id", "fence", "leased_at", "lease_until")
        .first()
    )
    return lease_of(item) if item else None


def lease_of(item: WorkItem) -> Lease:
    """Return the lease that a leased item's row describes; the database keeps such a row whole."""
    if item.agent_id is None or item.leased_at is None or item.lease_until is None:
        raise ValueError(f"Item {item.id} is not leased.")
    return Lease(
        item_id=item.id,
        item_ref=item.ref,
        household_id=item.household_id,
        agent_id=item.agent_id,
        fence=item.fence,
        leased_at=item.leased_at,
        lease_until=item.lease_until,
    )
