"""Rows a second from a file to persons, cases and work items, beside a bare COPY of the same rows.

    python -m bench.intake --rows 100000

The bare COPY fills a table of text columns, without index or policy, committed once. Seconds of processor are
given beside those of the clock, so that a busy machine shows; and the rate of each tenth of the rows, so that
one that falls with the size of the tables shows too.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from bench.figures import Figure, give
from bench.service import own_service, setup_django, superuser
from throughline.rehearsal import bulk
from throughline.rehearsal.layout import COLUMNS
from throughline.server.home import Home

AIM_ROWS = 5000
AIM_MEMORY_MIB = 400
CHUNK = 1024 * 1024


@dataclass(kw_only=True)
class Loaded:
    """What one load took. `marks` are rows and seconds so far, after each batch."""

    rows: int
    seconds: float
    store_seconds: float
    python_seconds: float
    database_seconds: float
    receipt_seconds: float
    receipt: dict[str, Any]
    marks: list[tuple[int, float]] = field(repr=False)

    def by_tenths(self) -> list[int]:
        """Return the rows a second of each tenth of the rows."""
        found, (begun, at) = [], (0, 0.0)
        for rows, seconds in self.marks:
            if rows - begun >= self.rows / 10 or rows >= self.rows:
                found.append(round((rows - begun) / (seconds - at)))
                begun, at = rows, seconds
        return found


def run(rows: int) -> list[Figure]:
    """Load generated rows through the door and the worker's task, and COPY the same bare."""
    with own_service() as home:
        path = home.folder / "rows.csv"
        size = bulk.write(path, rows)
        bare = bare_copy(home, path)
        setup_django("worker")
        loaded = load(path)
        more = asdict(loaded) | {
            "rows_a_second_by_tenths": loaded.by_tenths(),
            "python_microseconds_a_row": round(loaded.python_seconds / rows * 1e6),
            "database_microseconds_a_row": round(loaded.database_seconds / rows * 1e6),
        }
        del more["marks"]
        rate = rows / loaded.seconds
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        Figure(
            bench="intake",
            what=f"CSV rows to persons, cases and work items; {rows:,} rows, {size >> 20} MiB",
            ours=round(rate),
            unit="rows/s",
            limit=round(rows / bare),
            limit_is="bare COPY",
            aim=f"{AIM_ROWS:,} rows/s",
            met=rate >= AIM_ROWS,
            more=more,
        ),
        Figure(
            bench="intake",
            what=f"peak memory of the process that reads; {rows:,} rows",
            ours=round(memory),
            unit="MiB",
            limit=AIM_MEMORY_MIB,
            limit_is="the aim",
            aim=f"< {AIM_MEMORY_MIB} MiB",
            met=memory < AIM_MEMORY_MIB,
        ),
    ]


def load(path: Path) -> Loaded:
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
    marks: list[tuple[int, float]] = []
    rows, done = 0, 1
    while done:
        with transaction.atomic(), acting(Role.MATCH):
            done = parse_next(at=clock.now())
        rows += done
        marks.append((rows, time.monotonic() - began - kept))
    seconds = time.monotonic() - began
    python, database = time.process_time() - python, _processor(backend) - database
    asked = time.monotonic()
    with transaction.atomic(), acting(Role.MATCH):
        found = receipt(stored.message_ref)
    if not found.balances:
        raise SystemExit(f"The rows do not balance: {found}")
    return Loaded(
        rows=found.received,
        seconds=round(seconds, 2),
        store_seconds=round(kept, 2),
        python_seconds=round(python, 2),
        database_seconds=round(database, 2),
        receipt_seconds=round(time.monotonic() - asked, 2),
        receipt=found.as_json(),
        marks=marks,
    )


def bare_copy(home: Home, path: Path) -> float:
    """COPY the file's rows into a table without index, key or policy; return the seconds."""
    columns = ", ".join(f"{name} text" for name in COLUMNS)
    with superuser(home) as connection:
        connection.execute(f"create table public.bare ({columns})")
        began = time.monotonic()
        with (
            connection.cursor() as cursor,
            cursor.copy("copy public.bare from stdin with (format csv, header)") as copy,
        ):
            for chunk in _chunks(path):
                copy.write(chunk)
        connection.commit()
        return time.monotonic() - began


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


def main() -> None:
    """Measure, and give the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    give(run(parser.parse_args().rows))


if __name__ == "__main__":
    main()
