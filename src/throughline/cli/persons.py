"""`throughline persons`: all persons compared at night, apart from any web process."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.intake.running import prepared
from throughline.cli.measure import say_on_terminal
from throughline.cli.office import DryRun
from throughline.cli.output import AsJson, answer

app = typer.Typer(help="Persons who may be recorded twice.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Persons who may be recorded twice."""


@app.command()
def propose(
    most: Annotated[int, typer.Option(min=1, help="Questions asked in one night at most.")] = 200,
    at_least: Annotated[
        float, typer.Option(min=0.5, max=1, help="How likely two must be one person.")
    ] = 0.8,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Compare all persons and ask about those who may be one; joins nobody. For the night's timetable."""
    with prepared("worker"):
        from throughline.core import clock
        from throughline.core.context import transaction_as
        from throughline.core.roles import Role
        from throughline.people.actions.proposing import propose as ask
        from throughline.people.actions.proposing import write_persons
        from throughline.people.rules.linkage import likely_pairs

        # Readable by nobody else, and gone at the end.
        with tempfile.TemporaryDirectory(prefix="throughline-persons-") as folder:
            file = Path(folder) / "persons.csv"
            say_on_terminal("Reading the persons")
            with transaction_as(Role.MATCH):
                write_persons(file)
            say_on_terminal("Comparing them")
            pairs = likely_pairs(file, at_least=at_least)
        asked = 0
        if not dry_run:
            with transaction_as(Role.MATCH):
                asked = ask(pairs, most=most, at=clock.now())
    told = {"pairs": len(pairs), "asked": asked, "dry_run": dry_run}
    answer(told, f"{len(pairs)} pairs may be one person; {asked} new questions.", as_json=json)
