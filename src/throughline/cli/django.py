"""Django, set up for the length of a command, with the database running."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from throughline.server import home as homes
from throughline.server import postgres


@contextmanager
def service(process: str) -> Iterator[None]:
    """Act as one process: start the database if no server runs, and set Django up with its login."""
    os.environ["THROUGHLINE_PROCESS"] = process
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.settings")
    with database():
        # Settings are read once the logins' passwords exist.
        import django

        django.setup()
        try:
            yield
        finally:
            _close_pools()


def _close_pools() -> None:
    """Let go of the database before it is stopped: a pool's thread would still be connecting, and say so."""
    from django.db import connections

    for connection in connections.all(initialized_only=True):
        if close_pool := getattr(connection, "close_pool", None):
            close_pool()


@contextmanager
def database() -> Iterator[None]:
    """Have the database running: our own, unless a managed one is named."""
    if not homes.is_embedded():
        yield
        return
    with postgres.running(homes.current()):
        yield
