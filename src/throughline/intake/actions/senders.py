"""Adding a sender before its first file."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.core.remembering import forget
from throughline.definitions import queries as definitions
from throughline.definitions.errors import NothingInForceError
from throughline.intake.errors import SenderRefused, UnknownMapping
from throughline.intake.models import Sender
from throughline.journal.actions import record
from throughline.suppliers.models import Organisation


@transaction.atomic
def add_sender(
    *,
    code: str,
    name: str,
    mapping: str,
    organisation: Organisation | None,
    by: UUID | None,
    at: datetime,
) -> Sender:
    """Add a sender whose files a mapping in use reads."""
    if Sender.objects.filter(code=code).exists():
        raise SenderRefused(
            f"There is a sender {code!r} already; `throughline senders list` shows it."
        )
    try:
        definitions.latest("mapping", mapping)
    except NothingInForceError as error:
        raise UnknownMapping(
            f"There is no mapping {mapping!r}; `throughline definitions list --kind mapping` names "
            "those in use, and `throughline definitions adopt FILE` takes another into use."
        ) from error
    sender = Sender.objects.create(
        code=code, name=name, mapping=mapping, organisation=organisation, created_at=at
    )
    forget()
    record("intake.sender_added", at=at, by=by, subjects=[sender.id], mapping=mapping)
    return sender
