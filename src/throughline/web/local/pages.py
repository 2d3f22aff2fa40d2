"""The team's list in words: each household with its clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.tracing.queries.case_cards import InboxRow
from throughline.web.filters import span

# Within the last quarter of its time a handover is soon due.
SOON = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One household, and how its clock stands."""

    row: InboxRow
    title: str
    since: timedelta
    state: str
    tag: str
    clock: str


@dataclass(frozen=True, kw_only=True)
class Inbox:
    """What waits to be accepted, and what the team has accepted."""

    to_accept: tuple[Waiting, ...]
    accepted: tuple[Waiting, ...]
    late: int
    at: datetime


def inbox_of(rows: Sequence[InboxRow], *, at: datetime) -> Inbox:
    """Put the list into words, the late ones first."""
    lines = tuple(_line(row, at=at) for row in rows)
    waiting = sorted((one for one in lines if not one.row.accepted), key=_due)
    return Inbox(
        to_accept=tuple(waiting),
        accepted=tuple(one for one in lines if one.row.accepted),
        late=sum(1 for one in waiting if one.row.late),
        at=at,
    )


def _line(row: InboxRow, *, at: datetime) -> Waiting:
    state, tag = _state(row, at)
    return Waiting(
        row=row,
        title=", ".join(row.names) or "A household",
        since=at - row.handed_over_at,
        state=state,
        tag=tag,
        clock=_clock(row, at),
    )


def _state(row: InboxRow, at: datetime) -> tuple[str, str]:
    if row.accepted:
        return "Accepted", "good"
    if row.late:
        return "Late", "bad"
    if at < row.due_at < at + SOON:
        return "Soon due", "warn"
    return "To accept", "info"


def _clock(row: InboxRow, at: datetime) -> str:
    if row.late:
        return f"Late by {span(at - row.due_at)}"
    # A team that works its cases from the start has no time set for accepting one.
    return f"To be accepted in {span(row.due_at - at)}" if row.due_at > at else "No time is set"


def _due(one: Waiting) -> tuple[bool, datetime]:
    return not one.row.late, one.row.due_at
