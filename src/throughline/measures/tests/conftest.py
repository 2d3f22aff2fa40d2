"""The engines on which every measure's test runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from throughline.measures import open_events
from throughline.measures.cluster import open_on_spark
from throughline.measures.engines.spark import SETTINGS
from throughline.measures.events import Events
from throughline.measures.tests import spec

Opener = Callable[..., Events]


# A few rows a table: to compile plans, to plan again on the way or to read in parts costs more than it saves.
FEW_ROWS = (
    "--driver-java-options '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'",
    "--conf spark.sql.adaptive.enabled=false",
    "--conf spark.sql.files.openCostInBytes=0",
    "--conf spark.sql.files.minPartitionNum=1",
    "--conf spark.sql.codegen.wholeStage=false",
    "--conf spark.sql.codegen.factoryMode=NO_CODEGEN",
    "pyspark-shell",
)


@pytest.fixture(scope="session")
def spark_for_few_rows() -> Iterator[None]:
    """Have Spark, which our own code starts, begin quickly; where many rows are asked for, it should end quickly."""
    with pytest.MonkeyPatch.context() as patch:
        if "THROUGHLINE_ROWS" not in os.environ:
            patch.setenv("PYSPARK_SUBMIT_ARGS", " ".join(FEW_ROWS))
            patch.setitem(SETTINGS, "spark.sql.shuffle.partitions", "1")
        yield


@pytest.fixture(params=["duckdb", "postgres", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of a test. Spark's are run by script/test in an environment of its own: `-m spark`."""
    if request.param == "postgres":
        request.getfixturevalue("embedded_server")
    if request.param == "spark":
        request.getfixturevalue("spark_for_few_rows")
    return str(request.param)


@pytest.fixture
def opened(engine: str, tmp_path: Path) -> Iterator[Opener]:
    """Open event tables, given as text by name, on the engine of the test."""
    with ExitStack() as stack:

        def open_(*, cut_at: str = spec.CUT, manifest: Any = None, **tables: str) -> Events:
            told = {"cut_at": cut_at, **(manifest or {})}
            if engine == "postgres":
                url = os.environ["DATABASE_URL"]
                connection = stack.enter_context(psycopg.connect(url, autocommit=True))
                connection.execute("SET TIME ZONE 'UTC'")
                return spec.on_postgres(connection, tables, told)
            spec.write(tmp_path, tables, told)
            return open_on_spark(tmp_path) if engine == "spark" else open_events(tmp_path)

        yield open_
