"""The operator's commands act as the authority's process does: with its login, in its role, and no more."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer

from throughline.cli.exits import ExitCode, say, stop
from throughline.cli.intake.running import prepared

DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Do it all, say what came of it, and undo it.")
]


@contextmanager
def office(*, dry_run: bool = False) -> Iterator[datetime]:
    """Be the authority for one transaction, which a dry run takes back; the moment is its act's."""
    with prepared("authority"):
        from django.db import OperationalError, transaction

        from throughline.core import clock
        from throughline.core.context import acting
        from throughline.core.roles import Role

        try:
            with transaction.atomic():
                with acting(Role.AUTHORITY):
                    yield clock.now()
                if dry_run:
                    transaction.set_rollback(True)
        except OperationalError:
            stop(ExitCode.DOWN, "The database does not answer; run `throughline doctor`.")
    if dry_run:
        say("A dry run: nothing was changed.")


def new_password() -> str:
    """Read a password: typed twice at a terminal, else the first line of stdin. Never from the command line."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\n")
