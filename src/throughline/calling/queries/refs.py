"""From the reference that a page carries to the item, for those who may see it."""

from __future__ import annotations

from uuid import UUID

from throughline.calling.models import WorkItem


def item_id_of(ref: UUID) -> UUID | None:
    """Return the id of the item with that reference, if the role's key covers it."""
    return WorkItem.objects.filter(ref=ref).values_list("id", flat=True).first()
