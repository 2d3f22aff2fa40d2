"""Database logins, what each may become, and the making of them.

A login holds no rights: it may only take on (SET ROLE) the roles named here, and inherits none.
Which tables a role may touch is `core.grants`'s, after the migrations.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from throughline.server.errors import DownError
from throughline.server.home import ConnectionParameters, Home, connection_parameters, is_embedded
from throughline.server.home import password_variable as variable

# The roles of design.md, each with one key to what it may see.
ROLES = (
    "login",
    "dispatch",
    "desk",
    "supplier",
    "local",
    "authority",
    "oversight",
    "public",
    "intake",
    "match",
    "clock",
    "export",
)

# Each process has one login; the catalogue gate compares the server with this.
LOGINS: dict[str, tuple[str, ...]] = {
    "desk": ("login", "dispatch", "desk", "supplier", "local"),
    "authority": ("login", "dispatch", "authority", "oversight", "intake"),
    "public": ("public",),
    "intake": ("login", "intake"),
    "worker": ("match", "clock", "export", "dispatch", "intake"),
}

# COPY cannot write under row-level security, so what is loaded goes through a temporary table.
COPYING_ROLES = ("intake", "match", "export")

# Any number will do, so long as every preparer takes the same one.
PREPARING_LOCK = 7_310_220_251


def role_name(home: Home, role: str) -> str:
    """Return a role's name in this deployment."""
    return f"{home.deployment}_r_{role}"


def prepare(home: Home) -> None:
    """Make or mend owner, database, schema, roles and logins. Safe to repeat."""
    if is_embedded():
        with connect_as_superuser(home) as connection, _one_preparer(connection):
            _make_owner_and_database(connection, home)
    with connect(connection_parameters("prepare")) as connection, _one_preparer(connection):
        make_roles(connection, home)
        _make_logins(connection, home)
        make_schema(connection, home)
        _open_database(connection, home)


def connect(parameters: ConnectionParameters) -> psycopg.Connection:
    """Connect, each statement committed on its own."""
    try:
        return psycopg.connect(
            host=parameters["host"],
            port=parameters["port"],
            dbname=parameters["dbname"],
            user=parameters["user"],
            password=parameters["password"] or None,
            autocommit=True,
        )
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise DownError(
            f"The database does not let {parameters['user']} in: {reason} "
            "Run `throughline doctor` to see what is missing."
        ) from error


def connect_as_superuser(home: Home, dbname: str = "postgres") -> psycopg.Connection:
    """Connect to the embedded server as whoever runs it. Only set-up and tests do."""
    return connect(superuser_parameters(home, dbname))


def superuser_parameters(home: Home, dbname: str = "postgres") -> ConnectionParameters:
    """Return how the embedded server's superuser connects: by who one is, with no password."""
    return ConnectionParameters(
        host=str(home.socket_folder), port=5432, dbname=dbname, user=home.superuser, password=""
    )


def make_roles(connection: psycopg.Connection, home: Home) -> None:
    """Make the roles that hold rights; nobody signs in as one."""
    for role in ROLES:
        _create(connection, role_name(home, role))


def make_schema(connection: psycopg.Connection, home: Home) -> None:
    """Make the deployment's schema, which roles may use and only its owner may change."""
    schema = sql.Identifier(home.deployment)
    connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(schema))
    for role in ROLES:
        connection.execute(
            sql.SQL("GRANT USAGE ON SCHEMA {} TO {}").format(
                schema, sql.Identifier(role_name(home, role))
            )
        )


def _make_owner_and_database(connection: psycopg.Connection, home: Home) -> None:
    _create(connection, home.owner)
    connection.execute(
        sql.SQL(
            "ALTER ROLE {} LOGIN NOINHERIT NOSUPERUSER CREATEROLE NOCREATEDB NOBYPASSRLS"
        ).format(sql.Identifier(home.owner))
    )
    _set_password(connection, home, home.owner)
    name = connection_parameters("prepare")["dbname"]
    known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if not known:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(home.owner)
            )
        )


def _make_logins(connection: psycopg.Connection, home: Home) -> None:
    for process, roles in LOGINS.items():
        login = home.login(process)
        _create(connection, login)
        connection.execute(sql.SQL("ALTER ROLE {} LOGIN NOINHERIT").format(sql.Identifier(login)))
        _set_password(connection, home, login)
        _match_memberships(connection, login, {role_name(home, role) for role in roles})
        _set_search_path(connection, home, login)
    # The preparing login is whoever connects here: on a managed server it has a name of its own.
    _set_search_path(connection, home, connection.info.user)


def _match_memberships(connection: psycopg.Connection, login: str, wanted: set[str]) -> None:
    held = {
        row[0]
        for row in connection.execute(
            "SELECT role.rolname FROM pg_auth_members AS held "
            "JOIN pg_roles AS role ON role.oid = held.roleid "
            "JOIN pg_roles AS member ON member.oid = held.member WHERE member.rolname = %s",
            [login],
        )
    }
    for role in sorted(held - wanted):
        connection.execute(
            sql.SQL("REVOKE {} FROM {}").format(sql.Identifier(role), sql.Identifier(login))
        )
    for role in sorted(wanted):
        # Since PostgreSQL 16 inheritance is a property of the grant, so it is said each time.
        connection.execute(
            sql.SQL("GRANT {} TO {} WITH INHERIT FALSE, SET TRUE").format(
                sql.Identifier(role), sql.Identifier(login)
            )
        )


def _open_database(connection: psycopg.Connection, home: Home) -> None:
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(database))
    connection.execute(sql.SQL("REVOKE ALL ON SCHEMA public FROM PUBLIC"))
    logins = [sql.Identifier(home.login(process)) for process in LOGINS]
    copying = [sql.Identifier(role_name(home, role)) for role in COPYING_ROLES]
    for right, holders in (("CONNECT", logins), ("TEMPORARY", copying)):
        connection.execute(
            sql.SQL("GRANT {} ON DATABASE {} TO {}").format(
                sql.SQL(right), database, sql.SQL(", ").join(holders)
            )
        )


def _create(connection: psycopg.Connection, role: str) -> None:
    known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    if not known:
        connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))


def _set_search_path(connection: psycopg.Connection, home: Home, login: str) -> None:
    connection.execute(
        sql.SQL("ALTER ROLE {} IN DATABASE {} SET search_path = {}").format(
            sql.Identifier(login),
            sql.Identifier(connection.info.dbname),
            sql.Identifier(home.deployment),
        )
    )


def _set_password(connection: psycopg.Connection, home: Home, login: str) -> None:
    password = home.password(login) or _new_secret(home, login)
    # Hashed here, so that the password itself never travels or reaches a log.
    hashed = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256")
    connection.execute(
        sql.SQL("ALTER ROLE {} PASSWORD {}").format(
            sql.Identifier(login), sql.Literal(hashed.decode())
        )
    )


def _new_secret(home: Home, login: str) -> str:
    if variable(login) in os.environ:
        raise DownError(f"{variable(login)} is empty; give a password, or unset it for a new one.")
    home.secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    password = secrets.token_urlsafe(32)
    # Made with its mode from the start: no moment in which others could read it.
    handle = os.open(home.secrets / login, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(password + "\n")
    return password


@contextmanager
def _one_preparer(connection: psycopg.Connection) -> Iterator[None]:
    connection.execute("SELECT pg_advisory_lock(%s)", [PREPARING_LOCK])
    try:
        yield
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", [PREPARING_LOCK])
