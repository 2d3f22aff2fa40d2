"""A receipt in words."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.intake.queries import Receipt
from throughline.intake.queries.messages import MessageLine
from throughline.web.authority.ledger.pages import STATES
from throughline.web.balance import Balance, balance_of


@dataclass(frozen=True, kw_only=True)
class ReceiptPage:
    """One message's receipt."""

    message: MessageLine
    receipt: Receipt
    balance: Balance
    state: str
    tag: str


def receipt_page(message: MessageLine, receipt: Receipt) -> ReceiptPage:
    """Lay the receipt out as a balance."""
    state, tag = STATES[message.state]
    return ReceiptPage(
        message=message,
        receipt=receipt,
        balance=balance_of_receipt(receipt),
        state=state,
        tag=tag,
    )


def balance_of_receipt(receipt: Receipt) -> Balance:
    """Lay a receipt's places along the bar."""
    return balance_of(
        received=receipt.received,
        places={
            "waiting": receipt.waiting,
            "accepted": receipt.accepted,
            "duplicate": receipt.duplicates,
            "corrected": receipt.corrected,
            "quarantined": receipt.quarantined,
            "rejected": receipt.rejected,
        },
    )
