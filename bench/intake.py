"""Rows a second from a file to persons, cases and work items, beside a bare COPY of the same rows.

    python bench/intake.py --rows 100000

It starts a server of its own in a temporary home, with the settings of the service, and removes it. The
bare COPY fills a table of text columns, without index or policy, committed once. Seconds of processor are
given beside those of the clock, so that a busy machine shows.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

AIM_ROWS = 5000
AIM_MEMORY_MB = 400
CHUNK = 1024 * 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--inside", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.inside:
        sys.stdout.write(json.dumps(measure(Path(chosen.inside), chosen.rows)) + "\n")
        return
    found = in_a_home_of_its_own(chosen.rows)
    sys.stdout.write((json.dumps(found) if chosen.json else as_table(found)) + "\n")


def in_a_home_of_its_own(rows: int) -> dict[str, Any]:
    """Prepare a service in a temporary home, measure in a process of its own, and remove it."""
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        environment = {
            **os.environ,
            "THROUGHLINE_HOME": folder,
            "THROUGHLINE_PROCESS": "worker",
            "DJANGO_SETTINGS_MODULE": "throughline.settings",
        }
        ours = [sys.executable, "-m", "throughline.cli", "db"]
        quiet = {"env": environment, "check": True, "stdout": subprocess.DEVNULL}
        try:
            subprocess.run([*ours, "start"], **quiet)  # noqa: S603
            subprocess.run([*ours, "prepare"], **quiet)  # noqa: S603
            done = subprocess.run(  # noqa: S603
                [sys.executable, __file__, "--inside", folder, "--rows", str(rows)],
                env=environment,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
            )
        finally:
            os.environ["THROUGHLINE_HOME"] = folder
            from throughline.server import home, postgres

            postgres.remove(home.current())
        found: dict[str, Any] = json.loads(done.stdout)
        return found


def measure(folder: Path, rows: int) -> dict[str, Any]:
    """Load generated rows through the door and the worker's task, then COPY the same bare."""
    import django

    django.setup()
    from throughline.rehearsal import bulk

    path = folder / "rows.csv"
    bulk.write(path, rows)
    bare = bare_copy(path)
    loaded = load(path)
    rate = rows / loaded["seconds"]
    return {
        "rows": rows,
        "rows_a_second": round(rate),
        "aim_rows_a_second": AIM_ROWS,
        "bare_copy_rows_a_second": round(rows / bare),
        "share_of_bare_copy": round(rate * bare / rows, 4),
        "store_seconds": round(loaded["store"], 2),
        "python_microseconds_a_row": round(loaded["python"] / rows * 1e6),
        "database_microseconds_a_row": round(loaded["database"] / rows * 1e6),
        "memory_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "aim_memory_mb": AIM_MEMORY_MB,
        "receipt": loaded["receipt"],
    }


def load(path: Path) -> dict[str, Any]:
    """Store the file and read it to its end, as the worker does."""
    from django.db import transaction

    from throughline.core import clock
    from throughline.core.context import acting
    from throughline.core.copying import fetch
    from throughline.core.roles import Role
    from throughline.intake.actions import store
    from throughline.intake.actions.parsing import parse_next
    from throughline.intake.queries import receipt

    began = time.monotonic()
    stored = store(sender_code="bench", chunks=_chunks(path), name="bench", by=None, at=clock.now())
    kept = time.monotonic() - began
    ((backend,),) = fetch("select pg_backend_pid()")
    python, database = time.process_time(), _processor(backend)
    done = 1
    while done:
        with transaction.atomic(), acting(Role.MATCH):
            done = parse_next(at=clock.now())
    seconds = time.monotonic() - began
    python, database = time.process_time() - python, _processor(backend) - database
    with transaction.atomic(), acting(Role.MATCH):
        found = receipt(stored.message_ref)
    if not found.balances:
        raise SystemExit(f"The rows do not balance: {found}")
    return {
        "seconds": seconds,
        "store": kept,
        "python": python,
        "database": database,
        "receipt": found.as_json(),
    }


def bare_copy(path: Path) -> float:
    """COPY the file's rows into a table without index, key or policy; return the seconds."""
    from throughline.rehearsal.layout import COLUMNS
    from throughline.server import home, logins

    here = home.current()
    columns = ", ".join(f"{name} text" for name in COLUMNS)
    with logins.connect_as_superuser(here, here.deployment) as connection:
        connection.execute(f"create table public.bare ({columns})")
        began = time.monotonic()
        with (
            connection.cursor() as cursor,
            cursor.copy("copy public.bare from stdin with (format csv, header)") as copy,
        ):
            for chunk in _chunks(path):
                copy.write(chunk)
        return time.monotonic() - began


def as_table(found: dict[str, Any]) -> str:
    """Return the measures for a reader, each beside its limit."""
    return "\n".join(
        (
            f"rows                      {found['rows']:>12,}",
            f"rows a second, all the way{found['rows_a_second']:>12,}   aim {AIM_ROWS:,}",
            f"bare COPY, rows a second  {found['bare_copy_rows_a_second']:>12,}",
            f"share of the bare COPY    {found['share_of_bare_copy']:>12.1%}",
            f"memory, MB                {found['memory_mb']:>12,}   limit {AIM_MEMORY_MB}",
            f"processor, Python         {found['python_microseconds_a_row']:>12,}   microseconds a row",
            f"processor, database       {found['database_microseconds_a_row']:>12,}   microseconds a row",
        )
    )


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def _processor(pid: int) -> float:
    """Seconds of processor that a process has used; 0 where the system does not tell."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    fields = stat.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
