"""Registering organisations."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.journal.actions import record
from throughline.suppliers.models import Kind, Organisation


@transaction.atomic
def register_organisation(
    *,
    code: str,
    name: str,
    kind: Kind,
    by: UUID | None,
    at: datetime,
    under: Organisation | None = None,
) -> Organisation:
    """Register an organisation under its code; a known code returns what is registered."""
    organisation, new = Organisation.objects.get_or_create(
        code=code, defaults={"name": name, "kind": kind, "works_under": under}
    )
    if new:
        record(
            "suppliers.organisation_registered",
            at=at,
            by=by,
            subjects=[organisation.id],
            code=code,
            organisation_kind=kind,
        )
    return organisation
