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
from throughline.measures.reading import Raw, quoted, views
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
    brought = {table: _raw(table) for table in EXPORTED}
    cut_at = at.astimezone(UTC).replace(tzinfo=None)
    for name, select in views(brought, cut_at=cut_at, dialect=POSTGRES):
        run(f"drop view if exists pg_temp.{name}")
        run(f"create temp view {name} with (security_invoker = true) as {select}")
    return Events(
        engine=PostgresEngine(connection.cursor()),
        manifest=manifest.parse(told),
        columns={table: tuple(raw.values) for table, raw in brought.items()},
    )


def _raw(table: str) -> Raw:
    return Raw(
        source=f"record_{table}",
        values={name: _value(name, kind) for name, kind in columns(table).items()},
        has_merged=True,
    )


def _value(name: str, kind: str) -> str:
    column = quoted(name)
    return f"timezone('UTC', {column})" if kind == "timestamp with time zone" else column
