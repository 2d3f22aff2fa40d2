"""Whether the town may be filled in: into an empty service, never among real people."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from django.db import connection, transaction
from psycopg import sql

from throughline.cli.demonstration.borrowed import every_role
from throughline.core.context import acting
from throughline.core.models import Service
from throughline.core.roles import Role, deployment
from throughline.intake.models import Message
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
    if service is not None or _anybody():
        return "in use"
    return "empty"


def drop_everything() -> None:
    """Drop the half-filled town, tables and all; whoever calls prepares the database again."""
    schema = sql.Identifier(deployment())
    with connection.cursor() as cursor:
        cursor.execute(f"set lock_timeout = '{PATIENCE}'")
        cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema).as_string())
        cursor.execute("reset lock_timeout")


def _anybody() -> bool:
    # The owner is under the policies too and sees nobody; the roles that do see them are asked.
    with every_role(), transaction.atomic():
        with acting(Role.AUTHORITY):
            users = User.objects.values("id").exists()
        with acting(Role.MATCH):
            return users or Message.objects.exists() or Person.objects.exists()
