"""Event tables that are frames already, of polars, pandas or Arrow: read by the same views as a folder's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import polars as pl

from throughline.measures import manifest as manifests
from throughline.measures.columns import Kind, Table
from throughline.measures.engines.duckdb import DuckDBEngine
from throughline.measures.errors import FrameError, unknown
from throughline.measures.events import Events
from throughline.measures.reading import views
from throughline.measures.repeated import Repeated
from throughline.measures.scanned import raw_of
from throughline.measures.tables import TABLES
from throughline.measures.tidy import Source, frame_of, ids
from throughline.measures.verifying import check_keys


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """A table that is registered with the engine."""

    table: Table

    @property
    def scan(self) -> str:
        """The name by which the engine knows it."""
        return f"given_{self.table.name}"


def from_frames(
    tables: Mapping[str, Source], *, cut_at: datetime | str, zone: str, week_start: str
) -> Events:
    """Return event tables made of frames, by the name of each (throughline.measures.events_from_frames)."""
    manifest = manifests.parse(
        {"cut_at": cut_at, "zone": zone, "week_start": week_start}, says="events_from_frames has "
    )
    engine = DuckDBEngine()
    found = {name: _register(engine, name, source) for name, source in tables.items()}
    cut = manifest.cut_at.replace(tzinfo=None)
    brought = {name: raw_of(engine, frame, {}, cut) for name, frame in found.items()}
    for name, select in views(brought, cut_at=cut, dialect=engine.dialect):
        engine.connection.execute(f"CREATE VIEW {name} AS {select}")

    @cache
    def verify(name: str) -> None:
        if name in found:
            check_keys(engine, found[name])

    @contextmanager
    def verified(names: Sequence[str]) -> Iterator[None]:
        for name in names:
            verify(name)
        yield

    return Events(
        engine=engine,
        manifest=manifest,
        columns={name: tuple(raw.values) for name, raw in brought.items()},
        verified=verified,
        repeated=Repeated(engine),
    )


def _register(engine: DuckDBEngine, name: str, source: Source) -> Frame:
    if name not in TABLES:
        raise FrameError(unknown("event table", name, TABLES))
    if isinstance(source, str | Path):
        raise FrameError(
            f"The table {name} is given as the path {source}; read it into a frame, or write a manifest.json beside "
            "it and use open_events."
        )
    frame = Frame(table=TABLES[name])
    given = frame_of(source, f"table {name}")
    engine.connection.register(frame.scan, _with_ids(given, frame.table).to_arrow())
    return frame


def _with_ids(given: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Return a table whose ids are texts: of a column of numbers with gaps pandas makes decimals, and 45.0 is 45."""
    decimals = [
        one.name
        for one in table.columns
        if one.kind is Kind.ID and one.name in given.columns and given[one.name].dtype.is_float()
    ]
    return given.with_columns(
        ids(given, name, f"table {table.name}").alias(name) for name in decimals
    )
