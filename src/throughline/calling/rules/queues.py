"""Queues by kind, tier, skill, language and area, and who may take from which."""

from collections.abc import Iterable
from dataclasses import dataclass

SEPARATOR = "/"
PARTS = ("kind", "tier", "skill", "language", "area")
FOR_ANYBODY = "retraction"
"""The kind that needs no training of its own: whoever may ring somebody may say that they were told wrong."""


class QueueKeyError(ValueError):
    """A key that names no queue."""


@dataclass(frozen=True, kw_only=True, order=True)
class Queue:
    """Where a work item waits. Every part is a lower-case code; the area is empty where unknown."""

    kind: str
    tier: str
    skill: str
    language: str
    area: str = ""

    def __post_init__(self) -> None:
        for name in PARTS:
            part: str = getattr(self, name)
            if (not part and name != "area") or part != part.strip().lower() or SEPARATOR in part:
                raise QueueKeyError(
                    f"{name} {part!r} cannot be part of a queue; use a lower-case code without "
                    f'"{SEPARATOR}".'
                )

    @property
    def key(self) -> str:
        return SEPARATOR.join((self.kind, self.tier, self.skill, self.language, self.area))


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What one agent is trained and placed for; `areas` None means everywhere."""

    kinds: frozenset[str]
    tiers: frozenset[str]
    skills: frozenset[str]
    languages: frozenset[str]
    areas: frozenset[str] | None = None


def from_key(key: str) -> Queue:
    """The queue that a stored key names."""
    parts = key.split(SEPARATOR)
    if len(parts) != len(PARTS):
        raise QueueKeyError(f"{key!r} is not a queue; write {SEPARATOR.join(PARTS)}.")
    return Queue(**dict(zip(PARTS, parts, strict=True)))


def may_take(reach: Reach, queue: Queue) -> bool:
    """Whether this agent may be given a conversation from this queue."""
    return (
        (queue.kind in reach.kinds or queue.kind == FOR_ANYBODY)
        and queue.tier in reach.tiers
        and queue.skill in reach.skills
        and queue.language in reach.languages
        and (reach.areas is None or queue.area in reach.areas)
    )


def queues_for(reach: Reach, queues: Iterable[Queue]) -> tuple[Queue, ...]:
    """Those of these queues that the agent may take from."""
    return tuple(queue for queue in queues if may_take(reach, queue))
