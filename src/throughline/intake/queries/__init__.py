"""Every read of intake that leaves the room."""

from __future__ import annotations

from throughline.intake.queries.receipts import Receipt, receipt, receipt_of_rows

__all__ = ["Receipt", "receipt", "receipt_of_rows"]
