"""`throughline db`: the database, its logins and its tables."""

from __future__ import annotations

from typing import Annotated

import typer

from throughline.cli.django import database, service
from throughline.cli.exits import ExitCode, say, stop
from throughline.cli.output import AsJson, answer, write_json, write_lines
from throughline.server import freshness, logins, postgres
from throughline.server import home as homes

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what is due, and change nothing.")]

app = typer.Typer(help="Start, stop and prepare the database.", no_args_is_help=True)


@app.command()
def start(json: AsJson = False) -> None:  # noqa: FBT002
    """Start the embedded database and leave it running."""
    home = _embedded_home()
    started = postgres.start(home) is not None
    postgres.keep(home)
    sentence = "The database is running." if started else "The database was running already."
    answer({"running": True, "started": started}, sentence, as_json=json)


@app.command(name="stop")
def stop_(json: AsJson = False) -> None:  # noqa: FBT002
    """Stop the embedded database."""
    home = _embedded_home()
    postgres.keep(home)
    stopped = postgres.stop(home)
    sentence = "The database has stopped." if stopped else "The database was not running."
    answer({"running": False, "stopped": stopped}, sentence, as_json=json)


@app.command()
def status(json: AsJson = False) -> None:  # noqa: FBT002 - an option, given by name
    """Say whether the embedded database runs."""
    home = _embedded_home()
    pid = postgres.status(home)
    if json:
        write_json({"running": pid is not None, "pid": pid, "socket": str(home.socket_folder)})
    else:
        write_lines([f"running, process {pid}" if pid else "not running"])
    if pid is None:
        raise typer.Exit(ExitCode.DOWN)


@app.command()
def prepare(dry_run: DryRun = False, json: AsJson = False) -> None:  # noqa: FBT002
    """Make logins, tables, grants and policies, or bring them up to date. Safe to repeat."""
    with database():
        if dry_run:
            _say_what_is_due(as_json=json)
            return
        logins.prepare(homes.current())
        with service("prepare"):
            from throughline.cli.preparation import prepare as prepare_tables

            prepare_tables(say)
    if homes.is_embedded():
        freshness.note_prepared(homes.current())
    answer({"prepared": True}, "The database is prepared.", as_json=json)


def _say_what_is_due(*, as_json: bool) -> None:
    with service("prepare"):
        from throughline.cli.preparation import due

        steps = due()
    if as_json:
        write_json({"due": steps})
    else:
        write_lines(steps or ["The database is as this version wants it; nothing is due."])


@app.command()
def url(process: str = "prepare", json: AsJson = False) -> None:  # noqa: FBT002 - an option
    """Show how a process reaches the database, without its password."""
    parameters = {**homes.connection_parameters(process)}
    parameters.pop("password")
    if json:
        write_json(parameters)
    else:
        write_lines([" ".join(f"{key}={value}" for key, value in parameters.items())])


def _embedded_home() -> homes.Home:
    if not homes.is_embedded():
        stop(
            ExitCode.USAGE,
            "The database is a managed one (DATABASE_URL or THROUGHLINE_DATABASE_HOST is set); "
            "start and stop it where it is managed.",
        )
    return homes.current()
