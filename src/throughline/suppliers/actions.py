"""Registering organisations, and founding the service itself."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from throughline.core.models import Service
from throughline.journal.actions import record
from throughline.suppliers.errors import NotFounded, UnknownOrganisation
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


@transaction.atomic
def found_service(
    *, name: str, code: str, telephone: str, zone: str, by: UUID | None, at: datetime
) -> Organisation:
    """Say what this deployment is, and register the authority that runs it. Again: say it anew."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        raise NotFounded(
            f"There is no time zone {zone!r}; name one as Europe/London is named."
        ) from error
    if Service.objects.filter(id=1, demonstration=True).exists():
        raise NotFounded(
            "This is the demonstration and stays one; found the service in a new home, "
            "named by THROUGHLINE_HOME, started with --no-demonstration."
        )
    Service.objects.update_or_create(
        id=1, defaults={"name": name, "telephone": telephone, "zone": zone}
    )
    authority = register_organisation(code=code, name=name, kind=Kind.AUTHORITY, by=by, at=at)
    record("suppliers.service_founded", at=at, by=by, subjects=[authority.id], zone=zone)
    return authority


def organisation_of(code: str) -> Organisation:
    """Return the organisation with that code."""
    organisation = Organisation.objects.filter(code=code).first()
    if organisation is None:
        raise UnknownOrganisation(code)
    return organisation
