"""Somebody of the authority at a browser: `python -m tests.process.desk` signs them in and says their session.

A process of its own, the database's superuser, since the second factor is nobody's here.
"""

from __future__ import annotations

import os
import subprocess
import sys
from http.client import HTTPConnection
from typing import Any

from tests.homes import ROOT

SECONDS = 120


def main() -> None:
    from throughline.cli.django import service
    from throughline.server import home as homes

    home = homes.current()
    os.environ["DATABASE_URL"] = (
        f"postgresql://{home.superuser}@/{home.deployment}?host={home.socket_folder}"
    )
    with service("prepare"):
        from django.conf import settings
        from django.db import transaction

        from throughline.tracing.tests.world import World
        from throughline.web.tests.access.scene import signed_in

        with transaction.atomic():
            machine = signed_in(World.made().authority())
        sys.stdout.write(machine.cookies[settings.SESSION_COOKIE_NAME].value)


class Desk:
    """A browser without scripts at the authority's address, in which somebody has signed in."""

    def __init__(self, service: Any) -> None:
        self.port = service.home.port("authority")
        done = subprocess.run(
            [sys.executable, "-m", "tests.process.desk"],
            env=service.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        # Each process's cookies have a name of their own.
        self.cookie = f"session_authority={done.stdout}"

    def page(self, address: str) -> str:
        """Open a page and return its text."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=SECONDS)
        try:
            connection.request("GET", address, headers={"Cookie": self.cookie})
            answer = connection.getresponse()
            text = answer.read().decode()
            assert answer.status == 200, (address, answer.status)
        finally:
            connection.close()
        return text


if __name__ == "__main__":
    main()
