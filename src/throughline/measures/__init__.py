"""Event tables to figures: a plain library that knows no Django, so that every figure is computed once.

>>> from throughline.measures import open_events
>>> events = open_events("tables")
>>> events.measure("cases.reached", by="week").to_polars()["numerator"].to_list()
[2, 1]
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from throughline.measures.answers import Answer, Answers, Pair
from throughline.measures.catalogue import MEASURES
from throughline.measures.declared import Measure
from throughline.measures.errors import MeasuresError, QuestionError, unknown

if TYPE_CHECKING:
    from throughline.measures.events import Events

__all__ = ["MEASURES", "Answer", "Answers", "Measure", "MeasuresError", "Pair", "open_events"]


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
