"""Giving one conversation to one handler, as a leader does who knows whom a home speaks with best."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughline.calling.actions.leases import agent_of
from throughline.calling.actions.role import moving
from throughline.calling.errors import ItemMoved
from throughline.calling.models import State, WorkItem
from throughline.journal.actions import record


def assign(*, item_id: UUID, user_id: UUID, by: UUID | None, at: datetime) -> None:
    """Make a waiting conversation the next one that this handler takes.

    It is theirs as a call that they promised is: after a while of grace anyone may take it. Raises ItemMoved
    when it does not wait, NotAHandler for somebody who takes no conversations.
    """
    with moving(by):
        agent = agent_of(user_id)
        item = WorkItem.objects.select_for_update().filter(id=item_id, state=State.WAITING).first()
        if item is None:
            raise ItemMoved
        item.callback_agent_id, item.callable_from = agent.id, at
        item.revision += 1
        item.save(update_fields=["callback_agent_id", "callable_from", "revision"])
        record(
            "calling.item_assigned",
            at=at,
            by=by,
            subjects=(item.id, item.household_id),
            supplier=agent.supplier_id,
            agent=agent.id,
        )
