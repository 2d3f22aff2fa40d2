"""Every change that intake makes. Each is one transaction with its journal entry inside."""

from __future__ import annotations

from throughline.intake.actions.mended import Mended, is_mended, load_mended
from throughline.intake.actions.quarantine import correct_row, decide_conflict, reject_row
from throughline.intake.actions.store import Stored, store
from throughline.intake.actions.undoing import ask_to_undo

__all__ = [
    "Mended",
    "Stored",
    "ask_to_undo",
    "correct_row",
    "decide_conflict",
    "is_mended",
    "load_mended",
    "reject_row",
    "store",
]
