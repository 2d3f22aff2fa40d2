"""The quarantine as a list to be worked, and as a file to be mended."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TextIO
from uuid import UUID

from throughline.intake.models import IncomingRow, Quarantined
from throughline.intake.parsing.spreadsheets import disarmed
from throughline.intake.reading import open_message, raw, row_fields
from throughline.intake.rules.record import Fault

MARK, WHY, TEXT = "quarantine_ref", "quarantine_why", "quarantine_text"
"""The columns that an exported file has beside those of the sender's own."""

DEADLINE = timedelta(hours=4)
"""A row that waits longer may be a positive result whose contacts nobody has asked for."""


@dataclass(frozen=True, kw_only=True)
class OpenRow:
    """A row in quarantine. `value` is personal data: for the page of whoever works it, nowhere else."""

    ref: UUID
    sender: str
    sender_name: str
    message_ref: UUID
    message_name: str
    number: int
    column: str
    value: str
    reason: str
    sentence: str
    allowed: str
    at: datetime
    revision: int
    owner_id: UUID | None

    @property
    def due_at(self) -> datetime:
        """By when a person must have dealt with it."""
        return self.at + DEADLINE


@dataclass(frozen=True, kw_only=True)
class Oldest:
    """The row that has waited longest: since when, whose it is, and who has taken it on."""

    at: datetime
    sender: str
    owner_id: UUID | None

    @property
    def due_at(self) -> datetime:
        """By when a person must have dealt with it."""
        return self.at + DEADLINE


def open_quarantine(
    *,
    sender: str | None = None,
    message_ref: UUID | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int | None = 50,
) -> list[OpenRow]:
    """Return rows that wait for a person, the oldest first; `after` is the last one's (at, ref)."""
    rows = Quarantined.objects.filter(state="open").select_related("message__sender")
    if sender is not None:
        rows = rows.filter(message__sender__code=sender)
    if message_ref is not None:
        rows = rows.filter(message__ref=message_ref)
    if after is not None:
        at, ref = after
        rows = rows.filter(at__gte=at).exclude(at=at, ref__lte=ref)
    return [_open_row(row) for row in rows.order_by("at", "ref")[:limit]]


def one_open(ref: UUID) -> OpenRow | None:
    """Return one open row."""
    row = (
        Quarantined.objects.filter(state="open", ref=ref).select_related("message__sender").first()
    )
    return _open_row(row) if row else None


def place_of(ref: UUID) -> str:
    """Return where in the ledger a row stands that is or was in quarantine."""
    row = Quarantined.objects.get(ref=ref)
    return IncomingRow.objects.get(message_id=row.message_id, number=row.number).place


def oldest_open() -> datetime | None:
    """Return since when the oldest open row has been waiting."""
    return (
        Quarantined.objects.filter(state="open").order_by("at").values_list("at", flat=True).first()
    )


def oldest_row() -> Oldest | None:
    """Return the row that has waited longest."""
    row = (
        Quarantined.objects.filter(state="open")
        .select_related("message__sender")
        .order_by("at")
        .first()
    )
    if row is None:
        return None
    return Oldest(at=row.at, sender=row.message.sender.name, owner_id=row.owner_id)


def columns_of(row: Quarantined) -> dict[str, str]:
    """Return a row's columns by name as they were sent; empty values where it could not be cut up."""
    opened = open_message(row.message)
    place = IncomingRow.objects.get(message_id=row.message_id, number=row.number)
    fields = row_fields(row.message, opened, offset=place.offset, length=place.length)
    names = opened.layout.columns
    return dict(zip(names, fields or [""] * len(names), strict=True))


def write_quarantine(file: TextIO, *, message_ref: UUID) -> int:
    """Write a message's open rows as CSV that can be mended and loaded again; return how many."""
    rows = list(
        Quarantined.objects.filter(state="open", message__ref=message_ref)
        .select_related("message")
        .order_by("number")
    )
    if not rows:
        return 0
    writer = csv.writer(file)
    writer.writerow([*open_message(rows[0].message).layout.columns, MARK, WHY, TEXT])
    writer.writerows(_lines(rows))
    return len(rows)


def _lines(rows: list[Quarantined]) -> Iterator[list[str]]:
    for row in rows:
        columns = columns_of(row)
        text = "" if any(columns.values()) else _as_text(row)
        cells = [*columns.values(), str(row.ref), _sentence(row), text]
        yield [disarmed(cell) for cell in cells]


def _as_text(row: Quarantined) -> str:
    place = IncomingRow.objects.get(message_id=row.message_id, number=row.number)
    text = raw(row.message, place.offset, min(place.length, 2000)).decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in text).strip()


def _sentence(row: Quarantined) -> str:
    if not row.column:
        return row.allowed
    fault = Fault(column=row.column, value=row.value, reason=row.reason, allowed=row.allowed)
    return fault.sentence


def _open_row(row: Quarantined) -> OpenRow:
    return OpenRow(
        ref=row.ref,
        sender=row.message.sender.code,
        sender_name=row.message.sender.name,
        message_ref=row.message.ref,
        message_name=row.message.name,
        number=row.number,
        column=row.column,
        value=row.value,
        reason=row.reason,
        sentence=_sentence(row),
        allowed=row.allowed,
        at=row.at,
        revision=row.revision,
        owner_id=row.owner_id,
    )
