"""What storms are made of: processes that put load on a service, kills, and questions asked behind its back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.homes import ROOT

from throughline.server import logins, postgres


def kill(service, victim: str) -> None:
    """Kill the database, or every process of a login, as a power cut would."""
    if victim == "database":
        pids = [postgres.status(service.home)]
    else:
        pids = [process.pid for process in service.processes(victim)]
    for pid in pids:
        if pid is not None:
            _kill_one(pid)


def _kill_one(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # killed with its parent a moment ago


def run(service, module: str, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a module of these tests against the service."""
    # Without the supervisor's mark: a kill of "desk" must not take the handlers with it.
    with (service.home.folder / "load.txt").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", f"tests.process.{module}", *arguments],
            env=service.environment,
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def log(service) -> str:
    """Return the end of what they said."""
    return (service.home.folder / "load.txt").read_text()[-3000:]


@contextmanager
def asking(service) -> Iterator[Callable[..., list[tuple[Any, ...]]]]:
    """Ask as the superuser, so that no policy hides a loss."""
    with logins.connect_as_superuser(service.home, service.home.deployment) as connection:
        connection.execute(f"set search_path = {service.home.deployment}")
        yield lambda statement, parameters=None: connection.execute(
            statement, parameters
        ).fetchall()


def lines(path: Path) -> list[dict[str, Any]]:
    """Return what a process has written down so far."""
    return [json.loads(line) for line in path.read_text().splitlines()]
