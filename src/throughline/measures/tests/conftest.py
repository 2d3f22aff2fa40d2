"""The engines on which every measure's test runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest

from throughline.measures.events import Events
from throughline.measures.tests import spec

Opener = Callable[..., Events]


@pytest.fixture(params=["duckdb", "postgres", "spark"])
def engine(request: pytest.FixtureRequest) -> str:
    """The engine of a test; Spark's own environment is made where it is to be run."""
    if request.param == "spark" and find_spec("pyspark") is None:
        pytest.skip("pyspark is not installed")
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
            return spec.on_duckdb(tmp_path, tables, told)

        yield open_
