"""Whether the town may be filled in: into an empty service, never among real people."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from django.db import connection
from psycopg import sql

from throughline.core.models import Service
from throughline.core.roles import deployment
from throughline.people.models import Person
from throughline.workforce.models import User

Found = Literal["empty", "filled", "half filled", "in use"]

# A server that runs beside us would keep its tables from being dropped for ever.
PATIENCE = "10s"


def what_is_there(note: Path) -> Found:
    """Return what the service holds. `note` is written when a town is whole, so without it a fill was cut short."""
    service = Service.objects.filter(id=1).first()
    if service is not None and service.demonstration:
        return "filled" if note.exists() else "half filled"
    if service is not None or User.objects.exists() or _people():
        return "in use"
    return "empty"


def drop_everything() -> None:
    """Drop the half-filled town, tables and all; whoever calls prepares the database again."""
    schema = sql.Identifier(deployment())
    with connection.cursor() as cursor:
        cursor.execute(f"set lock_timeout = '{PATIENCE}'")
        cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema).as_string())
        cursor.execute("reset lock_timeout")


def _people() -> bool:
    # The owner is under the policies too and sees no person; how many pages there are is no secret.
    with connection.cursor() as cursor:
        cursor.execute("select pg_relation_size(%s::regclass) > 0", [Person._meta.db_table])
        return bool(cursor.fetchone()[0])
