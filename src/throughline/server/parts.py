"""What the supervisor runs: one process per login, each the same code under another name."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from throughline.server.home import MLLP, WEB_PROCESSES, Home, parse_url
from throughline.server.leftovers import MARK

# Python runs one thread at a time, so that more processors need more workers, and more threads in one
# answer fewer pages, measured; more workers than these leave the database no processor.
MOST_WORKERS = 4
# At the door threads mostly wait for what senders send: a slow one must not hold up the others.
THREADS = {"intake": 16}
KILLED_AFTER = 10
"""Seconds that a web worker has to end what it is doing."""
CLI = (sys.executable, "-m", "throughline.cli")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process: its name, its command, what it finds in its environment, where it listens."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None
    # The note that the demonstration's town is filled. It may come after the part is described and
    # before it is started, so it is looked for at the start.
    demonstration: Path | None = None

    def environment_at_start(self) -> dict[str, str]:
        """Return what the process finds; in the demonstration its sign-in page shows the code."""
        demonstrating = self.demonstration is not None and self.demonstration.exists()
        return dict(self.environment) | (
            {"THROUGHLINE_DEMONSTRATION": "1"} if demonstrating else {}
        )


def all_parts(home: Home) -> tuple[Part, ...]:
    """Return the web processes and the door for HL7 messages, then the worker."""
    web = tuple(_web(home, name) for name in WEB_PROCESSES)
    mllp = Part(
        name=MLLP,
        command=(*CLI, MLLP),
        environment=environment(home, "intake"),
        port=home.port(MLLP),
    )
    worker = Part(name="worker", command=(*CLI, "worker"), environment=environment(home, "worker"))
    return (*web, mllp, worker)


def environment(home: Home, process: str) -> dict[str, str]:
    """Return a process's environment: the preparing login's address is for `prepare` alone."""
    inherited = dict(os.environ)
    url = inherited.get("DATABASE_URL")
    if url and process != "prepare":
        del inherited["DATABASE_URL"]
        managed = parse_url(url)
        inherited.setdefault("THROUGHLINE_DATABASE_HOST", managed["host"])
        inherited.setdefault("THROUGHLINE_DATABASE_PORT", str(managed["port"]))
        inherited.setdefault("THROUGHLINE_DATABASE_NAME", managed["dbname"])
    return inherited | {
        "THROUGHLINE_PROCESS": process,
        "THROUGHLINE_HOME": str(home.folder),
        "THROUGHLINE_DEPLOYMENT": home.deployment,
        "THROUGHLINE_PORT_BASE": str(home.port_base),
        "PYTHONUNBUFFERED": "1",
        MARK: str(home.folder),
    }


def _workers(name: str) -> int:
    """Return how many workers answer: at the desk, where everybody is in a conversation, one a processor."""
    return min(MOST_WORKERS, os.cpu_count() or 1) if name == "desk" else 1


def _web(home: Home, name: str) -> Part:
    port = home.port(name)
    return Part(
        name=name,
        port=port,
        environment=environment(home, name),
        demonstration=home.demonstration,
        command=(
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-access-log"),
            *("--host", "127.0.0.1", "--port", str(port)),
            *("--workers", str(_workers(name)), "--blocking-threads", str(THREADS.get(name, 1))),
            # One that is told to stop while it still starts may not hear it, and would outlive a killed supervisor.
            *("--workers-kill-timeout", str(KILLED_AFTER)),
            "--respawn-failed-workers",
            "throughline.web.wsgi:application",
        ),
    )
