"""Taking definitions into use. They are only ever added."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.core.remembering import forget, remembering
from throughline.definitions import load, rules
from throughline.definitions.models import Definition
from throughline.definitions.queries import versions


@transaction.atomic
def adopt(definitions: Iterable[load.Definition], *, by: UUID | None, at: datetime) -> int:
    """Store the versions not yet stored and return how many. A changed body under a known version is refused.

    The row is its own record of who approved what and why, so no journal entry repeats it; this room and
    the journal stand on one floor.
    """
    with remembering():
        new = [one for one in definitions if rules.is_new(one, versions(one.kind, one.id))]
    Definition.objects.bulk_create(
        Definition(
            kind=one.kind,
            name=one.id,
            version=one.version,
            valid_from=one.valid_from,
            applies_to=one.applies_to,
            title=one.title,
            sha256=one.sha256,
            body=one.body,
            reason=one.reason,
            approved_by=one.approved_by,
            source=one.source,
            recorded_at=at,
            recorded_by=by,
        )
        for one in new
    )
    forget()
    return len(new)
