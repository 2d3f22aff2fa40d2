"""Every read of intake that leaves the room."""

from __future__ import annotations

from throughline.intake.queries.alarms import Alarm
from throughline.intake.queries.ledger import Ledger, LedgerRow, ledger
from throughline.intake.queries.quarantine import (
    OpenRow,
    oldest_open,
    one_open,
    open_quarantine,
    write_quarantine,
)
from throughline.intake.queries.receipts import Receipt, receipt, receipt_of_rows

__all__ = [
    "Alarm",
    "Ledger",
    "LedgerRow",
    "OpenRow",
    "Receipt",
    "ledger",
    "oldest_open",
    "one_open",
    "open_quarantine",
    "receipt",
    "receipt_of_rows",
    "write_quarantine",
]
