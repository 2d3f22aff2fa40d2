"""Organisations as their readers see them: names are public, and so is who works under whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from throughline.suppliers.models import Organisation


@dataclass(frozen=True, kw_only=True)
class OrganisationLine:
    """One organisation, and the one that it works under."""

    ref: UUID
    name: str
    kind: str
    works_under: str


def organisations() -> tuple[OrganisationLine, ...]:
    """Return every organisation, by kind and name; there are dozens, not thousands."""
    found = Organisation.objects.order_by("kind", "name").select_related("works_under")
    return tuple(
        OrganisationLine(
            ref=one.ref,
            name=one.name,
            kind=one.get_kind_display(),
            works_under=one.works_under.name if one.works_under else "",
        )
        for one in found
    )


def organisation_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Return what these organisations are called."""
    wanted = {one for one in ids if one}
    return dict(Organisation.objects.filter(id__in=wanted).values_list("id", "name"))
