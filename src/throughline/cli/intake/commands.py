"""The commands of `throughline intake`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.exits import ExitCode, say, stop
from throughline.cli.intake.running import as_process, prepared
from throughline.cli.output import AsJson, answer, write_json, write_lines

# Where a mended row can end, in words.
PLACES = {
    "accepted": "accepted",
    "corrected": "accepted as a correction of an earlier report",
    "duplicate": "a duplicate of an earlier report",
    "quarantined": "in quarantine again, for another reason",
    "waiting": "waiting to be read by the worker",
}

app = typer.Typer(help="Load results, and account for every row.", no_args_is_help=True)
quarantine = typer.Typer(help="Work the rows that could not be taken.", no_args_is_help=True)
app.add_typer(quarantine, name="quarantine")

File = Annotated[
    Path, typer.Argument(help="A CSV file, or XLSX, ZIP or gzip.", exists=True, dir_okay=False)
]
Ref = Annotated[str, typer.Argument(help="The row's reference, from `quarantine list`.")]
DryRun = Annotated[bool, typer.Option(help="Say what would happen, and change nothing.")]
By = Annotated[
    str | None,
    typer.Option("--by", help="Who decides: a user's id; else the operator of this machine."),
]


@app.command()
def load(
    file: File,
    source: Annotated[str, typer.Option(help="Who sent it. A new name is a new sender.")],
    mapping: Annotated[
        str | None, typer.Option(help="A mapping in use, or a TOML file to take into use.")
    ] = None,
    message_id: Annotated[
        str | None, typer.Option(help="The sender's id of this file; else its content's hash.")
    ] = None,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Load a file: store it, read it, and say where each of its rows went."""
    if mapping is not None and Path(mapping).is_file():
        if dry_run:
            stop(
                ExitCode.USAGE, "Take the mapping into use first: throughline intake mapping FILE."
            )
        mapping = _take_into_use(Path(mapping))
    with prepared("worker"):
        from throughline.cli.intake.loading import load_file

        loaded = load_file(
            file, source=source, mapping=mapping, message_id=message_id, dry_run=dry_run
        )
    for sentence in loaded.sentences:
        say(sentence)
    if json:
        write_json(loaded.as_json())
    else:
        write_lines([*loaded.lines, *loaded.rows])
    if loaded.refused:
        raise typer.Exit(ExitCode.USAGE)
    if loaded.receipt.quarantined:
        raise typer.Exit(ExitCode.QUARANTINED)


@app.command()
def watch(
    folder: Annotated[
        Path, typer.Argument(help="Where the sender puts files.", exists=True, file_okay=False)
    ],
    source: Annotated[str, typer.Option(help="Who puts them there. A new name is a new sender.")],
    mapping: Annotated[str | None, typer.Option(help="A mapping in use.")] = None,
    every: Annotated[float, typer.Option(help="Seconds between two looks.", min=0.1)] = 5.0,
    rest: Annotated[
        float, typer.Option(help="Seconds for which a file must not have changed.", min=0.0)
    ] = 10.0,
    once: Annotated[bool, typer.Option(help="Take what is whole now, and end.")] = False,  # noqa: FBT002
) -> None:
    """Load each file of a folder once it is whole, and move it to taken/ or refused/ with its receipt."""
    with prepared("worker"):
        from throughline.cli.intake.watching import Watch

        watched = Watch(folder=folder, source=source, mapping=mapping, rest=rest, told=say)
        if once:
            watched.look_once()
        else:
            watched.run(every=every)


@app.command()
def undo(
    message: Annotated[str, typer.Argument(help="The message's reference, from its receipt.")],
    reason: Annotated[str, typer.Option(help="Why the load is undone.")],
    by: By = None,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Undo a whole load: withdraw what it alone brought, and list the rows that others have built on."""
    with prepared("worker"):
        from throughline.cli.intake.undoing import undo as undo_load

        found, left, kept = undo_load(message, reason=reason, by=by, dry_run=dry_run)
    if dry_run:
        say("Nothing was changed: this is what undoing it would do.")
    if json:
        rows = [{"number": one.number, "why": one.why} for one in left.standing]
        write_json(
            {
                "rejected": found.rejected,
                "left": left.left,
                "rows": rows,
                "told": [{"number": one.number, "what": one.what, "why": one.why} for one in kept],
                "dry_run": dry_run,
            }
        )
    else:
        write_lines([f"{found.rejected} rows withdrawn, {left.left} left."])
        write_lines([f"row {one.number}: {one.sentence}" for one in left.standing])
        write_lines([f"row {one.number}: {one.sentence}" for one in kept])


@app.command(name="mapping")
def take_mapping(file: File, dry_run: DryRun = False, json: AsJson = False) -> None:  # noqa: FBT002
    """Take a mapping (TOML) into use; a change is a new version, never another body under the same one."""
    with prepared("authority"):
        from throughline.cli.intake.mapping import take_into_use

        name = take_into_use(file, dry_run=dry_run)
    if json:
        write_json({"mapping": name, "dry_run": dry_run})
    else:
        write_lines([name])


@app.command()
def ledger(
    days: Annotated[int, typer.Option(help="How many days back.", min=1, max=366)] = 14,
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Show each sender's balance by day, and whatever does not add up."""
    with prepared("authority"):
        from throughline.cli.intake.ledger import show

        data, lines, alarms = show(days)
    if json:
        write_json(data)
    else:
        write_lines(lines)
    for alarm in alarms:
        say(alarm)


@quarantine.command(name="list")
def list_(
    source: Annotated[str | None, typer.Option(help="Only this sender's.")] = None,
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """List the rows that wait for a person, with what is wrong and what is allowed."""
    with prepared("worker"):
        from throughline.cli.intake.worked import listed

        rows = listed(source)
    if json:
        write_json(rows)
    else:
        write_lines([f"{row['ref']}  row {row['number']}  {row['sentence']}" for row in rows])


@quarantine.command()
def export(
    message: Annotated[
        str, typer.Argument(help="The message's reference, from `quarantine list`.")
    ],
    to: Annotated[
        Path | None, typer.Option(help="Where to write; else in the home folder.")
    ] = None,
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Write a message's rows as CSV, to be mended and loaded again with `intake load`."""
    with prepared("worker"):
        from throughline.cli.intake.worked import exported

        path = exported(message, to)
    if json:
        write_json({"quarantine_file": str(path) if path else None})
    elif path:
        write_lines([str(path)])
    if path is None:
        say("No row of that message is in quarantine.")


@quarantine.command()
def correct(
    ref: Ref,
    values: Annotated[list[str], typer.Option("--set", help="COLUMN=VALUE, as often as needed.")],
    by: By = None,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Mend a row; it is then taken as every row is."""
    pairs = dict(value.partition("=")[::2] for value in values)
    with prepared("worker"):
        from throughline.cli.intake.worked import corrected

        place = corrected(ref, pairs, by, dry_run=dry_run)
    done = "Nothing was changed; the row would be" if dry_run else "The row was mended and is now"
    answer({"place": place, "dry_run": dry_run}, f"{done} {PLACES[place]}.", as_json=json)
    if place == "quarantined":
        raise typer.Exit(ExitCode.QUARANTINED)


@quarantine.command()
def reject(
    ref: Ref,
    reason: Annotated[str, typer.Option(help="Why it is not taken.")],
    by: By = None,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Reject a row; it stays in the ledger with the reason."""
    with prepared("worker"):
        from throughline.cli.intake.worked import rejected

        rejected(ref, reason, by, dry_run=dry_run)
    done = "Nothing was changed; the row would be" if dry_run else "The row was"
    answer({"place": "rejected", "dry_run": dry_run}, f"{done} rejected.", as_json=json)


def _take_into_use(file: Path) -> str:
    """Take the mapping into use as the authority does, in a process with its login, and return its name."""
    return as_process(["intake", "mapping", str(file)]).strip()
