"""What can be seen without looking into the tables: disk, server, logins, clocks."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable

from throughline.cli.doctor.finding import Finding, State, found
from throughline.server import home as homes
from throughline.server import logins, postgres
from throughline.server.errors import DownError
from throughline.server.home import Home

ENOUGH_BYTES = 2_000_000_000
CLOCK_TOLERANCE_SECONDS = 2.0
# Since 16 inheritance is a property of each grant, on which the isolation of roles rests.
OLDEST_VERSION, TESTED_VERSION = 16, 18


def reachable() -> bool:
    """Say whether the worker's login is let in."""
    try:
        logins.connect(homes.connection_parameters("worker")).close()
    except DownError:
        return False
    return True


def check_disk(home: Home) -> Finding:
    """Find out whether there is room for data."""
    folder = home.database_folder if home.database_folder.exists() else home.folder
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return found(
        "disk",
        f"{free / 1e9:.1f} GB free in {folder}",
        bad=free < ENOUGH_BYTES,
        do=f"Free some: below {ENOUGH_BYTES / 1e9:.0f} GB loads may be refused.",
    )


def check_database(home: Home) -> Finding:
    """Find out whether the database answers, and which it is."""
    embedded = homes.is_embedded()
    if embedded and postgres.status(home) is None:
        return Finding(
            name="database",
            state=State.FAIL,
            what="embedded, not running",
            do="Run script/server, or `throughline db start`.",
        )
    try:
        with logins.connect(homes.connection_parameters("worker")) as connection:
            version = connection.info.server_version // 10_000
    except DownError as error:
        return Finding(
            name="database",
            state=State.FAIL,
            what=str(error),
            do="See that it runs and can be reached; then run `throughline db prepare`.",
        )
    kind = "embedded: for trying, developing and small teams" if embedded else "managed"
    return found(
        "database",
        f"PostgreSQL {version}, {kind}",
        bad=version != TESTED_VERSION,
        state=State.FAIL if version < OLDEST_VERSION else State.WARN,
        do=f"Throughline is tested on PostgreSQL {TESTED_VERSION} and needs {OLDEST_VERSION} or later.",
    )


def check_logins(home: Home) -> Finding:
    """Sign in to the database as each process."""
    for process in logins.LOGINS:
        try:
            logins.connect(homes.connection_parameters(process)).close()
        except DownError as error:
            return Finding(
                name="logins",
                state=State.FAIL,
                what=str(error),
                do="Run `throughline db prepare`.",
            )
    return Finding(name="logins", state=State.OK, what=f"{len(logins.LOGINS)} logins are let in")


def check_clock(home: Home) -> Finding:
    """Compare this machine's clock with the database's."""
    try:
        with logins.connect(homes.connection_parameters("worker")) as connection:
            row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
    except DownError:
        return Finding(
            name="clock", state=State.FAIL, what="not compared", do="Start the database first."
        )
    return judged_clock(abs(time.time() - float(row[0])) if row else 0.0)


def judged_clock(seconds: float) -> Finding:
    """Say whether clocks so far apart still agree."""
    return found(
        "clock",
        f"{seconds:.2f} s apart from the database's",
        bad=seconds > CLOCK_TOLERANCE_SECONDS,
        do="Set both machines' clocks by NTP: leases and retries depend on them.",
    )


OUTSIDE: tuple[Callable[[Home], Finding], ...] = (
    check_disk,
    check_database,
    check_logins,
    check_clock,
)
