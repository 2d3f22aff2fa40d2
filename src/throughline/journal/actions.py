"""Writing to the journal, always inside the transaction of the act itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from throughline.core.context import current
from throughline.core.errors import NoContext
from throughline.core.ids import new_id
from throughline.journal.rules import VERSION, Draft


@dataclass(frozen=True, kw_only=True)
class Act:
    """One act to be written: its kind (`room.verb`), the rows it is about, and what it says of them."""

    kind: str
    at: datetime
    subjects: Sequence[UUID] = ()
    body: dict[str, Any] = field(default_factory=dict)
    by: UUID | None = None
    supplier: UUID | None = None


def record(
    kind: str,
    *,
    at: datetime,
    by: UUID | None,
    subjects: Sequence[UUID] = (),
    supplier: UUID | None = None,
    **body: Any,
) -> UUID:
    """Write one entry and return its id. Raises NoContext outside a transaction."""
    act = Act(kind=kind, at=at, by=by, subjects=subjects, supplier=supplier, body=body)
    return record_all([act])[0]


def record_all(acts: Iterable[Act]) -> list[UUID]:
    """Write many entries in two statements; the database's own clock gives `recorded_at`."""
    if not connection.in_atomic_block:
        raise NoContext("a journal entry needs the transaction of its act")
    context = current()
    role = context.role.value if context else "owner"
    pairs = [(_draft(act, role), act) for act in acts]
    if not pairs:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            insert into journal_entry
                (id, at, kind, actor_id, actor_role, supplier_id, body, version, leaf)
            select e.id, e.at, e.kind, e.actor_id, %s, e.supplier_id, e.body, %s, e.leaf
            from unnest(%s::uuid[], %s::timestamptz[], %s::text[], %s::uuid[], %s::uuid[],
                        %s::jsonb[], %s::bytea[])
                as e(id, at, kind, actor_id, supplier_id, body, leaf)
            """,
            [
                role,
                VERSION,
                [draft.id for draft, _ in pairs],
                [draft.at for draft, _ in pairs],
                [draft.kind for draft, _ in pairs],
                [draft.actor_id for draft, _ in pairs],
                [draft.supplier_id for draft, _ in pairs],
                [json.dumps(draft.body, default=str) for draft, _ in pairs],
                [draft.leaf() for draft, _ in pairs],
            ],
        )
        subjects = [
            (subject, draft) for draft, act in pairs for subject in dict.fromkeys(act.subjects)
        ]
        cursor.execute(
            """
            insert into journal_subject (subject_id, entry_id, at)
            select * from unnest(%s::uuid[], %s::uuid[], %s::timestamptz[])
            """,
            [
                [subject for subject, _ in subjects],
                [draft.id for _, draft in subjects],
                [draft.at for _, draft in subjects],
            ],
        )
    return [draft.id for draft, _ in pairs]


def _draft(act: Act, role: str) -> Draft:
    # Through JSON once, so that what is hashed is what is stored.
    body = json.loads(json.dumps(act.body, default=str))
    return Draft(
        id=new_id(),
        at=act.at,
        kind=act.kind,
        actor_id=act.by,
        actor_role=role,
        supplier_id=act.supplier,
        body=body,
    )
