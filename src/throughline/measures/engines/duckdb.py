"""DuckDB, in this process: tables larger than memory are streamed, and what does not fit is put on disk."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from typing import TYPE_CHECKING, Any

from throughline.measures.dialects import DUCKDB, Dialect
from throughline.measures.errors import FolderError

if TYPE_CHECKING:
    import duckdb
    import numpy
    import polars

MEMORY = "3GB"


class DuckDBEngine:
    """One connection of its own, with views over files."""

    dialect: Dialect = DUCKDB

    def __init__(self, *, memory: str = MEMORY, in_order: bool = False) -> None:
        """Open an empty database that may use so much memory; rows keep their order only if asked to."""
        import duckdb

        spill = tempfile.mkdtemp(prefix="throughline-measures-")
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(
            config={
                "memory_limit": memory,
                "temp_directory": spill,
                "preserve_insertion_order": in_order,
            }
        )
        _in_utc(self.connection)
        # A table may have a hundred parts, and is asked many times; a part that was changed is read anew.
        self.connection.execute("LOAD parquet")
        self.connection.execute("SET parquet_metadata_cache = true")
        # Gone with this object: what did not fit into memory is about persons too.
        self._close = weakref.finalize(self, _close, self.connection, spill)

    def beside(self) -> DuckDBEngine:
        """Return the same database over a connection of its own, for another thread, as long as this one is open."""
        other = copy(self)
        other.connection = self.connection.cursor()
        _in_utc(other.connection)
        return other

    def close(self) -> None:
        """Let go of the files and of what was put on disk."""
        self._close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows that a statement gives."""
        with _sentences():
            return self.connection.execute(sql).fetchall()

    def frame(self, sql: str) -> polars.DataFrame:
        """Return what a statement gives as a frame, its rows in no order."""
        with _sentences():
            found: polars.DataFrame = self.connection.sql(sql).pl()
            return found

    def numbers(self, sql: str, column: str) -> numpy.ndarray:
        """Return one column of numbers that a statement gives, in no order."""
        import numpy

        with _sentences():
            return numpy.asarray(self.connection.execute(sql).fetchnumpy()[column])

    def keep(self, table: str, column: str, numbers: numpy.ndarray) -> None:
        """Keep numbers as a table of one column, for as long as this is open."""
        self.connection.register("given", {column: numbers})
        self.connection.execute(f"CREATE TEMP TABLE {table} AS SELECT {column} FROM given")
        self.connection.unregister("given")


def _in_utc(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET TimeZone = 'UTC'")


@contextmanager
def _sentences() -> Iterator[None]:
    import duckdb

    try:
        yield
    except (duckdb.ConversionException, duckdb.InvalidInputException) as error:
        raise FolderError(
            f"A value cannot be read: {_first_line(error)} "
            "`throughline events check DIR` names its table, row and column."
        ) from None
    except duckdb.IOException as error:
        raise FolderError(f"A file cannot be read: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    line = str(error).splitlines()[0]
    return line.partition(": ")[2] or line


def _close(connection: duckdb.DuckDBPyConnection, spill: str) -> None:
    connection.close()
    shutil.rmtree(spill, ignore_errors=True)
