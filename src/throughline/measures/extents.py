"""The first and last moment of each column, as Parquet files say in their footers: no row is read for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from throughline.measures.columns import Kind, Table
from throughline.measures.engines.duckdb import DuckDBEngine

Extent = tuple[datetime, datetime]


def extents(engine: DuckDBEngine, table: Table, paths: Sequence[Path]) -> Mapping[str, Extent]:
    """Return, for each column of moments or dates, its first and last in UTC without a zone.

    A column is left out where a file does not say: then only its rows can tell.
    """
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
    moments = ", ".join(
        f"'{one.name}'" for one in table.columns if one.kind in (Kind.TIME, Kind.DATE)
    )
    rows = engine.rows(
        f"""SELECT path_in_schema, min(TRY_CAST(stats_min_value AS TIMESTAMP)),
          max(TRY_CAST(stats_max_value AS TIMESTAMP)),
          bool_and(stats_null_count = num_values OR (
            TRY_CAST(stats_min_value AS TIMESTAMP) IS NOT NULL
            AND TRY_CAST(stats_max_value AS TIMESTAMP) IS NOT NULL))
        FROM parquet_metadata([{names}])
        WHERE path_in_schema IN ({moments}) GROUP BY path_in_schema"""
    )
    return {name: (first, last) for name, first, last, is_told in rows if is_told and first}
