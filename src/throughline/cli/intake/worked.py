"""Working the quarantine from the command line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from django.db import transaction

from throughline.cli.intake.loading import OPERATOR, quarantine_file, take_up_all
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.errors import NotFound
from throughline.core.roles import Role
from throughline.intake.actions import correct_row, reject_row
from throughline.intake.queries.quarantine import open_quarantine, place_of


def listed(source: str | None) -> list[dict[str, object]]:
    """Return the open rows without their values, which are for the file and the page alone."""
    with transaction.atomic(), acting(Role.MATCH):
        rows = open_quarantine(sender=source, limit=None)
    return [
        {
            "ref": str(row.ref),
            "message": str(row.message_ref),
            "sender": row.sender,
            "number": row.number,
            "column": row.column,
            "reason": row.reason,
            "sentence": f"{row.column or 'row'}: {row.allowed}",
            "since": row.at.isoformat(),
        }
        for row in rows
    ]


def exported(message: str, to: Path | None) -> Path | None:
    """Write a message's rows to a file and return its path, or None when it has none."""
    ref = _ref(message)
    with transaction.atomic(), acting(Role.MATCH):
        found = open_quarantine(message_ref=ref, limit=1)
    return quarantine_file(ref, to) if found else None


def corrected(ref: str, values: Mapping[str, str], by: str | None, *, dry_run: bool) -> str:
    """Mend one row, take it up, and return where it ended; a dry run then undoes all of it."""
    with transaction.atomic():
        with acting(Role.MATCH):
            correct_row(ref=_ref(ref), values=values, by=_who(by), at=clock.now())
        if dry_run:
            take_up_all()
            place = _place(ref)
            transaction.set_rollback(True)
            return place
    take_up_all()
    return _place(ref)


def rejected(ref: str, reason: str, by: str | None, *, dry_run: bool) -> None:
    """Reject one row."""
    with transaction.atomic():
        with acting(Role.MATCH):
            reject_row(ref=_ref(ref), reason=reason, by=_who(by), at=clock.now())
        transaction.set_rollback(dry_run)


def _place(ref: str) -> str:
    """Return where in the ledger a row stands now."""
    with transaction.atomic(), acting(Role.MATCH):
        return place_of(_ref(ref))


def _ref(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _who(by: str | None) -> UUID:
    """The user of that reference; the machine's operator when none is named."""
    return UUID(by) if by else OPERATOR
