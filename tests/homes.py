"""A home of a test's own, with ports of its own: empty, or a copy of one that was prepared once."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from throughline.server import home as homes
from throughline.server import locks, postgres
from throughline.server.home import Home
from throughline.server.testing import prepared_of

ROOT = Path(__file__).parents[1]
CLI = (sys.executable, "-m", "throughline.cli")


def environment_of(home: Home) -> dict[str, str]:
    """What a process of that home finds, and nothing of the test session's own home."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name != "DATABASE_URL" and not name.startswith("THROUGHLINE_")
    }
    return kept | {
        "THROUGHLINE_HOME": str(home.folder),
        "THROUGHLINE_PORT_BASE": str(home.port_base),
        "PYTHONPATH": str(ROOT / "src"),
    }


@contextmanager
def home_of_its_own(*, prepared: bool, ports: int = 18000) -> Iterator[Home]:
    """Make a home and remove it, database and all. `ports`: where to look for five that are free."""
    folder = Path(tempfile.mkdtemp(prefix="tl-test-")).resolve()
    home = Home(folder=folder, port_base=_free_ports(ports), as_root=os.geteuid() == 0)
    try:
        if prepared:
            _copy(_prepared(), home)
        yield home
    finally:
        postgres.remove(home)
        shutil.rmtree(folder, ignore_errors=True)


def _prepared() -> Home:
    """The home that all workers of the session copy; whoever comes first prepares it."""
    session = homes.current()
    home = prepared_of(session)
    with locks.exclusive(session.run / "prepared.lock"):
        if not (home.database_folder / "prepared").exists():
            done = subprocess.run(
                [*CLI, "db", "prepare"], env=environment_of(home), capture_output=True, check=False
            )
            assert done.returncode == 0, done.stderr.decode()
    return home


def _copy(source: Home, target: Home) -> None:
    subprocess.run(["cp", "-a", f"{source.folder}/.", target.folder], check=True)
    if source.as_root:
        # In a system folder, to which the home has a link.
        subprocess.run(["cp", "-a", source.database_folder, target.database_folder], check=True)
        (target.folder / "database").unlink()
        (target.folder / "database").symlink_to(target.database_folder)


def _free_ports(first: int) -> int:
    """Five ports in a row that nobody listens on."""
    for base in range(first + os.getpid() % 1000 * 5, 60000, 5):
        if not any(listens(base + n) for n in range(5)):
            return base
    raise RuntimeError("no five free ports in a row")


def listens(port: int) -> bool:
    """Say whether somebody answers at a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
