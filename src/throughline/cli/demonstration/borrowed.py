"""The preparing login takes on every role for as long as the town is filled, and gives them all back.

It made the roles and may grant them, but holds none of their rights. Each act then runs in the role in
which the web or the worker would do it, under the same policies.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from psycopg import sql

from throughline.core.roles import Role


@contextmanager
def every_role() -> Iterator[None]:
    """Let this login take on every role inside the block."""
    _each("GRANT {} TO CURRENT_USER WITH INHERIT FALSE, SET TRUE")
    try:
        yield
    finally:
        _each("REVOKE {} FROM CURRENT_USER")


def _each(statement: str) -> None:
    with connection.cursor() as cursor:
        for role in Role:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(role.sql)).as_string())
