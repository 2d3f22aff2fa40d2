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
from throughline.core.copying import packed
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
    from (
        select id, at, kind, actor_id, supplier_id, body, decode(leaf, 'hex') as leaf
        from unnest(string_to_array(%(ids)s, chr(30))::uuid[],
            string_to_array(%(ats)s, chr(30))::timestamptz[], string_to_array(%(kinds)s, chr(30)),
            string_to_array(%(actors)s, chr(30), '')::uuid[],
            string_to_array(%(suppliers)s, chr(30), '')::uuid[],
            string_to_array(%(bodies)s, chr(30))::jsonb[], string_to_array(%(leaves)s, chr(30)))
            as e(id, at, kind, actor_id, supplier_id, body, leaf)
    ) e
)
insert into journal_subject (subject_id, entry_id, at)
select s.id, e.id, e.at
from unnest(string_to_array(%(ids)s, chr(30))::uuid[], string_to_array(%(ats)s, chr(30))::timestamptz[],
    string_to_array(%(subjects)s, chr(30))) as e(id, at, subjects)
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
    entries = [_entry(act, role) for act in acts]
    if not entries:
        return []
    if len(entries) == 1:
        ((draft, body, subjects),) = entries
        _write_one(draft, body, subjects)
        return [draft.id]
    drafts = [draft for draft, _, _ in entries]
    execute(
        WRITE,
        {
            "role": role,
            "version": VERSION,
            "ids": packed(draft.id for draft in drafts),
            "ats": packed(draft.at for draft in drafts),
            "kinds": packed(draft.kind for draft in drafts),
            "actors": packed(draft.actor_id or "" for draft in drafts),
            "suppliers": packed(draft.supplier_id or "" for draft in drafts),
            # JSON has no control character as it is.
            "bodies": packed(body for _, body, _ in entries),
            "leaves": packed(draft.leaf().hex() for draft in drafts),
            "subjects": packed(" ".join(subjects) for _, _, subjects in entries),
        },
    )
    return [draft.id for draft in drafts]


def _write_one(draft: Draft, body: str, subjects: Sequence[str]) -> None:
    execute(
        WRITE_ONE,
        {
            "id": draft.id,
            "at": draft.at,
            "kind": draft.kind,
            "actor": draft.actor_id,
            "role": draft.actor_role,
            "supplier": draft.supplier_id,
            "body": body,
            "version": VERSION,
            "leaf": draft.leaf(),
            # As text: the driver takes longer over a list.
            "subjects": "{" + ",".join(subjects) + "}",
        },
    )


def _entry(act: Act, role: str) -> tuple[Draft, str, Sequence[str]]:
    """An act as it will be written, its body as JSON, and its subjects, each once."""
    body = _as_json(act.body)
    draft = Draft(
        id=new_id(),
        at=act.at,
        kind=act.kind,
        actor_id=act.by,
        actor_role=role,
        supplier_id=act.supplier,
        # Through JSON once, so that what is hashed is what is stored.
        body=json.loads(body),
    )
    return draft, body, list(dict.fromkeys([subject.hex for subject in act.subjects]))


_as_json = json.JSONEncoder(default=str).encode
