"""What can be seen in the database: tables, rights, partitions, rules, the worker. Needs Django set up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction

from throughline.cli import pulse
from throughline.cli.doctor.finding import Finding, State, found
from throughline.cli.preparation import PARTITIONED
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.gate import differences
from throughline.core.models import Service
from throughline.core.roles import Role
from throughline.definitions.load import KINDS
from throughline.definitions.models import Definition
from throughline.intake.queries.alarms import standing

ENOUGH_MONTHS = 3
# A round of the worker's tasks takes seconds.
SILENT = timedelta(minutes=5)
SHOWN = 5
PREPARE = "Run `throughline db prepare`."


def look() -> Iterator[Finding]:
    """Run each check in a transaction of its own; one that cannot be made is a finding too."""
    for name, check in INSIDE.items():
        try:
            with transaction.atomic(), _role_for(name):
                finding = check(clock.now())
        except DatabaseError as error:
            finding = Finding(
                name=name,
                state=State.FAIL,
                what=f"could not be looked at ({type(error).__name__})",
                do=PREPARE,
            )
        yield finding


def _role_for(name: str) -> AbstractContextManager[object]:
    # A login sees what its own connections do, the worker's among them; the role it takes on does not.
    return nullcontext() if name == "worker" else acting(Role.CLOCK)


def check_grants(at: datetime) -> Finding:
    """Compare rights, policies and memberships with what the rooms declare."""
    said = differences()
    more = f" (and {len(said) - SHOWN} more)" if len(said) > SHOWN else ""
    return found(
        "grants",
        " ".join(said[:SHOWN]) + more if said else "rights and policies are as declared",
        bad=bool(said),
        do=f"{PREPARE} If that does not mend it, find out who changed it.",
    )


def check_partitions(at: datetime) -> Finding:
    """Count the months ahead for which every partitioned table has its own partition."""
    ahead = min(months_ahead(table, at) for table in PARTITIONED)
    return found(
        "partitions",
        f"made for {ahead} months ahead",
        bad=ahead < ENOUGH_MONTHS,
        state=State.WARN,
        do=f"{PREPARE} It makes more; until then new rows go to the default partition.",
    )


def months_ahead(table: str, at: datetime) -> int:
    """Count the unbroken months after the present one that have a partition."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            " where i.inhparent = to_regclass(%s)",
            [table],
        )
        made = {name for (name,) in cursor.fetchall()}
    count, year, month = 0, at.year, at.month
    while True:
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        if f"{table}_{year}_{month:02}" not in made:
            return count
        count += 1


def check_definitions(at: datetime) -> Finding:
    """See that each kind of rule has one in force."""
    present = set(
        Definition.objects.filter(valid_from__lte=at.date()).values_list("kind", flat=True)
    )
    missing = [kind for kind in KINDS if kind not in present]
    return found(
        "definitions",
        f"none in force of the kind {', '.join(missing)}"
        if missing
        else f"in force for each of {len(KINDS)} kinds",
        bad=bool(missing),
        do=f"{PREPARE} It takes in those that are shipped; or `throughline definitions adopt FILE`.",
    )


def check_service(at: datetime) -> Finding:
    """See that the service has been given its name and number."""
    row = Service.objects.filter(id=1).first()
    kind = "the demonstration" if row and row.demonstration else "in earnest"
    return found(
        "service",
        f"{row.name}, {kind}" if row else "not founded",
        bad=row is None,
        state=State.WARN,
        do="Run `throughline service found --name NAME --telephone NUMBER`.",
    )


def check_alarms(at: datetime) -> Finding:
    """Count the ledger's alarms that stood when the worker looked last."""
    began = standing().values()
    oldest = f", the oldest since {min(began):%Y-%m-%d %H:%M} UTC" if began else ""
    return found(
        "alarms",
        f"{len(began):,} of the ledger {'stands' if len(began) == 1 else 'stand'}{oldest}"
        if began
        else "none of the ledger stands",
        bad=bool(began),
        state=State.WARN,
        do="`throughline intake ledger` names each, with its sender and hour.",
    )


def check_worker(at: datetime) -> Finding:
    """See that a worker holds its lock, and that its connection has done something lately."""
    silent = pulse.silent_for()
    do = "Run script/server, or start `throughline worker`. Nothing is lost: what is due waits."
    if silent is None:
        return found("worker", "not running", bad=True, do=do)
    seconds = f"{silent.total_seconds():.0f} s"
    return found(
        "worker",
        f"running, last heard {seconds} ago",
        bad=silent > SILENT,
        do="It hangs: read its log, then end that process; the supervisor starts another.",
    )


INSIDE: dict[str, Callable[[datetime], Finding]] = {
    "grants": check_grants,
    "partitions": check_partitions,
    "definitions": check_definitions,
    "service": check_service,
    "alarms": check_alarms,
    "worker": check_worker,
}
