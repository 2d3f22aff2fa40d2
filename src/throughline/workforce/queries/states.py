"""What agents are doing now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.workforce.models import AgentState


@dataclass(frozen=True, kw_only=True)
class Doing:
    """What an agent is doing, and since when."""

    agent_id: UUID
    state: str
    code: str
    queue_waiting: bool | None
    since: datetime


def state_of(user_id: UUID) -> Doing | None:
    """Return what this user is doing as an agent. Runs as r_dispatch."""
    found = _doing(user_id=user_id)
    return found[0] if found else None


def floor_of(supplier_id: UUID) -> list[Doing]:
    """Return what every agent of a supplier is doing, longest in their state first."""
    return _doing(supplier_id=supplier_id)


def _doing(*, user_id: UUID | None = None, supplier_id: UUID | None = None) -> list[Doing]:
    rows = AgentState.objects.filter(to_at=None).order_by("from_at")
    if user_id is not None:
        rows = rows.filter(agent__user_id=user_id)
    if supplier_id is not None:
        rows = rows.filter(supplier_id=supplier_id)
    return [
        Doing(
            agent_id=row.agent_id,
            state=row.state,
            code=row.code,
            queue_waiting=row.queue_waiting,
            since=row.from_at,
        )
        for row in rows
    ]
