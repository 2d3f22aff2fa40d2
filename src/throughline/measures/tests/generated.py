"""Event tables as Arrow holds them, written as a folder in any form, and opened on each engine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from throughline.measures.columns import Kind
from throughline.measures.dialects import POSTGRES
from throughline.measures.engines.postgres import PostgresEngine
from throughline.measures.events import Events
from throughline.measures.manifest import parse
from throughline.measures.reading import Raw, quoted, type_of, views
from throughline.measures.tables import TABLES

MANIFEST = {"cut_at": "2022-06-01T00:00:00Z"}


def write_folder(
    folder: Path, tables: Mapping[str, Any], *, parts: int = 1, kind: str = "parquet"
) -> Path:
    """Write tables as one file each, or as a folder of parts, in Parquet or CSV."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(MANIFEST))
    for name, table in tables.items():
        if parts == 1:
            _write(folder / f"{name}.{kind}", table, kind)
            continue
        (folder / name).mkdir()
        for part in range(parts):
            rows = table.take(pa.array(range(part, len(table), parts), pa.int64()))
            _write(folder / name / f"{part}.{kind}", rows, kind)
    return folder


def _write(path: Path, table: Any, kind: str) -> None:
    if kind == "parquet":
        pq.write_table(table, path)
    else:
        path.write_bytes(as_csv(table))


def as_csv(table: Any) -> bytes:
    """Return a table as CSV, its times without a zone, as the contract has them: in UTC."""
    plain = [
        pc.cast(column, pa.timestamp("us")) if pa.types.is_timestamp(column.type)
        else pc.cast(column, pa.string()) if pa.types.is_dictionary(column.type)
        else column
        for column in table.columns
    ]  # fmt: skip
    sink = BytesIO()
    pyarrow.csv.write_csv(pa.table(plain, names=table.column_names), sink)
    return sink.getvalue()


def on_postgres(connection: psycopg.Connection, tables: Mapping[str, Any]) -> Events:
    """Load tables into temporary ones of a session, with views of what is known of each."""
    manifest = parse(MANIFEST)
    brought = {}
    for name, table in tables.items():
        declared = TABLES[name]
        types = {
            one: type_of(column.kind if (column := declared.column(one)) else Kind.TEXT, POSTGRES)
            for one in table.column_names
        }
        raw = f"raw_{name}"
        connection.execute(f"DROP TABLE IF EXISTS {raw} CASCADE")
        typed = ", ".join(f"{quoted(one)} {kind}" for one, kind in types.items())
        connection.execute(f"CREATE TEMPORARY TABLE {raw} ({typed})")
        with connection.cursor().copy(f"COPY {raw} FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(as_csv(table))
        brought[name] = Raw(
            source=raw, values={one: quoted(one) for one in types}, has_merged=False
        )
    cut_at = manifest.cut_at.replace(tzinfo=None)
    for name, select in views(brought, cut_at=cut_at, dialect=POSTGRES):
        connection.execute(f"CREATE TEMPORARY VIEW {name} AS {select}")
    return Events(
        engine=PostgresEngine(connection.cursor()),
        manifest=manifest,
        columns={name: table.column_names for name, table in tables.items()},
    )
