"""Every read of calling that leaves the room."""

from __future__ import annotations

from throughline.calling.queries.board import QueueLine, handovers_due, queue_board
from throughline.calling.queries.counts import AttemptCount, attempt_counts
from throughline.calling.queries.empty import queue_waiting, why_empty
from throughline.calling.queries.leases import Lease, item_in_hand, lease_in_hand
from throughline.calling.queries.terms import outcomes, terms
from throughline.calling.rules.empty import Empty

__all__ = [
    "AttemptCount",
    "Empty",
    "Lease",
    "QueueLine",
    "attempt_counts",
    "handovers_due",
    "item_in_hand",
    "lease_in_hand",
    "outcomes",
    "queue_board",
    "queue_waiting",
    "terms",
    "why_empty",
]
