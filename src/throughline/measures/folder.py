"""A folder of event tables, opened as DuckDB views: nothing is copied, so a table may be larger than memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from throughline.measures import manifest as manifests
from throughline.measures.columns import Table
from throughline.measures.engines.duckdb import DuckDBEngine
from throughline.measures.errors import FolderError
from throughline.measures.events import Events
from throughline.measures.extents import Extent, extents
from throughline.measures.reading import bounding, views
from throughline.measures.repeated import Repeated
from throughline.measures.scanned import raw_of
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
    brought = {name: raw_of(engine, files, told[name], cut_at) for name, files in found.items()}
    for name, select in views(brought, cut_at=cut_at, dialect=engine.dialect):
        engine.connection.execute(f"CREATE VIEW {name} AS {select}")
    return Events(
        engine=engine,
        manifest=manifest,
        columns={name: tuple(raw.values) for name, raw in brought.items()},
        verified=Verifier(engine=engine, files=found, expected=manifest.tables),
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
