"""How DuckDB reads a table as it was brought, in files or in a frame: each column's value in the type of its kind."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from throughline.measures.columns import Kind, Table
from throughline.measures.engines.duckdb import DuckDBEngine
from throughline.measures.errors import FolderError
from throughline.measures.extents import Extent
from throughline.measures.reading import Raw, quoted, type_of


class Scanned(Protocol):
    """An event table somewhere that DuckDB can read."""

    @property
    def table(self) -> Table:
        """The table that it is."""

    @property
    def scan(self) -> str:
        """The SQL to select it from."""


def raw_of(
    engine: DuckDBEngine, brought: Scanned, told: Mapping[str, Extent], cut_at: datetime
) -> Raw:
    """Return a table as it was brought. `told` are the first and last moments of columns, as far as they are known."""
    table = brought.table
    described = engine.rows(f"DESCRIBE SELECT * FROM {brought.scan}")
    for key in table.key:
        if key not in {row[0] for row in described}:
            raise FolderError(
                f"{table.name} has no {key}; each row of it needs one, a key of its own."
            )
    values = {str(row[0]): _value(table, str(row[0]), str(row[1])) for row in described}
    counted = f"SELECT count({values.get('merged_into', 'NULL')}) FROM {brought.scan}"
    has_merged = "merged_into" in values and bool(engine.rows(counted)[0][0])
    within = frozenset(name for name, (_, last) in told.items() if last <= cut_at)
    return Raw(source=brought.scan, values=values, has_merged=has_merged, within=within)


def _value(table: Table, name: str, told: str) -> str:
    """Return the SQL of a column's value in the type of its kind."""
    column = table.column(name)
    if column is None:
        return quoted(name)
    wanted = type_of(column.kind, DuckDBEngine.dialect)
    if told == wanted:
        return quoted(name)
    if column.kind is Kind.TIME and told == "TIMESTAMP WITH TIME ZONE":
        # A sixth of what timezone() takes: every moment is in UTC already.
        return f"make_timestamp(epoch_us({quoted(name)}))"
    if told.startswith(("TIMESTAMP", "DATE", "VARCHAR")) or column.kind not in {
        Kind.TIME,
        Kind.DATE,
    }:
        return f"CAST({quoted(name)} AS {wanted})"
    # A number is no time: as text it fails where it is read, with a sentence.
    return f"CAST(CAST({quoted(name)} AS VARCHAR) AS {wanted})"
