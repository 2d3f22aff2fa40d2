"""Reading the rules in force. A stored version never changes, so its checked form is kept in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from pydantic import BaseModel

from throughline.core.prepared import fetch
from throughline.core.remembering import remember, remembered
from throughline.definitions import load, rules
from throughline.definitions.errors import NothingInForceError
from throughline.definitions.models import Definition


@dataclass(frozen=True, kw_only=True)
class Stored:
    """One stored version and its body as its kind's form."""

    kind: str
    id: str
    version: int
    valid_from: date
    applies_to: str
    title: str
    reason: str
    approved_by: str
    source: str
    sha256: str
    body: Mapping[str, Any]
    form: BaseModel


def versions(kind: str, name: str | None = None) -> list[Stored]:
    """Return the stored versions of a kind, of one name if given, in order of name and version."""
    keys = remembered(("definitions", kind), lambda: _keys(kind))
    return [get(kind, *key) for key in keys if name is None or key[0] == name]


def _keys(kind: str) -> list[tuple[str, int]]:
    rows = fetch(
        "select name, version from definitions_definition where kind = %s order by name, version",
        [kind],
    )
    return [(name, version) for name, version in rows]


def versions_within(kind: str) -> str:
    """Return what another room's statement may ask in passing, as JSON, for `remember_versions`."""
    return f"""(select json_agg(json_build_array(name, version) order by name, version)
        from definitions_definition where kind = '{kind}')"""  # noqa: S608 - a kind is a word of our own


def remember_versions(kind: str, told: Sequence[tuple[str, int]] | None) -> bool:
    """Take as known which versions there are, until what is remembered is forgotten.

    Says whether all of them are in memory; where not, `versions` reads them.
    """
    keys = [(name, version) for name, version in told or ()]
    remember(("definitions", kind), keys)
    return all((_database(), kind, *key) in _known for key in keys)


def get(kind: str, name: str, version: int) -> Stored:
    """Return one version. Raises NothingInForceError when it is not stored."""
    key = (_database(), kind, name, version)
    if (found := _known.get(key)) is None:
        found = _known[key] = _read(kind, name, version)
    return found


def in_force(kind: str, name: str | None = None, *, opened: date, on: date) -> Stored:
    """Return the version that judges on day `on` what was opened on day `opened`."""
    return rules.governing(versions(kind, name), opened=opened, on=on)


def latest(kind: str, name: str) -> Stored:
    """Return the newest version, whether in force or still to come. Raises NothingInForceError."""
    stored = versions(kind, name)
    if not stored:
        raise NothingInForceError(
            f"There is no {kind} called {name!r}; `throughline definitions list` names them."
        )
    return stored[-1]


# The database's name is part of the key: test workers have one each.
_known: dict[tuple[str, str, str, int], Stored] = {}


def _database() -> str:
    return str(settings.DATABASES["default"]["NAME"])


def _read(kind: str, name: str, version: int) -> Stored:
    row = Definition.objects.filter(kind=kind, name=name, version=version).first()
    if row is None:
        raise NothingInForceError(f"There is no {kind} {name!r} in version {version}.")
    return Stored(
        kind=row.kind,
        id=row.name,
        version=row.version,
        valid_from=row.valid_from,
        applies_to=row.applies_to,
        title=row.title,
        reason=row.reason,
        approved_by=row.approved_by,
        source=row.source,
        sha256=row.sha256,
        body=row.body,
        form=load.check(row.kind, row.body, file=f"{row.kind} {row.name} version {row.version}"),
    )
