"""`throughline doctor`: what is in order, what is not, and what to do about it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass

import typer

from throughline.cli.exits import ExitCode
from throughline.cli.output import AsJson, write_json, write_lines
from throughline.server import home as homes
from throughline.server import logins, postgres
from throughline.server.errors import DownError
from throughline.server.home import Home

ENOUGH_BYTES = 2_000_000_000
CLOCK_TOLERANCE_SECONDS = 2.0


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one check found; `do` is what to do when it is not in order."""

    name: str
    ok: bool
    what: str
    do: str = ""


Check = Callable[[Home], Finding]


def doctor(json: AsJson = False) -> None:  # noqa: FBT002 - an option, given by name
    """Check the installation and say what to do about whatever is not in order."""
    home = homes.current()
    findings = [check(home) for check in CHECKS]
    if json:
        write_json([asdict(finding) for finding in findings])
    else:
        write_lines([_line(finding) for finding in findings])
    if not all(finding.ok for finding in findings):
        raise typer.Exit(ExitCode.DOWN)


def check_database(home: Home) -> Finding:
    """Find out whether the database runs, and which it is."""
    if not homes.is_embedded():
        return Finding(name="database", ok=True, what="managed")
    pid = postgres.status(home)
    return Finding(
        name="database",
        ok=pid is not None,
        what=f"embedded, process {pid}; for trying, developing and small teams"
        if pid
        else "embedded, not running",
        do="Run script/server, or `throughline db start`.",
    )


def check_logins(home: Home) -> Finding:
    """Sign in to the database as each process."""
    for process in logins.LOGINS:
        try:
            logins.connect(homes.connection_parameters(process)).close()
        except DownError as error:
            return Finding(
                name="logins", ok=False, what=str(error), do="Run `throughline db prepare`."
            )
    return Finding(name="logins", ok=True, what=f"{len(logins.LOGINS)} logins are let in")


def check_disk(home: Home) -> Finding:
    """Find out whether there is room for data."""
    folder = home.database_folder if home.database_folder.exists() else home.folder
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    return Finding(
        name="disk",
        ok=free >= ENOUGH_BYTES,
        what=f"{free / 1e9:.1f} GB free in {folder}",
        do=f"Free some: below {ENOUGH_BYTES / 1e9:.0f} GB loads may be refused.",
    )


def check_clock(home: Home) -> Finding:
    """Compare this machine's clock with the database's."""
    try:
        with logins.connect(homes.connection_parameters("worker")) as connection:
            row = connection.execute("SELECT extract(epoch FROM clock_timestamp())").fetchone()
    except DownError:
        return Finding(name="clock", ok=False, what="not compared", do="Start the database first.")
    apart = abs(time.time() - float(row[0])) if row else 0.0
    return Finding(
        name="clock",
        ok=apart <= CLOCK_TOLERANCE_SECONDS,
        what=f"{apart:.2f} s apart from the database's",
        do="Set both machines' clocks by NTP: leases and retries depend on them.",
    )


# In the order in which a reader should mend them.
CHECKS: tuple[Check, ...] = (check_disk, check_database, check_logins, check_clock)


def _line(finding: Finding) -> str:
    mark = "ok  " if finding.ok else "FAIL"
    return f"{mark} {finding.name:<12} {finding.what}" + (
        "" if finding.ok else f"\n                  {finding.do}"
    )
