"""A lease: one conversation, one handler, until it ends or runs out; a number fences off the last one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from throughline.definitions.forms.calling import Calling


@dataclass(frozen=True, kw_only=True)
class Lease:
    """What the work item's row says now. `fence` grows by one with every claim."""

    fence: int
    agent: UUID | None
    until: datetime | None


@dataclass(frozen=True, kw_only=True)
class Held:
    """This handler may write."""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """This handler may not; the reason is what the screen says."""

    reason: str


def next_fence(lease: Lease) -> int:
    """The number of the next claim: one more than any claim before it."""
    return lease.fence + 1


def extended(at: datetime, terms: Calling) -> datetime:
    """Until when a claim or a heartbeat at this moment holds."""
    return at + timedelta(seconds=terms.lease.seconds)


def is_free(lease: Lease, at: datetime) -> bool:
    """Whether anybody may claim it."""
    return lease.agent is None or lease.until is None or lease.until <= at


def may_write(lease: Lease, *, fence: int, agent: UUID, at: datetime) -> Held | Lost:
    """Whether a write that carries this fence still belongs to the lease.

    A lease that ran out and was claimed by nobody since has the same fence, but it is over: the
    work item may be claimed at this very moment.
    """
    if fence != lease.fence or agent != lease.agent:
        return Lost(reason="Someone else has this conversation now; your draft was kept for them.")
    if is_free(lease, at):
        return Lost(reason="Your time with this conversation ran out; take it again to go on.")
    return Held()
