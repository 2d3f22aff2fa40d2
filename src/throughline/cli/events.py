"""`throughline events`: checking a folder of event tables, and exporting what happened here."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.exits import ExitCode, say
from throughline.cli.from_list.command import from_list
from throughline.cli.intake.running import prepared
from throughline.cli.measure import say_on_terminal, sentences
from throughline.cli.output import AsJson, write_json, write_lines

app = typer.Typer(help="Event tables: what happened, one tidy row each.", no_args_is_help=True)

app.command()(from_list)


@app.command()
def export(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or one to be made.")],
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Export the event tables of the running service: Parquet files and a manifest, as of this moment."""
    with prepared("worker"):
        from throughline.core import clock
        from throughline.record.actions import export_events

        exported = export_events(
            folder.absolute(),
            by=None,
            at=clock.now(),
            before_table=lambda table: say_on_terminal(f"Exporting {table}"),
        )
    if json:
        told = {"folder": str(folder), "rows": dict(exported.rows), "sha256": exported.sha256}
        write_json(told)
    else:
        write_lines([f"{rows:>12,} {table}" for table, rows in exported.rows.items()])
        say(f"The manifest's SHA-256 is {exported.sha256}; the journal holds it too.")


@app.command()
def check(
    folder: Annotated[Path, typer.Argument(help="The folder with manifest.json and the tables.")],
    most: Annotated[
        int, typer.Option(min=0, help="Rows shown of each kind of fault; 0: all of them.")
    ] = 100,
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Check event tables: for each fault its table, row, column and value, and what is allowed."""
    with sentences():
        from throughline.measures import check as checking

        report = checking.check(
            folder, most=most, progress=lambda table: say_on_terminal(f"Checking {table}")
        )
    if json:
        write_json(report.as_dict())
    else:
        write_lines([f"{rows:>12,} {table}" for table, rows in report.rows.items()])
        write_lines([str(fault) for fault in report.faults])
    for note in report.notes:
        say(note)
    if report.more:
        say(f"There are {report.more:,} more; --most 0 shows all.")
    if report.faults:
        count = len(report.faults) + report.more
        say("1 fault." if count == 1 else f"{count:,} faults.")
        raise typer.Exit(ExitCode.QUARANTINED)
    say("No faults.")
