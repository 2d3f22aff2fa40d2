"""DuckDB, in this process: tables larger than memory are streamed, and what does not fit is put on disk."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from typing import TYPE_CHECKING, Any

from throughline.measures.dialects import DUCKDB, Dialect
from throughline.measures.errors import FolderError

if TYPE_CHECKING:
    import duckdb

MEMORY = "3GB"


class DuckDBEngine:
    """One connection of its own, with views over files."""

    dialect: Dialect = DUCKDB

    def __init__(self, *, memory: str = MEMORY) -> None:
        """Open an empty database in memory that may use so much of it."""
        import duckdb

        spill = tempfile.mkdtemp(prefix="throughline-measures-")
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(
            config={
                "memory_limit": memory,
                "temp_directory": spill,
                "preserve_insertion_order": False,
            }
        )
        self.connection.execute("SET TimeZone = 'UTC'")
        # Gone with this object: what did not fit into memory is about persons too.
        self._close = weakref.finalize(self, _close, self.connection, spill)

    def close(self) -> None:
        """Let go of the files and of what was put on disk."""
        self._close()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows that a statement gives."""
        import duckdb

        try:
            return self.connection.execute(sql).fetchall()
        except duckdb.ConversionException as error:
            raise FolderError(
                f"A value cannot be read: {str(error).splitlines()[0]}. "
                "`throughline events check DIR` names its table, row and column."
            ) from None


def _close(connection: duckdb.DuckDBPyConnection, spill: str) -> None:
    connection.close()
    shutil.rmtree(spill, ignore_errors=True)
