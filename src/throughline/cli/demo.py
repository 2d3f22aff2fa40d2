"""`throughline demo`: an invented town to try things on."""

from __future__ import annotations

from typing import Annotated

import typer

from throughline.cli.django import service
from throughline.cli.exits import ExitCode, say, stop
from throughline.cli.output import AsJson, answer
from throughline.server import home as homes

app = typer.Typer(help="An invented town to try things on.", no_args_is_help=True)

OnFirstStart = Annotated[
    bool, typer.Option("--if-empty", help="Leave a service that is in use alone, and say nothing.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be filled in; fill nothing.")
]
Persons = Annotated[int, typer.Option(min=1, help="How many people live in the town.")]


@app.callback()
def _group() -> None:
    """An invented town to try things on."""


@app.command()
def fill(
    persons: Persons = 20_000,
    if_empty: OnFirstStart = False,  # noqa: FBT002 - an option, given by name
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Fill the empty service with an invented town, once."""
    home = homes.current()
    with service("prepare"):
        from throughline.cli.demonstration import fill as town
        from throughline.cli.demonstration.staff import as_json
        from throughline.cli.demonstration.starting import drop_everything, what_is_there
        from throughline.core import clock

        match what_is_there(home.demonstration):
            case "filled":
                answer({"filled": False}, "The town is filled already.", as_json=json)
                return
            case "in use" if if_empty:
                return
            case "in use":
                stop(
                    ExitCode.NOT_PERMITTED,
                    "This service holds data that is not the demonstration's, so no town is filled in; "
                    "set THROUGHLINE_HOME to an empty folder for one.",
                )
            case "half filled" if not dry_run:
                from throughline.cli.preparation import prepare
                from throughline.server import logins

                say("An earlier fill was cut short; starting over.")
                drop_everything()
                logins.prepare(home)
                prepare()
        if dry_run:
            sentence = f"A town of {persons:,} invented persons would be filled in."
            answer({"filled": False, "would_fill": persons}, sentence, as_json=json)
            return
        sign_ins = town.fill(now=clock.now(), say=say, persons=persons)
        addresses = {
            process: f"http://127.0.0.1:{home.port(process)}/" for process in homes.WEB_PROCESSES
        }
        town.write_note(home.demonstration, as_json(sign_ins, addresses))
    answer({"filled": True, "persons": persons}, "The town is filled.", as_json=json)
