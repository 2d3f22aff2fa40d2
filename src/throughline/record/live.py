"""The measures of the running service: the same statements, on views of the tables as they are now."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import connection

from throughline.core.copying import run
from throughline.core.service import service
from throughline.measures import manifest
from throughline.measures.dialects import POSTGRES
from throughline.measures.engines.postgres import PostgresEngine
from throughline.measures.events import Events
from throughline.measures.reading import known, quoted
from throughline.measures.tables import TABLES
from throughline.record.queries import EXPORTED, columns


def live_events(at: datetime) -> Events:
    """Return the event tables as of `at`, to be asked within this transaction, in r_export.

    Everything is read as a folder's tables are (measures/reading.py), so that a figure on a live page is the
    one that an export of the same moment gives.
    """
    told = {
        "cut_at": at.isoformat(),
        "zone": service().zone,
        "week_start": service().week_start,
    }
    names = {}
    for table in EXPORTED:
        kinds = columns(table)
        select = known(
            TABLES[table],
            raw=f"record_{table}",
            values={name: _value(name, kind) for name, kind in kinds.items()},
            cut_at=at.astimezone(UTC).replace(tzinfo=None),
            has_merged=True,
            dialect=POSTGRES,
        )
        run(f"drop view if exists pg_temp.{table}")
        run(f"create temp view {table} with (security_invoker = true) as {select}")
        names[table] = tuple(kinds)
    return Events(
        engine=PostgresEngine(connection.cursor()),
        manifest=manifest.parse(told),
        columns=names,
    )


def _value(name: str, kind: str) -> str:
    column = quoted(name)
    return f"timezone('UTC', {column})" if kind == "timestamp with time zone" else column
