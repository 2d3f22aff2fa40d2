"""Event tables to figures: a plain library that knows no Django, so that every figure is computed once.

from throughline.measures import open_events

events = open_events("england-2020")
events.measure("cases.reached", by="week").to_polars()
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

    `master` is the address of the Spark cluster, otherwise Spark runs on the cores of this machine. Raises
    FolderError when the folder cannot be read, QuestionError for another engine and for Spark where it is not.
    """
    if engine == "spark":
        from throughline.measures.cluster import open_on_spark

        return open_on_spark(path, master)
    if engine != "duckdb":
        raise QuestionError(unknown("engine", engine, ["duckdb", "spark"]))
    from throughline.measures.folder import open_folder

    return open_folder(path)
