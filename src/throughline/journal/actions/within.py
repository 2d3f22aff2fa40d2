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
from throughline.core.wire import Value
from throughline.journal.rules import VERSION, Draft

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

    `subjects`, `supplier` and each value of `body` are columns of `source`.
    """
    canonical = "%(canonical)s::text"
    for name, column in {**body, SUPPLIER: supplier}.items():
        canonical = f"""replace({canonical}, '"{Hole(name)}"', to_json({column})::text)"""
    return f"""entry as (
    insert into journal_entry
        (id, at, kind, actor_id, actor_role, supplier_id, body, version, leaf)
    select %(entry)s, %(at)s, %(kind)s, %(by)s, %(role)s, e.supplier, e.form::jsonb -> 'body', {VERSION},
        sha256('\\x00'::bytea || convert_to(e.form, 'UTF8'))
    from (select {supplier} as supplier, {canonical} as form from {source}) e
), subjects as (
    insert into journal_subject (subject_id, entry_id, at)
    select unnest(array[{", ".join(subjects)}]), %(entry)s, %(at)s from {source}
)"""  # noqa: S608 - names of columns, never values


def entry_values(
    kind: str, *, at: datetime, by: UUID | None, role: Role, body: Sequence[str]
) -> dict[str, Value]:
    """Return the values that the parts of `entry_of` need; `body` names its holes."""
    draft = Draft(
        id=new_id(),
        at=at,
        kind=kind,
        actor_id=by,
        actor_role=role.value,
        supplier_id=cast(UUID, Hole(SUPPLIER)),
        body={name: str(Hole(name)) for name in body},
    )
    return {
        "entry": draft.id,
        "at": at,
        "kind": kind,
        "by": by,
        "role": draft.actor_role,
        "canonical": draft.canonical().decode(),
    }
