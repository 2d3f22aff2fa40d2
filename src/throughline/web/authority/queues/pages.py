"""The board of queues in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.calling.queries import QueueLine
from throughline.calling.rules.queues import from_key
from throughline.web import words

# What the terms of calling hold useful is a day for a case; past half of it a queue is slow, past it late.
SLOW, LATE = timedelta(hours=12), timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Queue:
    """One queue as the board shows it."""

    title: str
    parts: str
    waiting: int
    waits: timedelta | None
    resting: int
    leased: int
    state: str
    tag: str


@dataclass(frozen=True, kw_only=True)
class Board:
    """All queues, and their sums."""

    queues: tuple[Queue, ...]
    waiting: int
    resting: int
    leased: int
    at: datetime


def board_of(lines: Sequence[QueueLine], *, at: datetime) -> Board:
    """Put the queues into words."""
    return Board(
        queues=tuple(_queue(line, at=at) for line in lines),
        waiting=sum(line.waiting for line in lines),
        resting=sum(line.resting for line in lines),
        leased=sum(line.leased for line in lines),
        at=at,
    )


def _queue(line: QueueLine, *, at: datetime) -> Queue:
    key = from_key(line.queue)
    waits = at - line.oldest if line.oldest else None
    state, tag = _state(line, waits)
    parts = (f"tier {key.tier}", words.skill(key.skill), words.area(key.area))
    return Queue(
        title=f"{words.KINDS.get(key.kind, key.kind)}, {words.language(key.language)}",
        parts=", ".join(part for part in parts if part),
        waiting=line.waiting,
        waits=waits,
        resting=line.resting,
        leased=line.leased,
        state=state,
        tag=tag,
    )


def _state(line: QueueLine, waits: timedelta | None) -> tuple[str, str]:
    if waits is None:
        return ("In conversation", "good") if line.leased else ("Resting", "hold")
    if waits > LATE:
        return "Late", "bad"
    if waits > SLOW:
        return "Slow", "warn"
    return "In time", "good"
