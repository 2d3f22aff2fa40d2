"""Event tables to figures: a plain library that knows no Django, so that every figure is computed once.

>>> from throughline.measures import open_events
>>> events = open_events("tables")
>>> events.measure("cases.reached", by="week").to_polars()["numerator"].to_list()
[2, 1]
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from throughline.measures.answers import Answer, Answers, Pair
from throughline.measures.catalogue import MEASURES
from throughline.measures.declared import Measure
from throughline.measures.errors import MeasuresError, QuestionError, unknown

if TYPE_CHECKING:
    from throughline.measures.events import Events

__all__ = [
    "MEASURES",
    "Answer",
    "Answers",
    "Measure",
    "MeasuresError",
    "Pair",
    "events_from_frames",
    "open_events",
]


def open_events(path: str | Path, *, engine: str = "duckdb", master: str = "local[*]") -> Events:
    """Open a folder of event tables (docs/reference/events.md) on DuckDB, or on Spark.

    `master` is the address of the Spark cluster, otherwise Spark runs on the cores of this machine. Nothing is read
    yet but the manifest and which columns each table has: `Events` has the tables in their declared types, times in UTC.

    Raises FolderError when the folder cannot be read, QuestionError for another engine and for Spark where it is not.

    >>> events = open_events("tables")
    >>> sorted(events.columns), events.cut_at.isoformat()
    (['agent_states', 'cases', 'contacts'], '2020-06-07T00:00:00+00:00')
    >>> open_events("nowhere")
    Traceback (most recent call last):
    throughline.measures.errors.FolderError: There is no folder nowhere; name the one that holds manifest.json.

    Source of the form: docs/reference/events.md.
    """
    if engine == "spark":
        from throughline.measures.cluster import open_on_spark

        return open_on_spark(path, master)
    if engine != "duckdb":
        raise QuestionError(unknown("engine", engine, ["duckdb", "spark"]))
    from throughline.measures.folder import open_folder

    return open_folder(path)


def events_from_frames(
    tables: Mapping[str, Any],
    *,
    cut_at: datetime | str,
    zone: str = "Europe/London",
    week_start: str = "thursday",
) -> Events:
    """Open event tables that are frames of polars, pandas or Arrow, on DuckDB; nothing is written.

    `tables` has a frame for each table's name, with the columns of docs/reference/event-tables.md: times without a zone
    are in UTC, and a pandas index is no column. `cut_at` is the moment after which nothing is read, `zone` and
    `week_start` say where days and weeks begin. It is read as a folder's tables are: missing columns as null, merged
    rows counted once, extra columns to group by.

    Raises FrameError for a table that there is not and for what is no frame, FolderError for a table without its key
    and, when it is asked, for a key that is there twice.

    >>> import pandas
    >>> cases = pandas.DataFrame({
    ...     "case_id": ["a", "b"],
    ...     "transferred_at": pandas.to_datetime(["2020-05-28 10:00", "2020-05-29 10:00"]),
    ...     "outcome": ["reached", "open"],
    ... })
    >>> events = events_from_frames({"cases": cases}, cut_at="2020-06-01")
    >>> events.measure("cases.reached")[0].value
    0.5

    Source of the form: docs/reference/events.md.
    """
    from throughline.measures.frames import from_frames

    return from_frames(tables, cut_at=cut_at, zone=zone, week_start=week_start)
