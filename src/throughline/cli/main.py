"""The command line: a short list of what it can do."""

from __future__ import annotations

import sys

import typer

from throughline.cli import (
    chart,
    db,
    definitions,
    demo,
    events,
    mappings,
    measures,
    organisations,
    persons,
    reference,
    rehearsal,
    senders,
    service,
    users,
)
from throughline.cli.bulletin import bulletin
from throughline.cli.doctor import doctor
from throughline.cli.exits import ExitCode, say
from throughline.cli.intake import app as intake
from throughline.cli.measure import measure
from throughline.cli.mllp import mllp
from throughline.cli.server import server
from throughline.cli.worker import worker
from throughline.core.logs import kinds_and_places
from throughline.server.errors import AlreadyRunningError, DownError

# What any program answers that fails where it should not.
FAULT = 1

app = typer.Typer(
    help="Throughline: test and trace, from the laboratory result to the released contact.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(server)
app.command()(worker)
app.command()(mllp)
app.command()(doctor)
app.command()(bulletin)
app.add_typer(db.app, name="db")
app.add_typer(demo.app, name="demo")
app.add_typer(service.app, name="service")
app.add_typer(organisations.app, name="organisations")
app.add_typer(organisations.teams, name="teams")
app.add_typer(users.app, name="users")
app.add_typer(senders.app, name="senders")
app.add_typer(persons.app, name="persons")
app.add_typer(definitions.app, name="definitions")
app.add_typer(intake, name="intake")
app.add_typer(mappings.app, name="mapping")
app.command()(measure)
app.add_typer(measures.app, name="measures")
app.add_typer(events.app, name="events")
app.add_typer(chart.app, name="chart")
app.add_typer(reference.app, name="reference")
app.add_typer(rehearsal.app, name="rehearsal")


def run() -> None:
    """Run a command; what is down or already running ends it with one sentence."""
    try:
        app()
    except DownError as error:
        say(str(error))
        sys.exit(ExitCode.DOWN)
    except AlreadyRunningError as error:
        say(str(error))
        sys.exit(ExitCode.USAGE)
    except Exception as error:
        # A traceback would end with the error's own words, which may quote a row.
        say("\n".join(["The program failed; this is a fault of ours.", *kinds_and_places(error)]))
        sys.exit(FAULT)


if __name__ == "__main__":
    run()
