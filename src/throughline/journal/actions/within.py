"""An entry that the statement of the act itself writes, where a second way to the server would cost too much.

What only the statement knows (which row it took) is a hole in the entry's canonical form. The database fills the
holes and hashes the result, so that the form has one home, `rules.Draft`, and the leaf is the same as ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import cast
from uuid import UUID

from throughline.core.ids import new_id
from throughline.core.roles import Role
from throughline.core.wire import Value
from throughline.journal.rules import VERSION, Draft

SUPPLIER = "supplier"


@dataclass(frozen=True)
class Hole:
    """A value that is filled in: by the statement a key or a number, before it the id, the moment and the actor."""

    name: str

    def __str__(self) -> str:
        return f"{{{self.name}}}"

    def isoformat(self, timespec: str) -> str:
        """Stand in the place of a moment."""
        return str(self)


def entry_of(
    source: str, *, subjects: Sequence[str], supplier: str, body: Mapping[str, str]
) -> str:
    """Return the parts of a `with` that write one entry about the one row of `source`, if it has one.

    `subjects`, `supplier` and each value of `body` are columns of `source`; all else are the values that
    `entry_values` returns.
    """
    form = "%(entry)s::text"
    for name, column in {**body, SUPPLIER: supplier}.items():
        form = f"""replace({form}, '"{Hole(name)}"', to_json({column})::text)"""
    pairs = ", ".join([f"'{name}', {column}" for name, column in body.items()])
    return f"""entry as (
    insert into journal_entry
        (id, at, kind, actor_id, actor_role, supplier_id, body, version, leaf)
    select %(entry_id)s::uuid, %(entry_at)s::timestamptz, %(entry_kind)s, %(entry_actor)s::uuid, %(entry_role)s,
        {supplier}, jsonb_build_object({pairs}), {VERSION}, sha256('\\x00'::bytea || convert_to({form}, 'UTF8'))
    from {source}
), subjects as (
    insert into journal_subject (subject_id, entry_id, at)
    select unnest(array[{", ".join(subjects)}]), %(entry_id)s::uuid, %(entry_at)s::timestamptz from {source}
)"""  # noqa: S608 - names of columns, never values


def entry_values(
    kind: str, *, at: datetime, by: UUID, role: Role, body: Sequence[str]
) -> dict[str, Value]:
    """Return what `entry_of` asks for: the row's values, and the canonical form of which `body` names the holes."""
    key = new_id()
    form = (
        _form(kind, role, tuple(body))
        .replace("{id}", str(key))
        .replace("{at}", at.isoformat(timespec="microseconds"))
        .replace("{actor}", str(by))
    )
    return {
        "entry": form,
        "entry_id": key,
        "entry_at": at,
        "entry_kind": kind,
        "entry_actor": by,
        "entry_role": role.value,
    }


@lru_cache
def _form(kind: str, role: Role, body: tuple[str, ...]) -> str:
    """The form of all entries of a kind: it is made once, and every claim fills it."""
    return (
        Draft(
            id=cast(UUID, Hole("id")),
            at=cast(datetime, Hole("at")),
            kind=kind,
            actor_id=cast(UUID, Hole("actor")),
            actor_role=role.value,
            supplier_id=cast(UUID, Hole(SUPPLIER)),
            body={name: Hole(name) for name in body},
        )
        .canonical()
        .decode()
    )
