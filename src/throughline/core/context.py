"""Who a transaction acts as: one function sets role and key, and puts the former ones back.

SET LOCAL, never SET: a plain SET survives the connection's return to the pool. Literals, because
set_config is not forwarded inside a distributed schema. Outside a transaction SET LOCAL does nothing
and says so only in a warning, so here it raises.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql
from psycopg.pq import TransactionStatus

from throughline.core import wire
from throughline.core.errors import NoContext
from throughline.core.roles import Role


@dataclass(frozen=True, kw_only=True)
class Context:
    """A role and the keys its policies read; a missing key is the empty string, which matches no row."""

    role: Role
    user: UUID | None = None
    household: UUID | None = None
    team: UUID | None = None
    supplier: UUID | None = None
    sender: UUID | None = None


_current: ContextVar[Context | None] = ContextVar("throughline_context", default=None)


def current() -> Context | None:
    """Return the context in force, or None outside of any."""
    return _current.get()


@contextmanager
def transaction_as(role: Role, *, user: UUID | None = None) -> Iterator[None]:
    """Open a transaction in a role. Its end ends the role too, so that nothing need be put back.

    Inside another transaction it is a savepoint and `acting`.
    """
    nested = connection.in_atomic_block
    with transaction.atomic():
        if nested:
            with acting(role, user=user):
                yield
            return
        context = Context(role=role, user=user)
        _begin(context)
        token = _current.set(context)
        try:
            yield
        finally:
            _current.reset(token)


@contextmanager
def acting(
    role: Role,
    *,
    user: UUID | None = None,
    household: UUID | None = None,
    team: UUID | None = None,
    supplier: UUID | None = None,
    sender: UUID | None = None,
) -> Iterator[Context]:
    """Act as `role` with these keys until the block ends; then as before.

    Raises NoContext outside a transaction. When the block fails because the database refused something,
    the transaction or its savepoint is about to be rolled back, which undoes SET LOCAL by itself.
    """
    if not connection.in_atomic_block:
        raise NoContext(f"acting as {role} needs an open transaction")
    before = _current.get()
    context = Context(
        role=role, user=user, household=household, team=team, supplier=supplier, sender=sender
    )
    _apply(context)
    token = _current.set(context)
    try:
        yield context
    except BaseException:
        _current.reset(token)
        if _answers():
            _apply(before)
        raise
    _current.reset(token)
    _apply(before)


def become(
    role: Role,
    *,
    user: UUID | None = None,
    household: UUID | None = None,
    team: UUID | None = None,
    supplier: UUID | None = None,
) -> None:
    """Act as another until the innermost block of `acting` ends: for keys that one role reads for the next."""
    if _current.get() is None:
        raise NoContext(f"becoming {role} needs somebody to have been before")
    context = Context(role=role, user=user, household=household, team=team, supplier=supplier)
    _apply(context)
    _current.set(context)


def _answers() -> bool:
    """Say whether the transaction in progress still takes statements."""
    return (
        connection.connection is not None
        and not connection.needs_rollback
        and connection.connection.info.transaction_status == TransactionStatus.INTRANS
    )


def as_role(role: Role, *, user: UUID | None = None) -> str:
    """Return the settings with which a new transaction acts as somebody: it has no other key yet."""
    # A UUID in hexadecimal needs no quoting, whatever it holds.
    key = f"; set local throughline.\"user\" = '{user.hex}'" if user else ""
    return f"set local role {role.sql}{key}"


def _begin(context: Context) -> None:
    """Begin the transaction as somebody, in one round trip."""
    if not wire.begin(as_role(context.role, user=context.user)):
        _apply(context)


def _apply(context: Context | None) -> None:
    role = context.role.sql if context else None
    with connection.cursor() as cursor:
        # One round trip: several statements in one simple query.
        cursor.execute(_statement(role, context))


@lru_cache(maxsize=1024)
def _statement(role: str | None, context: Context | None) -> str:
    name = sql.Identifier(role) if role else sql.SQL("NONE")
    return (sql.SQL("SET LOCAL ROLE {}").format(name) + _keys(context)).as_string()


def _keys(context: Context | None) -> sql.Composable:
    parts: list[sql.Composable] = []
    for key in ("user", "household", "team", "supplier", "sender"):
        value = getattr(context, key) if context else None
        parts.append(
            sql.SQL("; SET LOCAL {} = {}").format(
                sql.Identifier("throughline", key), sql.Literal(str(value) if value else "")
            )
        )
    return sql.Composed(parts)
