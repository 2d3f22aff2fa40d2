"""The journal page by page, newest first: by key, so that the millionth page costs what the first does."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from throughline.core.ids import edge

# A UUIDv7 begins with its millisecond, so a day is a range of keys, which also picks the partitions.
ENTRIES = """
select id, recorded_at, kind, actor_id, actor_role, supplier_id, body from journal_entry
where id >= %(first)s and id < %(last)s and (%(room)s = '' or kind like %(room)s || '.%%')
order by id desc limit %(size)s
"""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as a reader sees it: codes, references and counts."""

    id: UUID
    at: datetime
    kind: str
    actor_id: UUID | None
    actor_role: str
    supplier_id: UUID | None
    body: dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some entries, newest first, and the key before which the older ones lie (None: there are none)."""

    lines: tuple[Line, ...]
    older: UUID | None


def entries(
    *, since: datetime, until: datetime, room: str = "", before: UUID | None = None, size: int = 50
) -> Page:
    """Return the newest entries in that stretch of time, of one room if given, before that key if given."""
    last = min(edge(until), before) if before else edge(until)
    with connection.cursor() as cursor:
        cursor.execute(
            ENTRIES, {"first": edge(since), "last": last, "room": room, "size": size + 1}
        )
        rows = cursor.fetchall()
    lines = tuple(
        Line(id=id, at=at, kind=kind, actor_id=actor, actor_role=role, supplier_id=supplier,
             body=body if isinstance(body, dict) else json.loads(body))
        for id, at, kind, actor, role, supplier, body in rows[:size]
    )  # fmt: skip
    return Page(lines=lines, older=lines[-1].id if len(rows) > size else None)
