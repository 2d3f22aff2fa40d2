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
from throughline.measures.extents import Extent, extents
from throughline.measures.reading import Raw, bounding, quoted, type_of, views
from throughline.measures.repeated import Repeated
from throughline.measures.tables import TABLES
from throughline.measures.verifying import Verifier

SUFFIXES = (".parquet", ".csv", ".csv.gz")


@dataclass(frozen=True, kw_only=True, slots=True)
class Files:
    """The files of one table, in the order of their names, all of one kind."""

    table: Table
    paths: tuple[Path, ...]

    @property
    def is_parquet(self) -> bool:
        """Whether they are Parquet, and else CSV."""
        return self.paths[0].suffix == ".parquet"

    @property
    def scan(self) -> str:
        """The SQL that reads them, every column of a CSV as text."""
        names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in self.paths)
        if self.is_parquet:
            return f"read_parquet([{names}], union_by_name = true)"
        return f"read_csv([{names}], header = true, all_varchar = true, union_by_name = true)"


def open_folder(path: str | Path) -> Events:
    """Open a folder that holds manifest.json and event tables. Raises FolderError when it cannot be read."""
    folder = Path(path)
    manifest = manifests.read(folder)
    engine = DuckDBEngine()
    cut_at = manifest.cut_at.replace(tzinfo=None)
    found = tables_in(folder)
    told = {name: _extents(engine, files) for name, files in found.items()}
    brought = {name: _raw(engine, files, told[name], cut_at) for name, files in found.items()}
    for name, select in views(brought, cut_at=cut_at, dialect=engine.dialect):
        engine.connection.execute(f"CREATE VIEW {name} AS {select}")
    return Events(
        engine=engine,
        manifest=manifest,
        columns={name: tuple(raw.values) for name, raw in brought.items()},
        verify=Verifier(engine=engine, files=found, expected=manifest.tables),
        repeated=Repeated(engine),
        ranges={
            (name, column): extent
            for name, raw in brought.items()
            if raw.within.issuperset(bounding(found[name].table))
            for column, extent in told[name].items()
            if extent[1] <= cut_at
        },
    )


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


def _extents(engine: DuckDBEngine, files: Files) -> Mapping[str, Extent]:
    return extents(engine, files.table, files.paths) if files.is_parquet else {}


def _raw(engine: DuckDBEngine, files: Files, told: Mapping[str, Extent], cut_at: datetime) -> Raw:
    """Return a table as its files have it."""
    described = engine.rows(f"DESCRIBE SELECT * FROM {files.scan}")
    for key in files.table.key:
        if key not in {row[0] for row in described}:
            raise FolderError(
                f"{files.table.name} has no {key}; each row of it needs one, a key of its own."
            )
    values = {str(row[0]): _value(files.table, str(row[0]), str(row[1])) for row in described}
    counted = f"SELECT count({values.get('merged_into', 'NULL')}) FROM {files.scan}"
    has_merged = "merged_into" in values and bool(engine.rows(counted)[0][0])
    within = frozenset(name for name, (_, last) in told.items() if last <= cut_at)
    return Raw(source=files.scan, values=values, has_merged=has_merged, within=within)


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
