"""Prepare the database for this version: schema, migrations, partitions, grants, definitions. Safe to repeat."""

from __future__ import annotations

from collections.abc import Callable

import django
from django.core.management import call_command
from django.db import connection

from throughline.core.roles import deployment

PARTITIONED = ("journal_entry", "journal_subject", "calling_attempt")
MONTHS_AHEAD = 24

# One at a time: two preparations of one database would meet in the migrations.
LOCK = 0x7468726F7567686C


def prepare(say: Callable[[str], None] = lambda _: None) -> None:
    """Bring the database to this version, saying each step. Runs as the preparing login."""
    django.setup()
    # After setup: models cannot be imported before.
    from throughline.core import clock, grants
    from throughline.definitions import load
    from throughline.definitions.actions import adopt

    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [LOCK])
        try:
            say("Making the schema")
            cursor.execute(f"create schema if not exists {deployment()}")
            say("Migrating")
            call_command("migrate", verbosity=0, interactive=False)
            say("Making partitions")
            for table in PARTITIONED:
                cursor.execute(
                    "select make_partitions(%s, now() - interval '1 month', %s)",
                    [table, MONTHS_AHEAD + 1],
                )
            say("Setting grants and policies")
            grants.apply()
            say("Taking in the shipped definitions")
            adopt(load.shipped(), by=None, at=clock.now())
        finally:
            cursor.execute("select pg_advisory_unlock(%s)", [LOCK])


def due() -> list[str]:
    """Return what `prepare` would do, one sentence a step, and change nothing. Runs as the preparing login."""
    from django.db import OperationalError
    from django.db.migrations.executor import MigrationExecutor

    from throughline.core import gate

    try:
        executor = MigrationExecutor(connection)
    except OperationalError:
        return ["Everything: this database was never prepared."]
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        # Rights are compared with the tables of this version, so only once these are there.
        return [f"Migrate {step.app_label} {step.name}." for step, _ in plan]
    return gate.differences()
