"""What agents are doing now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.core.reads import Late, Read
from throughline.workforce.models import AgentState


@dataclass(frozen=True, kw_only=True)
class Doing:
    """What an agent is doing, and since when."""

    agent_id: UUID
    state: str
    code: str
    queue_waiting: bool | None
    since: datetime


_OF_USER = Read(
    lambda: AgentState.objects.filter(to_at=None, agent__user_id=Late("user")).order_by("from_at")
)


def state_of(user_id: UUID) -> Doing | None:
    """Return what this user is doing as an agent. Runs as r_dispatch."""
    found = _OF_USER.first(user=user_id)
    return _doing(found) if found else None


def floor_of(supplier_id: UUID) -> list[Doing]:
    """Return what every agent of a supplier is doing, longest in their state first."""
    rows = AgentState.objects.filter(to_at=None, supplier_id=supplier_id).order_by("from_at")
    return [_doing(row) for row in rows]


def _doing(row: AgentState) -> Doing:
    return Doing(
        agent_id=row.agent_id,
        state=row.state,
        code=row.code,
        queue_waiting=row.queue_waiting,
        since=row.from_at,
    )
