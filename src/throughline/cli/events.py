"""The commands of `throughline events` that need the service: exporting what happened."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.exits import say
from throughline.cli.intake.running import prepared
from throughline.cli.output import AsJson, write_json, write_lines

app = typer.Typer(help="Event tables: what happened, one tidy row each.", no_args_is_help=True)


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
            folder.absolute(), by=None, at=clock.now(), before_table=_say_on_terminal
        )
    if json:
        told = {"folder": str(folder), "rows": dict(exported.rows), "sha256": exported.sha256}
        write_json(told)
    else:
        write_lines([f"{rows:>12,} {table}" for table, rows in exported.rows.items()])
        say(f"The manifest's SHA-256 is {exported.sha256}; the journal holds it too.")


def _say_on_terminal(table: str) -> None:
    if sys.stderr.isatty():
        say(f"Exporting {table} …")
