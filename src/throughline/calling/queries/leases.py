"""The conversation in an agent's hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.calling.models import State, WorkItem
from throughline.core.context import acting
from throughline.core.errors import NotFound
from throughline.core.reads import Late, Read
from throughline.core.remembering import remember, remembered
from throughline.core.roles import Role
from throughline.workforce.models import Agent

_LEASE = ("ref", "household_id", "agent_id", "fence", "leased_at", "lease_until")
_ABOUT = ("kind", "language", "skill", "facts", "opened_at")
_ITEM = Read(lambda: WorkItem.objects.filter(id=Late("item")).only(*_ABOUT))
_IN_HAND = Read(
    lambda: WorkItem.objects.filter(
        agent_id__in=Agent.objects.filter(user_id=Late("user")).values("id"),
        state=State.LEASED,
        lease_until__gt=Late("at"),
    ).only(*_LEASE, *_ABOUT)
)


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
    item = _IN_HAND.first(user=user_id, at=at)
    if item is None:
        return None
    remember(("item", item.id), item)
    return lease_of(item)


def item_in_hand(lease: Lease, *, user_id: UUID) -> WorkItem:
    """Return kind, language, skill and facts of the item of a lease, and since when it is open.

    The queues are not the desk's to read, so that it is read as `r_dispatch`.
    """

    def read() -> WorkItem | None:
        with acting(Role.DISPATCH, user=user_id):
            return _ITEM.first(item=lease.item_id)

    item = remembered(("item", lease.item_id), read)
    if item is None:
        raise NotFound
    return item


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
