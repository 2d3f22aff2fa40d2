"""A folder of event tables, opened as DuckDB views: nothing is copied, so a table may be larger than memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from throughline.measures import manifest as manifests
from throughline.measures.columns import Kind, Table
from throughline.measures.engines.duckdb import DuckDBEngine
from throughline.measures.errors import FolderError
from throughline.measures.events import Events
from throughline.measures.reading import known, quoted, type_of
from throughline.measures.tables import TABLES

SUFFIXES = (".parquet", ".csv", ".csv.gz")


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """The files of one table, in the order of their names, all of one kind."""

    table: Table
    paths: tuple[Path, ...]

    @property
    def scan(self) -> str:
        """The SQL that reads them, every column of a CSV as text."""
        names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in self.paths)
        if self.paths[0].suffix == ".parquet":
            return f"read_parquet([{names}], union_by_name = true)"
        return f"read_csv([{names}], header = true, all_varchar = true, union_by_name = true)"


def open_folder(path: str | Path) -> Events:
    """Open a folder that holds manifest.json and event tables. Raises FolderError when it cannot be read."""
    folder = Path(path)
    manifest = manifests.read(folder)
    engine = DuckDBEngine()
    cut_at = manifest.cut_at.replace(tzinfo=None)
    columns = {name: _make_view(engine, files, cut_at) for name, files in tables_in(folder).items()}
    return Events(engine=engine, manifest=manifest, columns=columns)


def tables_in(folder: Path) -> Mapping[str, Files]:
    """Return the files of each table that the folder has: one file, or a folder of parts."""
    return {name: found for name, table in TABLES.items() if (found := _files(folder, table))}


def _files(folder: Path, table: Table) -> Files | None:
    single = [folder / f"{table.name}{suffix}" for suffix in SUFFIXES]
    found: list[Sequence[Path]] = [(one,) for one in single if one.is_file()]
    parts = folder / table.name
    if parts.is_dir():
        inside = sorted(one for one in parts.rglob("*") if one.name.endswith(SUFFIXES))
        if len({one.suffix for one in inside}) > 1:
            raise FolderError(f"{parts} mixes Parquet and CSV; a table's parts are of one kind.")
        if inside:
            found.append(inside)
    if len(found) > 1:
        told = " and ".join(str(one[0]) for one in found)
        raise FolderError(f"The table {table.name} is there twice: {told}; keep one of them.")
    return Files(table=table, paths=tuple(found[0])) if found else None


def _make_view(engine: DuckDBEngine, files: Files, cut_at: datetime) -> tuple[str, ...]:
    """Make the view of a table and return the columns that its files have."""
    table = files.table
    types = {
        str(row[0]): str(row[1]) for row in engine.rows(f"DESCRIBE SELECT * FROM {files.scan}")
    }
    values = {name: _value(table, name, told) for name, told in types.items()}
    merged = "merged_into" in types and bool(
        engine.rows(f"SELECT count({values['merged_into']}) FROM {files.scan}")[0][0]
    )
    select = known(
        table,
        raw=files.scan,
        values=values,
        cut_at=cut_at,
        has_merged=merged,
        dialect=engine.dialect,
    )
    engine.connection.execute(f"CREATE VIEW {quoted(table.name)} AS {select}")
    return tuple(types)


def _value(table: Table, name: str, told: str) -> str:
    """Return the SQL of a column's value in the type of its kind."""
    column = table.column(name)
    if column is None:
        return quoted(name)
    wanted = type_of(column.kind, DuckDBEngine.dialect)
    if told == wanted:
        return quoted(name)
    if column.kind is Kind.TIME and told == "TIMESTAMP WITH TIME ZONE":
        return f"timezone('UTC', {quoted(name)})"
    return f"CAST({quoted(name)} AS {wanted})"
