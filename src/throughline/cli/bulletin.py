"""`throughline bulletin`: from event tables to the weekly bulletin, in one command. Needs no database."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.exits import ExitCode, say
from throughline.cli.measure import sentences
from throughline.cli.output import AsJson, write_json, write_lines

Events = Annotated[Path, typer.Option(help="The folder with manifest.json and the event tables.")]
Week = Annotated[
    datetime,
    typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="The first day of the week."),
]
Out = Annotated[Path, typer.Option(help="The folder to write; files there are replaced.")]
Before = Annotated[
    Path | None,
    typer.Option(help="The folder of the bulletin before, to protect people and show revisions."),
]


def bulletin(
    events: Events,
    week: Week,
    out: Out,
    previous: Before = None,
    json: AsJson = False,  # noqa: FBT002 - an option, given by name
) -> None:
    """Write the bulletin of a week: page, workbook, charts and CSV. Ends with 3 when records are missing.

    Nothing is written when a reader could work out what is suppressed.
    """
    with sentences():
        # Charts and workbooks take seconds to load, and no other command needs them.
        from throughline.measures.bulletin import files, published, release

        before = published.recall(previous) if previous else None
        made = release.make(events, week.date(), previous=before, progress=say)
        paths = files.write(made, out, progress=say)
    alarms = [alarm.sentence for alarm in made.alarms]
    if json:
        write_json(
            {
                "page": str(paths[0]),
                "files": [str(path) for path in paths],
                "input_sha256": made.input.sha256,
                "figures": len(made.figures.answers),
                "suppressed": sum(one.suppressed for one in made.figures.answers.values()),
                "revised": len(made.revised),
                "alarms": alarms,
            }
        )
    else:
        write_lines([str(path) for path in paths])
    if alarms:
        say("Do not publish before this is explained; records are not accounted for:")
        for sentence in alarms:
            say(f"  {sentence}")
        raise typer.Exit(ExitCode.QUARANTINED)
