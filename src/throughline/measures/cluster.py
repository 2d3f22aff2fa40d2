"""A folder of event tables, opened as views of a Spark session. Every machine of a cluster sees it at one path."""

from __future__ import annotations

from functools import reduce
from pathlib import Path
from typing import Any

from throughline.measures import manifest as manifests
from throughline.measures.columns import Table
from throughline.measures.engines.spark import LOCAL, SparkEngine, application
from throughline.measures.events import Events
from throughline.measures.folder import Files, tables_in
from throughline.measures.reading import Raw, quoted, type_of, views


def open_on_spark(path: str | Path, master: str = LOCAL) -> Events:
    """Open a folder on Spark: the application that runs, or one started at `master`.

    Raises FolderError when the folder cannot be read, QuestionError without pyspark.
    """
    folder = Path(path).resolve()
    manifest = manifests.read(folder)
    found = tables_in(folder)
    engine = SparkEngine(application(master))
    brought = {name: _raw(engine, files) for name, files in found.items()}
    cut_at = manifest.cut_at.replace(tzinfo=None)
    for name, select in views(brought, cut_at=cut_at, dialect=engine.dialect):
        engine.session.sql(select).createOrReplaceTempView(name)
    columns = {name: tuple(raw.values) for name, raw in brought.items()}
    return Events(engine=engine, manifest=manifest, columns=columns)


def _raw(engine: SparkEngine, files: Files) -> Raw:
    """Return a table as its files have it."""
    name = f"raw_{files.table.name}"
    frame = _frame(engine, files)
    frame.createOrReplaceTempView(name)
    is_text = files.paths[0].suffix != ".parquet"
    values = {column: _value(files.table, column, is_text=is_text) for column in frame.columns}
    counted = f"SELECT count({values.get('merged_into', 'NULL')}) FROM {name}"
    has_merged = "merged_into" in values and bool(engine.rows(counted)[0][0])
    return Raw(source=name, values=values, has_merged=has_merged)


def _frame(engine: SparkEngine, files: Files) -> Any:
    paths = [f"file://{path}" for path in files.paths]
    read = engine.session.read
    if files.paths[0].suffix == ".parquet":
        return read.option("mergeSchema", "true").parquet(*paths)
    # Parts may have their columns in another order, or lack some.
    parts = [read.option("header", "true").csv(path) for path in paths]
    return reduce(lambda one, other: one.unionByName(other, allowMissingColumns=True), parts)


def _value(table: Table, name: str, *, is_text: bool) -> str:
    """Return the SQL of a column's value in the type of its kind; an empty text is unknown."""
    column = table.column(name)
    told = f"nullif({quoted(name)}, '')" if is_text else quoted(name)
    if column is None:
        return told
    return f"CAST({told} AS {type_of(column.kind, SparkEngine.dialect)})"
