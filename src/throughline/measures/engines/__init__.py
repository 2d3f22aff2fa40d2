"""What runs a statement: DuckDB in the box, PostgreSQL under the live pages, Spark on a cluster."""

from __future__ import annotations

from typing import Any, Protocol

from throughline.measures.dialects import Dialect


class Engine(Protocol):
    """Runs the one SQL text of a measure. Its session's time zone is UTC."""

    @property
    def dialect(self) -> Dialect:
        """The words in which this engine differs."""

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows that a statement gives, as Python values."""
