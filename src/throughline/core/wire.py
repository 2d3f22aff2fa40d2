"""The shortest way to the server, for acts that run thousands of times a minute.

Between a statement that a busy server has planned already and the driver's cursor, the cursor is the dearer of
the two, and each further round trip is a wait for everyone who steps over what this one has locked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import Connection, errors
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

Value = UUID | datetime | int | str | None
Row = tuple[str | None, ...]

PLACE = re.compile(r"%\((\w+)\)s|%(%)")
DONE = (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK)

_numbers = count()
_planned: WeakKeyDictionary[Connection[Any], set[str]] = WeakKeyDictionary()


class WholeAct:
    """A statement that is a transaction of its own, sent and answered in one message each way.

    `%(name)s` stands in the place of each value; casts and columns of the statement give their types.
    """

    def __init__(self, text: str) -> None:
        """Keep the statement; a connection's server plans it when it is first run there."""
        self.text = text
        self._name = f"throughline_{next(_numbers)}"
        self._names: list[str] = []
        self._numbered = PLACE.sub(self._place, text).encode()

    def _place(self, found: re.Match[str]) -> str:
        name, percent = found.groups()
        if percent:
            return "%"
        if name not in self._names:
            self._names.append(name)
        return f"${self._names.index(name) + 1}"

    def run(self, settings: str, values: Mapping[str, Value]) -> list[Row]:
        """Set what `settings` says, run, commit; return the rows, each value as PostgreSQL writes it.

        The statements of one message are one transaction, and SET LOCAL ends with it. Raises Django's
        database errors, and RuntimeError inside a transaction, of which nothing can be committed alone.
        """
        database = connections[DEFAULT_DB_ALIAS]
        driver = _driver(database)
        if database.in_atomic_block or not _is_idle(driver):
            raise RuntimeError("A transaction is open: nothing in it can be committed alone.")
        # Without values the parentheses may not be there either.
        given = ", ".join([_literal(values[name]) for name in self._names])
        arguments = f"({given})" if given else ""
        message = f"{settings}; execute {self._name}{arguments}".encode()
        with database.wrap_database_errors:
            if self._name not in _planned.setdefault(driver, set()):
                self._plan(driver, settings)
            try:
                return _rows(_sent(driver, message))
            except errors.InvalidSqlStatementName:
                # The driver drops all plans of a connection after a rollback to a savepoint.
                self._plan(driver, settings)
                return _rows(_sent(driver, message))

    def _plan(self, driver: Connection[Any], settings: str) -> None:
        """Have it planned, in the role: who may not read a table may not plan a statement over it either."""
        _sent(driver, f"begin; {settings}".encode())
        try:
            _done(driver, driver.pgconn.prepare(self._name.encode(), self._numbered))
            _planned[driver].add(self._name)
        finally:
            _sent(driver, b"commit")


def begin(statements: str) -> bool:
    """Open the driver's transaction together with its first statements; say whether it was not yet open.

    The statements return nothing and hold no value that came from outside.
    """
    database = connections[DEFAULT_DB_ALIAS]
    driver = _driver(database)
    if not _is_idle(driver):
        return False
    with database.wrap_database_errors:
        _sent(driver, f"begin; {statements}".encode())
    return True


def _driver(database: BaseDatabaseWrapper) -> Connection[Any]:
    database.ensure_connection()
    driver: Connection[Any] = database.connection
    return driver


def _is_idle(driver: Connection[Any]) -> bool:
    return driver.pgconn.transaction_status == TransactionStatus.IDLE


def _sent(driver: Connection[Any], message: bytes) -> PGresult:
    """Send statements and return the result of the last."""
    return _done(driver, driver.pgconn.exec_(message))


def _done(driver: Connection[Any], result: PGresult) -> PGresult:
    if result.status not in DONE:
        if driver.pgconn.status != ConnStatus.OK:
            # A server that went away leaves no code by which the driver could tell.
            raise errors.OperationalError("the connection was lost")
        raise errors.error_from_result(result, encoding=driver.info.encoding)
    return result


def _rows(result: PGresult) -> list[Row]:
    value, columns = result.get_value, range(result.nfields)
    return [
        tuple(
            [
                None if (found := value(row, column)) is None else found.decode()
                for column in columns
            ]
        )
        for row in range(result.ntuples)
    ]


def _literal(value: Value) -> str:
    """Quote a value for the text of a message; the server takes backslashes as they are."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"'{value.isoformat()}'" if isinstance(value, datetime) else f"'{value}'"
