"""Every change that intake makes. Each is one transaction with its journal entry inside."""

from __future__ import annotations

from throughline.intake.actions.mended import Mended, is_mended, load_mended
from throughline.intake.actions.quarantine import correct_row, decide_conflict, reject_row
from throughline.intake.actions.store import Stored, store

__all__ = [
    "Mended",
    "Stored",
    "correct_row",
    "decide_conflict",
    "is_mended",
    "load_mended",
    "reject_row",
    "store",
]
