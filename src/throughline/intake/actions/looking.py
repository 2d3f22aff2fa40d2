"""Looking at rows that hold personal data: each look leaves its entry, with the reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TextIO
from uuid import UUID

from django.db import transaction

from throughline.core.errors import NotFound
from throughline.intake.models import Message, Quarantined
from throughline.intake.queries.quarantine import (
    OpenRow,
    columns_of,
    one_open,
    open_quarantine,
    write_quarantine,
)
from throughline.intake.queries.samples import Sample, sample_of_message
from throughline.journal.actions import record


@dataclass(frozen=True, kw_only=True)
class RowToMend:
    """An open row with all its columns as they were sent, in the file's order."""

    row: OpenRow
    columns: tuple[tuple[str, str], ...]


@transaction.atomic
def look_at_rows(
    *,
    by: UUID,
    at: datetime,
    sender: str | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 50,
) -> list[OpenRow]:
    """Return open rows, the oldest first, for the person who works them."""
    rows = open_quarantine(sender=sender, after=after, limit=limit)
    record("access.list_seen", at=at, by=by, subjects=[by], why="quarantine", rows=len(rows))
    return rows


@transaction.atomic
def look_at_row(*, ref: UUID, by: UUID, at: datetime) -> RowToMend:
    """Return one open row in full. Raises NotFound when it is not there, or not open any more."""
    row = one_open(ref)
    if row is None:
        raise NotFound
    kept = Quarantined.objects.select_related("message").get(ref=ref)
    record(
        "access.row_seen",
        at=at,
        by=by,
        subjects=[kept.id, kept.message_id],
        why="quarantine",
        row=row.number,
    )
    return RowToMend(row=row, columns=tuple(columns_of(kept).items()))


@transaction.atomic
def look_at_file(*, message_ref: UUID, by: UUID, at: datetime) -> Sample:
    """Return the first rows of a file that waits for its mapping. Raises NotFound when none does."""
    message = Message.objects.filter(ref=message_ref, state="unmapped").first()
    if message is None:
        raise NotFound
    found = sample_of_message(message)
    record(
        "access.file_seen", at=at, by=by, subjects=[message.id, message.sender_id], why="mapping",
        rows=len(found.rows),
    )  # fmt: skip
    return found


@transaction.atomic
def export_rows(file: TextIO, *, message_ref: UUID, by: UUID, at: datetime) -> int:
    """Write a message's open rows as CSV to be mended, and say in the journal how many left."""
    number = write_quarantine(file, message_ref=message_ref)
    if number:
        record("access.rows_exported", at=at, by=by, subjects=[by], why="quarantine", rows=number)
    return number
