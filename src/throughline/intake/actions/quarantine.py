"""Working the quarantine: a row is mended and goes the ordinary way, or is rejected for a reason."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from throughline.core.errors import NotFound, Stale
from throughline.intake.errors import AlreadyDecided, CorrectionRefused, ReasonNeeded
from throughline.intake.models import IncomingRow, Message, Quarantined, ToldLink
from throughline.intake.parsing import FileRefused
from throughline.intake.queries.days import day_received
from throughline.intake.queries.quarantine import columns_of
from throughline.intake.reading import read_mended
from throughline.intake.rules.record import Fault
from throughline.journal.actions import Act, record, record_all


@transaction.atomic
def correct_row(
    *,
    ref: UUID,
    values: Mapping[str, str],
    by: UUID,
    at: datetime,
    expecting: int | None = None,
) -> None:
    """Give a row new values for some columns; the worker then takes it as it takes every row.

    A row that contradicts an earlier report is taken as its correction. Raises CorrectionRefused when the
    new values cannot be right either. Needs r_authority or r_match.
    """
    row = _open_row(ref, expecting)
    columns = {**columns_of(row), **values}
    correction: dict[str, Any] = {"columns": columns, "corrects": row.reason == "conflict"}
    try:
        said = read_mended(row.message, correction)
    except FileRefused as refused:
        raise CorrectionRefused(str(refused)) from None
    if isinstance(said, Fault):
        raise CorrectionRefused(said.sentence)
    row.correction = correction
    _decide(row, "corrected", place="waiting", by=by, at=at)


@transaction.atomic
def reject_row(
    *, ref: UUID, reason: str, by: UUID, at: datetime, expecting: int | None = None
) -> None:
    """Reject a row for a reason: it stays in the ledger, and its bytes in its message."""
    if not reason.strip():
        raise ReasonNeeded
    row = _open_row(ref, expecting)
    row.reject_reason = reason.strip()[:500]
    _decide(row, "rejected", place="rejected", by=by, at=at)


@transaction.atomic
def take_on_row(*, ref: UUID, by: UUID, at: datetime) -> None:
    """Say that whoever does this sees to the row from now on; somebody else's is taken over."""
    row = _open_row(ref, None)
    if row.owner_id == by:
        return
    before, row.owner_id = row.owner_id, by
    row.save(update_fields=["owner_id"])
    record(
        "intake.row_taken_on",
        at=at,
        by=by,
        subjects=[row.id, row.message_id, row.sender_id],
        before=before,
    )


@transaction.atomic
def decide_conflict(*, message_ref: UUID, take: bool, by: UUID, at: datetime) -> None:
    """Say whether a message whose id came before with other content is to be read, or left aside."""
    message = Message.objects.select_for_update().filter(ref=message_ref, state="conflict").first()
    if message is None:
        raise NotFound
    message.state = "stored" if take else "refused"
    if not take:
        message.refused = (
            "The same id had come before with other content; a person left this one aside."
        )
        message.settled_at, message.settled_by, message.settled_why = at, by, "left aside"
    message.save(update_fields=["state", "refused", "settled_at", "settled_by", "settled_why"])
    record(
        "intake.conflict_decided",
        at=at,
        by=by,
        subjects=[message.id, message.sender_id],
        taken=take,
    )


def _open_row(ref: UUID, expecting: int | None) -> Quarantined:
    row = (
        Quarantined.objects.select_related("message")
        .select_for_update(of=("self",))
        .filter(ref=ref)
        .first()
    )
    if row is None:
        raise NotFound
    if row.state != "open":
        raise AlreadyDecided
    if expecting is not None and row.revision != expecting:
        raise Stale
    return row


def _decide(row: Quarantined, state: str, *, place: str, by: UUID, at: datetime) -> None:
    row.state, row.decided_by, row.decided_at = state, by, at
    row.taken_up_at = None
    row.revision += 1
    row.save(
        update_fields=[
            "state", "decided_by", "decided_at", "taken_up_at", "correction", "reject_reason", "revision",
        ]
    )  # fmt: skip
    IncomingRow.objects.filter(message_id=row.message_id, number=row.number).update(place=place)
    if state == "rejected":
        ToldLink.objects.filter(message_id=row.message_id, number=row.number).update(
            withdrawn_at=at
        )
    message = row.message
    body = {
        "message": message.id,
        "sender": message.sender_id,
        "day": day_received(message).isoformat(),
        "row": row.number,
        "from": {"quarantined": 1},
        "to": {place: 1},
    }
    subjects = [row.id, message.id, message.sender_id]
    record_all([Act(kind=f"intake.row_{state}", at=at, by=by, subjects=subjects, body=body)])
