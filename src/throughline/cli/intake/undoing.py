"""Undoing a load from the command line, to its end, as a running worker would."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction

from throughline.cli.intake.loading import OPERATOR
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.errors import NotFound
from throughline.core.roles import Role
from throughline.intake.actions import ask_to_undo
from throughline.intake.actions.undoing import undo_next
from throughline.intake.queries import Receipt, receipt
from throughline.intake.queries.brought import Thing, left_of
from throughline.intake.queries.undoing import Undoing, undoing

Undone = tuple[Receipt, Undoing, tuple[Thing, ...]]
"""The receipt, the rows that stay, and what withdrawn rows told of persons and stays."""


def undo(message: str, *, reason: str, by: str | None, dry_run: bool) -> Undone:
    """Undo a load, or only say what that would do; return its receipt and what was left."""
    try:
        ref = UUID(message)
    except ValueError:
        raise NotFound from None
    with transaction.atomic():
        with acting(Role.MATCH):
            ask_to_undo(
                message_ref=ref, reason=reason, by=UUID(by) if by else OPERATOR, at=clock.now()
            )
        if dry_run:
            found = _to_its_end(ref)
            transaction.set_rollback(True)
            return found
    return _to_its_end(ref)


def _to_its_end(ref: UUID) -> Undone:
    done = 1
    while done:
        with transaction.atomic(), acting(Role.MATCH):
            done = undo_next(at=clock.now())
    with transaction.atomic(), acting(Role.MATCH):
        return receipt(ref), undoing(ref), left_of(ref)
