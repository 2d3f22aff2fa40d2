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
from throughline.core.prepared import execute
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


# Both tables in one round trip: an entry without its subjects would be in no access report.
WRITE = """
with entries as (
    insert into journal_entry
        (id, at, kind, actor_id, actor_role, supplier_id, body, version, leaf)
    select e.id, e.at, e.kind, e.actor_id, %(role)s, e.supplier_id, e.body, %(version)s, e.leaf
    from unnest(%(ids)s::uuid[], %(ats)s::timestamptz[], %(kinds)s::text[], %(actors)s::uuid[],
                %(suppliers)s::uuid[], %(bodies)s::jsonb[], %(leaves)s::bytea[])
        as e(id, at, kind, actor_id, supplier_id, body, leaf)
)
insert into journal_subject (subject_id, entry_id, at)
select s.id, e.id, e.at
from unnest(%(ids)s::uuid[], %(ats)s::timestamptz[], %(subjects)s::text[]) as e(id, at, subjects)
cross join unnest(string_to_array(e.subjects, ' ')::uuid[]) as s(id)
"""
# The same for one entry, as every act of a person writes it.
WRITE_ONE = """
with entry as (
    insert into journal_entry
        (id, at, kind, actor_id, actor_role, supplier_id, body, version, leaf)
    values (%(id)s, %(at)s, %(kind)s, %(actor)s, %(role)s, %(supplier)s, %(body)s, %(version)s, %(leaf)s)
)
insert into journal_subject (subject_id, entry_id, at)
select s.id, %(id)s::uuid, %(at)s::timestamptz from unnest(%(subjects)s::uuid[]) as s(id)
"""


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
    """Write many entries in one statement; the database's own clock gives `recorded_at`."""
    if not connection.in_atomic_block:
        raise NoContext("a journal entry needs the transaction of its act")
    context = current()
    role = context.role.value if context else "owner"
    pairs = [(_draft(act, role), act) for act in acts]
    if not pairs:
        return []
    if len(pairs) == 1:
        ((draft, act),) = pairs
        _write_one(draft, act)
        return [draft.id]
    execute(
        WRITE,
        {
            "role": role,
            "version": VERSION,
            "ids": [draft.id for draft, _ in pairs],
            "ats": [draft.at for draft, _ in pairs],
            "kinds": [draft.kind for draft, _ in pairs],
            "actors": [draft.actor_id for draft, _ in pairs],
            "suppliers": [draft.supplier_id for draft, _ in pairs],
            "bodies": [json.dumps(draft.body, default=str) for draft, _ in pairs],
            "leaves": [draft.leaf() for draft, _ in pairs],
            # As text: one entry of a batch may be about thousands of persons.
            "subjects": [
                " ".join(dict.fromkeys([s.hex for s in act.subjects])) for _, act in pairs
            ],
        },
    )
    return [draft.id for draft, _ in pairs]


def _write_one(draft: Draft, act: Act) -> None:
    execute(
        WRITE_ONE,
        {
            "id": draft.id,
            "at": draft.at,
            "kind": draft.kind,
            "actor": draft.actor_id,
            "role": draft.actor_role,
            "supplier": draft.supplier_id,
            "body": json.dumps(draft.body, default=str),
            "version": VERSION,
            "leaf": draft.leaf(),
            # As text: the driver takes longer over a list.
            "subjects": "{" + ",".join([s.hex for s in dict.fromkeys(act.subjects)]) + "}",
        },
    )


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
