"""An entry that the statement of the act itself writes, where a second way to the server would cost too much.

What only the statement knows (which row it took) is a hole in the entry's canonical form. The database fills the
holes and hashes the result, so that the form has one home, `rules.Draft`, and the leaf is the same as ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from throughline.core.ids import new_id
from throughline.core.roles import Role
from throughline.journal.rules import Draft

SUPPLIER = "supplier"


@dataclass(frozen=True)
class Hole:
    """A value that the statement fills in: a key, or a number."""

    name: str

    def __str__(self) -> str:
        return f"{{{self.name}}}"


def entry_of(
    source: str, *, subjects: Sequence[str], supplier: str, body: Mapping[str, str]
) -> str:
    """Return the parts of a `with` that write one entry about the one row of `source`, if it has one.

    `subjects`, `supplier` and each value of `body` are columns of `source`; all else stands in `%(entry)s`,
    the form that `entry_form` returns. The row is read from the very text that is hashed.
    """
    form = "%(entry)s::text"
    for name, column in {**body, SUPPLIER: supplier}.items():
        form = f"""replace({form}, '"{Hole(name)}"', to_json({column})::text)"""
    # Who may add to the journal may not read it: what both tables are told is worked out beside them.
    return f"""form as materialized (
    select f.form, f.form::jsonb as of, f.subjects
    from (select {form} as form, array[{", ".join(subjects)}] as subjects from {source}) f
), entry as (
    insert into journal_entry
        (id, at, kind, actor_id, actor_role, supplier_id, body, version, leaf)
    select (of ->> 'id')::uuid, (of ->> 'at')::timestamptz, of ->> 'kind', (of ->> 'actor')::uuid,
        of ->> 'role', (of ->> 'supplier')::uuid, of -> 'body', (of ->> 'version')::smallint,
        sha256('\\x00'::bytea || convert_to(form, 'UTF8'))
    from form
), subjects as (
    insert into journal_subject (subject_id, entry_id, at)
    select unnest(subjects), (of ->> 'id')::uuid, (of ->> 'at')::timestamptz from form
)"""  # noqa: S608 - names of columns, never values


def entry_form(kind: str, *, at: datetime, by: UUID | None, role: Role, body: Sequence[str]) -> str:
    """Return the canonical form of an entry with the holes that `entry_of` fills; `body` names them."""
    return (
        Draft(
            id=new_id(),
            at=at,
            kind=kind,
            actor_id=by,
            actor_role=role.value,
            supplier_id=cast(UUID, Hole(SUPPLIER)),
            body={name: Hole(name) for name in body},
        )
        .canonical()
        .decode()
    )
