"""Statements that run thousands of times a minute: planned once a connection, because planning costs more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psycopg import ClientCursor, Cursor
from psycopg.rows import dict_row

Parameters = Mapping[str, Any] | Sequence[Any]


class Planned(Cursor[Any]):
    """A cursor whose statements the server plans the first time, and keeps."""

    def execute(self, query: Any, params: Parameters | None = None, **given: Any) -> Planned:
        """Run a statement, prepared."""
        return super().execute(query, params, prepare=True)


class Logged(CursorDebugWrapper):
    """What a test asks to see: each statement with its values, as it could be typed."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        """Run a statement and note it."""
        with self.debug_sql(ClientCursor(self.db.connection).mogrify(sql, params)):
            return CursorWrapper.execute(self, sql, params)


@contextmanager
def planned(**given: Any) -> Iterator[CursorWrapper]:
    """Open a cursor of prepared statements, whose failures and log are as those of any other here."""
    connection.ensure_connection()
    wrapper = Logged if connection.queries_logged else CursorWrapper
    with Planned(connection.connection, **given) as cursor:
        yield wrapper(cursor, connection)


def execute(statement: str, parameters: Parameters) -> None:
    """Run a prepared statement that returns nothing."""
    with planned() as cursor:
        cursor.execute(statement, parameters)


def fetch(statement: str, parameters: Parameters) -> list[tuple[Any, ...]]:
    """Run a prepared statement and return its rows."""
    with planned() as cursor:
        cursor.execute(statement, parameters)
        return list(cursor.fetchall())


def one(statement: str, parameters: Parameters) -> dict[str, Any] | None:
    """Run a prepared statement and return its first row, by column name, or None."""
    with planned(row_factory=dict_row) as cursor:
        cursor.execute(statement, parameters)
        row: dict[str, Any] | None = cursor.fetchone()
        return row
