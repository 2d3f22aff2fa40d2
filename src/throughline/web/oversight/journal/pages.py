"""Journal entries in words: what was done, by whom, and what the entry says of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from throughline.journal.queries import Line
from throughline.suppliers import queries as suppliers
from throughline.web.filters import moment
from throughline.workforce import queries as workforce

MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
ROOMS = {
    "": "Everything",
    "access": "Views of persons",
    "intake": "Messages and rows",
    "tracing": "Cases and contacts",
    "calling": "Calls and queues",
    "people": "Persons",
    "workforce": "Staff",
    "definitions": "Definitions",
    "record": "Figures and exports",
}
ROLES = {
    "r_dispatch": "dispatch",
    "r_desk": "handler",
    "r_local": "local team",
    "r_authority": "authority",
    "r_oversight": "oversight",
    "r_match": "worker, matching",
    "r_clock": "worker, clock",
    "r_export": "worker, figures",
    "r_intake": "intake",
    "r_login": "sign-in",
    "owner": "set-up",
}


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """One entry as the page shows it."""

    at: datetime
    what: str
    room: str
    who: str
    role: str
    supplier: str
    says: tuple[tuple[str, str], ...]
    key: str


def lines_of(entries: Sequence[Line]) -> tuple[EntryLine, ...]:
    """Put names beside references, with two queries for the whole page."""
    names = workforce.names_of(entry.actor_id for entry in entries)
    organisations = suppliers.organisation_names(entry.supplier_id for entry in entries)
    return tuple(
        EntryLine(
            at=entry.at,
            what=words(entry.kind.partition(".")[2]),
            room=entry.kind.partition(".")[0],
            who=names.get(entry.actor_id, "") if entry.actor_id else "the service",
            role=ROLES.get(entry.actor_role, words(entry.actor_role)),
            supplier=organisations.get(entry.supplier_id, "") if entry.supplier_id else "",
            says=says(entry.body),
            key=str(entry.id),
        )
        for entry in entries
    )


def says(body: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return the entry's own facts; they hold references, codes and counts alone."""
    told = ((words(key), _short(value)) for key, value in sorted(body.items()))
    return tuple((key, value) for key, value in told if value)


def words(code: str) -> str:
    """Return a code as words."""
    return code.replace("_", " ").replace(".", " ")


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{words(str(key))} {_short(one)}" for key, one in value.items())
    if isinstance(value, list):
        return f"{len(value)} in number" if len(value) > 4 else ", ".join(map(_short, value))
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "none"}[value]
    text = f"{value:,}" if isinstance(value, int | float) else str(value)
    if MOMENT.match(text):
        return moment(datetime.fromisoformat(text))
    # A key's end tells it apart; its beginning is the time.
    return f"…{text[-12:]}" if len(text) == 36 and text.count("-") == 4 else text
