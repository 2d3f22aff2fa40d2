"""`throughline rehearsal`: event tables to try figures on; needs no database."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.exits import ExitCode, say, stop
from throughline.cli.output import AsJson, write_json, write_lines

app = typer.Typer(
    help="Invented event tables of any size, with the truth known.", no_args_is_help=True
)

Source = Annotated[
    Path,
    typer.Option(
        "--from", exists=True, dir_okay=False, help="CSV of published weeks, or of weekly totals."
    ),
]
Out = Annotated[Path, typer.Option(help="Folder to write, new or empty.")]
Weeks = Annotated[
    int | None,
    typer.Option(
        min=1, help="How many weeks; beyond those of totals, scaled copies (default: the file's)."
    ),
]
Scale = Annotated[
    float | None,
    typer.Option(
        min=0.0, help="How many times as large weeks beyond the file are (default: as England's)."
    ),
]
Size = Annotated[
    float,
    typer.Option(
        min=0.0, help="How many times as large every week of totals is; not 1: all are scaled."
    ),
]
Seed = Annotated[int, typer.Option(help="The same seed gives the same rows.")]
Sample = Annotated[
    float,
    typer.Option(
        min=0.0, max=1.0, help="Share of cases and contacts that have holdings and attempts."
    ),
]


@app.callback()
def _group() -> None:
    """Invented event tables of any size, with the truth known."""


@app.command()
def weekly(
    source: Source,
    out: Out,
    weeks: Weeks = None,
    scale: Scale = None,
    size: Size = 1.0,
    seed: Seed = 2020,
    sample: Sample = 0.05,
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Write event tables that have the weekly counts of a bulletin: a row for each case and contact."""
    # Arrow and NumPy take a second to load, and no other command needs them.
    from throughline.rehearsal.weekly import folder
    from throughline.rehearsal.weekly.sources import open_source

    try:
        given = open_source(source, weeks, scale=scale, size=size)
        rows = folder.write(
            given.weeks,
            out,
            seed=seed,
            sample=sample,
            assumed=given.assumed,
            progress=lambda week: say(
                f"{week.week_start}: {week.cases_transferred:,} cases, {week.contacts_identified:,} contacts"
                + (" (scaled)" if week.scaled else "")
            ),
        )
    except (ValueError, FileExistsError) as error:
        stop(ExitCode.USAGE, str(error))
    if json:
        write_json({"folder": str(out), "rows": rows})
    else:
        write_lines([f"{count:>12,} {table}" for table, count in rows.items()])
