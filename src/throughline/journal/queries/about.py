"""What the journal says of some rows, newest first."""

from __future__ import annotations

import json
from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from throughline.journal.queries.pages import Line

# The newest of each subject by the index of subjects, then the newest of all.
ABOUT = """
select distinct e.id, e.at, e.kind, e.actor_id, e.actor_role, e.supplier_id, e.body::text
from unnest(%(subjects)s::uuid[]) as s(id)
cross join lateral (
    select j.entry_id from journal_subject j where j.subject_id = s.id
    order by j.entry_id desc limit %(limit)s) found
join journal_entry e on e.id = found.entry_id
order by e.id desc limit %(limit)s
"""


def entries_about(subjects: Sequence[UUID], limit: int) -> tuple[Line, ...]:
    """Return the newest entries about any of these rows; `at` is what the act claims."""
    with connection.cursor() as cursor:
        cursor.execute(ABOUT, {"subjects": list(subjects), "limit": limit})
        return tuple(
            Line(
                id=id,
                at=at,
                kind=kind,
                actor_id=actor,
                actor_role=role,
                supplier_id=supplier,
                body=json.loads(body),
            )
            for id, at, kind, actor, role, supplier, body in cursor.fetchall()
        )
