"""Working the messages that wait whole: somebody takes one on, and says what came of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.core.errors import NotFound
from throughline.intake.errors import OUR_FAULT, ReasonNeeded
from throughline.intake.models import Message
from throughline.journal.actions import Act, record, record_all

SETTLED = ("refused", "unmapped")
"""The states of messages of which it is said what came of them."""

UNREAD = "Nobody said how it is read; a person settled it unread."


@transaction.atomic
def take_on_refused(*, ref: UUID, by: UUID, at: datetime) -> None:
    """Say that whoever does this sees to the message from now on; somebody else's is taken over."""
    message = _open_message(ref, "refused", "conflict", "unmapped")
    if message.owner_id == by:
        return
    before, message.owner_id = message.owner_id, by
    message.save(update_fields=["owner_id"])
    subjects = [message.id, message.sender_id]
    record("intake.refused_taken_on", at=at, by=by, subjects=subjects, before=before)


@transaction.atomic
def settle_refused(*, ref: UUID, reason: str, alike: bool, by: UUID, at: datetime) -> int:
    """Say what came of a message, or of all of its sender's that wait for the same reason; return how many.

    One was refused, or nobody said how it is read; of two with one id it is decided which are read. Nothing of it is read: what was mended comes again as another message. Needs r_authority or r_match.
    """
    if not reason.strip():
        raise ReasonNeeded(
            "Say what came of it, in a few words: whether the sender sent it again, or why nobody need."
        )
    message = Message.objects.filter(ref=ref).first()
    if message is None:
        raise NotFound
    chosen = Message.objects.filter(id=message.id)
    if alike:
        chosen = Message.objects.filter(
            sender=message.sender_id, state=message.state, refused=message.refused
        )
    # Locked in one order for all, so that two who settle the same ones wait for each other and no more.
    settled = list(
        chosen.select_for_update().filter(state__in=SETTLED, settled_at=None).order_by("id")
    )
    if message.id not in {one.id for one in settled}:
        raise NotFound
    ids = [one.id for one in settled]
    # No mapping can be chosen any more for one that is done with.
    Message.objects.filter(id__in=ids, state="unmapped").update(state="refused", refused=UNREAD)
    Message.objects.filter(id__in=ids).update(
        settled_at=at, settled_by=by, settled_why=reason.strip()[:500]
    )
    record_all(
        Act(kind="intake.refused_settled", at=at, by=by, subjects=[one.id, one.sender_id], body={})
        for one in settled
    )
    return len(settled)


@transaction.atomic
def read_again(*, ref: UUID, by: UUID, at: datetime) -> None:
    """Have a message read once more on which the service itself failed: its sender has nothing to mend.

    Raises NotFound for one that was refused for what is in it.
    """
    message = _open_message(ref, "refused")
    if message.refused != OUR_FAULT:
        raise NotFound
    message.state, message.refused, message.parsed_at = "stored", "", None
    message.save(update_fields=["state", "refused", "parsed_at"])
    subjects = [message.id, message.sender_id]
    record("intake.message_read_again", at=at, by=by, subjects=subjects)


def _open_message(ref: UUID, *states: str) -> Message:
    message = (
        Message.objects.select_for_update()
        .filter(ref=ref, state__in=states, settled_at__isnull=True)
        .first()
    )
    if message is None:
        raise NotFound
    return message
