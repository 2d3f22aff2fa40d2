"""Taking a mapping into use, as the authority."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from throughline.core import clock
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.definitions import load
from throughline.definitions.actions import adopt
from throughline.definitions.errors import UnreadableDefinitionError


def take_into_use(file: Path, *, dry_run: bool) -> str:
    """Check a mapping, store it if it is new (unless this is a dry run), and return its name."""
    definition = load.read(file)
    if definition.kind != "mapping":
        raise UnreadableDefinitionError(
            f"{file.name} is a {definition.kind}, not a mapping; name a file whose kind is mapping."
        )
    with transaction.atomic():
        with acting(Role.AUTHORITY):
            adopt([definition], by=None, at=clock.now())
        transaction.set_rollback(dry_run)
    return definition.id
