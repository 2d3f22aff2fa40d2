"""`throughline measure ID…`: figures from a folder of event tables. Needs no database."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from throughline.cli.exits import ExitCode, say, stop
from throughline.cli.output import AsJson, write_json

if TYPE_CHECKING:
    from throughline.measures.answers import Answers

Ids = Annotated[
    list[str], typer.Argument(metavar="ID...", help="Measures, as `measures list` has them.")
]
Folder = Annotated[Path, typer.Option(help="The folder with manifest.json and the event tables.")]
By = Annotated[
    list[str] | None,
    typer.Option(
        help="Columns, and one of day, week, month and, of agents' time, hour, with commas between."
    ),
]
Where = Annotated[
    list[str] | None,
    typer.Option(help="column=value or column!=value, and nothing after the sign for unknown."),
]
From = Annotated[str | None, typer.Option("--from", help="The first local day, as 2020-05-28.")]
To = Annotated[str | None, typer.Option(help="The last local day, included.")]
Public = Annotated[
    bool, typer.Option("--public", help="Suppress small counts, and what would give them away.")
]
Previous = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="With --public: what was printed as JSON before, so that the two give nothing away together.",
    ),
]
AsCsv = Annotated[bool, typer.Option("--csv", help="Answer in CSV.")]


def measure(
    ids: Ids,
    events: Folder,
    by: By = None,
    where: Where = None,
    from_: From = None,
    to: To = None,
    definition: Annotated[
        str | None, typer.Option(help="Which manners of reaching count, as reach-2020-11.")
    ] = None,
    limit: Annotated[
        str | None, typer.Option(help="The time that measures of timeliness allow, as 20s or 48h.")
    ] = None,
    standard: Annotated[
        str | None, typer.Option(help="A day of the week to whose mix an adjusted rate is held.")
    ] = None,
    public: Public = False,  # noqa: FBT002
    previous: Previous = None,
    engine: Annotated[
        str,
        typer.Option(help="What computes: duckdb, or spark where the tables outgrow a machine."),
    ] = "duckdb",
    master: Annotated[
        str, typer.Option(help="With --engine spark: the cluster, as spark://HOST:7077.")
    ] = "local[*]",
    json: AsJson = False,  # noqa: FBT002 - an option, given by name
    csv: AsCsv = False,  # noqa: FBT002
) -> None:
    """Compute measures and print one object for each measure, group and band, as JSON or CSV."""
    if json and csv:
        stop(ExitCode.USAGE, "Ask for --json or for --csv; JSON is given when neither is.")
    if previous and not public:
        stop(ExitCode.USAGE, "--previous is for what is published; ask for it with --public.")
    with sentences():
        from throughline.measures import earlier, open_events

        before = earlier.read(previous) if previous else ()
        opened = open_events(events, engine=engine, master=master)
        opened.progress = say_on_terminal
        answers = opened.measure(
            [word for one in ids for word in one.split(",")],
            by=[word for one in by or () for word in one.split(",")],
            where=where or (),
            from_=from_,
            to=to,
            definition=definition,
            limit=limit,
            standard=standard,
            public=public,
            previous=before,
        )
    if csv:
        _write_csv(answers)
    else:
        write_json(answers.as_dicts())


def say_on_terminal(what: str) -> None:
    """Say what is done next, to whoever waits for it."""
    if sys.stderr.isatty():
        say(f"{what} …")


@contextmanager
def sentences() -> Iterator[None]:
    """End the command with one sentence when what was given cannot be used."""
    from throughline.measures.errors import MeasuresError

    try:
        yield
    except MeasuresError as error:
        stop(ExitCode.USAGE, str(error))


def _write_csv(answers: Answers) -> None:
    rows = answers.as_rows()
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answers.columns)
    writer.writerows([_cell(row[name]) for name in answers.columns] for row in rows)


def _cell(value: object) -> object:
    """Return a cell as JSON has it: true and false in lower case, nothing for null."""
    return str(value).lower() if isinstance(value, bool) else value
