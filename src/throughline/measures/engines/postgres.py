"""PostgreSQL: the live pages ask the same questions of views that have the columns of the event tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from throughline.measures.dialects import POSTGRES, Dialect


class Cursor(Protocol):
    """What is used of a cursor, psycopg's or Django's."""

    def execute(self, sql: Any) -> Any:
        """Run a statement."""

    def fetchall(self) -> Sequence[Any]:
        """Return every row."""


class PostgresEngine:
    """A cursor somebody else opened, and closes, in a session whose time zone is UTC."""

    dialect: Dialect = POSTGRES

    def __init__(self, cursor: Cursor) -> None:
        """Take the cursor; event tables are found by its search path."""
        self._cursor = cursor

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return the rows that a statement gives."""
        self._cursor.execute(sql)
        return [tuple(row) for row in self._cursor.fetchall()]
