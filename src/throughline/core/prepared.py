"""Statements that run thousands of times a minute: planned once a connection, because planning costs more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection
from psycopg import Cursor
from psycopg.rows import dict_row


def execute(statement: str, parameters: Mapping[str, Any] | Sequence[Any]) -> None:
    """Run a prepared statement that returns nothing."""
    connection.ensure_connection()
    with Cursor(connection.connection) as cursor:
        cursor.execute(statement, parameters, prepare=True)


def one(statement: str, parameters: Mapping[str, Any] | Sequence[Any]) -> dict[str, Any] | None:
    """Run a prepared statement and return its first row, by column name, or None."""
    connection.ensure_connection()
    with Cursor(connection.connection, row_factory=dict_row) as cursor:
        return cursor.execute(statement, parameters, prepare=True).fetchone()
