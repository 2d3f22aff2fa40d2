"""Saying how a file that waits is read: with a mapping in use, or with a new one taken into use for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.core.errors import NotFound
from throughline.core.remembering import forget
from throughline.definitions import load
from throughline.definitions.actions import adopt
from throughline.intake.models import Message, Sender
from throughline.journal.actions import record


@transaction.atomic
def choose_mapping(
    *, message_ref: UUID, definition: load.Definition, by: UUID, at: datetime
) -> None:
    """Take a mapping into use and have a waiting file read with it, and its sender's next ones. Needs r_authority."""
    message = (
        Message.objects.select_for_update(of=("self",))
        .select_related("sender")
        .filter(ref=message_ref, state="unmapped")
        .first()
    )
    if message is None:
        raise NotFound
    adopt([definition], by=by, at=at)
    message.mapping, message.mapping_version = definition.id, definition.version
    message.state = "stored"
    message.save(update_fields=["mapping", "mapping_version", "state"])
    Sender.objects.filter(id=message.sender_id).update(mapping=definition.id)
    forget()
    record(
        "intake.mapping_chosen",
        at=at,
        by=by,
        subjects=[message.id, message.sender_id],
        mapping=definition.id,
        version=definition.version,
    )
