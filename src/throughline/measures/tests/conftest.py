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
from throughline.measures.events import Events
from throughline.measures.tests import spec

Opener = Callable[..., Events]


@pytest.fixture(params=["duckdb", "postgres", pytest.param("spark", marks=pytest.mark.spark)])
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of a test. Spark's are run by script/test in an environment of its own: `-m spark`."""
    if request.param == "postgres":
        request.getfixturevalue("embedded_server")
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
