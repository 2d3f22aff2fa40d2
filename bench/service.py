"""A server of one's own for a measurement: a temporary home, the settings of the service, removed at the end."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from throughline.server import home as homes
from throughline.server import logins, postgres


@contextmanager
def own_service() -> Iterator[homes.Home]:
    """Have PostgreSQL running with production settings and this version's tables prepared."""
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        for name in [name for name in os.environ if name.startswith("THROUGHLINE_")]:
            del os.environ[name]
        os.environ.pop("DATABASE_URL", None)
        os.environ["THROUGHLINE_HOME"] = str(Path(folder).resolve())
        os.environ["THROUGHLINE_PORT_BASE"] = str(_free_ports())
        # Told to stop, clean up all the same.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        home = homes.current()
        postgres.start(home, supervised=True)
        try:
            command = [sys.executable, "-m", "throughline.cli", "db", "prepare"]
            subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own command
            yield home
        finally:
            postgres.remove(home)


def superuser(home: homes.Home) -> psycopg.Connection:
    """Connect as the server's superuser, on the deployment's schema. Set-up only: it sees everything."""
    connection = logins.connect_as_superuser(home, home.deployment)
    connection.execute(f"set search_path = {home.deployment}")
    return connection


def _free_ports() -> int:
    """Return the first of five ports in a row that nobody listens on."""
    for base in range(20000, 60000, 5):
        with socket.socket() as probe:
            if all(probe.connect_ex(("127.0.0.1", base + n)) for n in range(5)):
                return base
    raise RuntimeError("no five free ports in a row")


def setup_django(process: str) -> None:
    """Be one process of the service, with its login and nothing more."""
    os.environ["THROUGHLINE_PROCESS"] = process
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.settings")
    import django

    django.setup()
