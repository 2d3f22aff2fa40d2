"""Every change that calling makes. Each is one transaction with its journal entry inside."""

from __future__ import annotations

from throughline.calling.actions.assign import assign
from throughline.calling.actions.attempts import start_attempt
from throughline.calling.actions.claims import claim_local, claim_next
from throughline.calling.actions.finish import finish
from throughline.calling.actions.handover import accept, close_items, give_back, hand_over
from throughline.calling.actions.leases import check_lease, heartbeat, put_down
from throughline.calling.actions.offers import Offer, offer

__all__ = [
    "Offer",
    "accept",
    "assign",
    "check_lease",
    "claim_local",
    "claim_next",
    "close_items",
    "finish",
    "give_back",
    "hand_over",
    "heartbeat",
    "offer",
    "put_down",
    "start_attempt",
]
