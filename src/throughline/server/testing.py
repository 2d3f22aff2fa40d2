"""A pytest plugin: each test session has a home, and when it asks for one a PostgreSQL, of its own.

Loaded by `-p throughline.server.testing`, because the environment must be set before Django's settings
are read. Nothing starts until a test wants the database.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from throughline.server import home as homes
from throughline.server import locks, logins, postgres

PREFIX = "throughline-test-"

# Test data may be lost with the machine.
# A test's transaction stays open, so a table that is analysed meanwhile looks empty and is planned for as such:
# a thousand times too slow. What needs statistics analyses for itself.
FAST = {
    "fsync": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
    "autovacuum": "off",
}

_session = ExitStack()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: Sequence[str]
) -> Iterator[None]:
    """Give the session a home before pytest-django reads the settings."""
    # A worker of pytest-xdist inherits its controller's.
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _remove_abandoned()
        _make_home()
    return (yield)


def pytest_unconfigure() -> None:
    """Stop the server and remove the home, at the end of the session that made them."""
    _session.close()


def start_database() -> subprocess.Popen[bytes] | None:
    """Start the session's server, with roles and logins made, unless a fellow worker has."""
    home = homes.current()
    with locks.exclusive(home.run / "test-database.lock"):
        process = postgres.start(home, extra=FAST)
        if process is not None:
            _prepare(home)
        return process


def prepared_of(session: homes.Home) -> homes.Home:
    """Return the home whose database a test may copy instead of preparing one; it goes with the session."""
    return homes.Home(folder=session.folder / "prepared", as_root=session.as_root)


def _prepare(home: homes.Home) -> None:
    url = os.environ.pop("DATABASE_URL")
    try:
        logins.prepare(home)
    finally:
        os.environ["DATABASE_URL"] = url
    # Django's test databases are copies of this one: they too have the schema, and no public one.
    with logins.connect_as_superuser(home, "template1") as connection:
        logins.make_schema(connection, home)


def _make_home() -> None:
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    os.environ["THROUGHLINE_HOME"] = str(folder)
    home = homes.current()
    # Tests set up as the server's superuser, and take on a role to test isolation.
    os.environ["DATABASE_URL"] = (
        f"postgresql://{home.superuser}@/{home.deployment}?host={home.socket_folder}"
    )
    os.environ["THROUGHLINE_PROCESS"] = "prepare"
    _session.enter_context(locks.if_free(folder / "in-use.lock"))
    _session.callback(_remove, home)


def _remove(home: homes.Home) -> None:
    postgres.remove(prepared_of(home))
    postgres.remove(home)
    shutil.rmtree(home.folder, ignore_errors=True)


def _remove_abandoned() -> None:
    """Clear up after sessions that were killed: their lock is free."""
    for folder in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        try:
            if folder.stat().st_uid != os.geteuid() or not (folder / "in-use.lock").exists():
                continue
        except FileNotFoundError:
            # Its own session cleared it up just now.
            continue
        with locks.if_free(folder / "in-use.lock") as abandoned:
            if abandoned:
                _remove(homes.Home(folder=folder.resolve(), as_root=os.geteuid() == 0))
