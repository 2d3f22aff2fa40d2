"""Event tables written as text, and opened on each engine.

A table is lines of cells between bars, the first its columns; an empty cell is unknown. Where a table does not say
`recorded_at`, every row was known from the start.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from throughline.measures import Answers, open_events
from throughline.measures.columns import Kind, Table
from throughline.measures.dialects import POSTGRES
from throughline.measures.engines.postgres import PostgresEngine
from throughline.measures.events import Events
from throughline.measures.manifest import parse
from throughline.measures.reading import Raw, quoted, type_of, views
from throughline.measures.tables import TABLES

CUT = "2021-06-01T00:00:00Z"
START = "2000-01-01 00:00"


def rows_of(text: str) -> list[dict[str, str | None]]:
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    names, *cells = lines
    if "recorded_at" not in names:
        names, cells = [*names, "recorded_at"], [[*row, START] for row in cells]
    return [dict(zip(names, (cell or None for cell in row), strict=True)) for row in cells]


def names_of(text: str) -> list[str]:
    names = [name.strip() for name in text.strip().splitlines()[0].split("|")]
    return names if "recorded_at" in names else [*names, "recorded_at"]


def write(folder: Path, tables: Mapping[str, str], manifest: Mapping[str, Any]) -> None:
    (folder / "manifest.json").write_text(json.dumps(manifest))
    for name, text in tables.items():
        write_csv(folder / f"{name}.csv", text)


def on_duckdb(folder: Path, tables: Mapping[str, str], manifest: Mapping[str, Any]) -> Events:
    write(folder, tables, manifest)
    return open_events(folder)


def write_csv(path: Path, text: str) -> None:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, names_of(text))
        writer.writeheader()
        writer.writerows(rows_of(text))


def on_postgres(
    connection: psycopg.Connection, tables: Mapping[str, str], manifest: Mapping[str, Any]
) -> Events:
    told = parse(manifest)
    brought = {name: _load(connection, TABLES[name], text) for name, text in tables.items()}
    cut_at = told.cut_at.replace(tzinfo=None)
    for name, select in views(brought, cut_at=cut_at, dialect=POSTGRES):
        connection.execute(f"CREATE TEMPORARY VIEW {name} AS {select}")
    return Events(
        engine=PostgresEngine(connection.cursor()),
        manifest=told,
        columns={name: names_of(text) for name, text in tables.items()},
    )


def _load(connection: psycopg.Connection, table: Table, text: str) -> Raw:
    """Load a table; temporary, so that it is gone with the session, and the views on it."""
    columns = {
        one: type_of(column.kind if (column := table.column(one)) else Kind.TEXT, POSTGRES)
        for one in names_of(text)
    }
    typed = ", ".join(f"{quoted(one)} {kind}" for one, kind in columns.items())
    connection.execute(f"CREATE TEMPORARY TABLE raw_{table.name} ({typed})")
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO raw_{table.name} VALUES ({', '.join(['%s'] * len(columns))})",
            [list(row.values()) for row in rows_of(text)],
        )
    return Raw(
        source=f"raw_{table.name}",
        values={one: quoted(one) for one in columns},
        has_merged="merged_into" in columns,
    )


def told(answers: Answers) -> dict[str | None, Any]:
    """Return the answers of one measure by band, as (numerator, denominator, value)."""
    return {one.band: (one.numerator, one.denominator, one.value) for one in answers}


def only(answers: Answers) -> tuple[Any, Any, Any]:
    """Return the one answer as (numerator, denominator, value)."""
    (answer,) = answers
    return answer.numerator, answer.denominator, answer.value
