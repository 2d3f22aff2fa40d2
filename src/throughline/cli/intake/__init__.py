"""`throughline intake`: loading what senders send, its ledger, and its quarantine."""

from __future__ import annotations

from throughline.cli.intake.commands import app

__all__ = ["app"]
