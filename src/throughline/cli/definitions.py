"""`throughline definitions`: the rules in use, and taking another version into use."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from throughline.cli.exits import ExitCode, say, stop
from throughline.cli.office import DryRun, office
from throughline.cli.output import AsJson, write_json, write_lines
from throughline.definitions import load
from throughline.definitions.errors import DefinitionError
from throughline.definitions.words import in_words

app = typer.Typer(
    help="Show the rules in use, check a file, take it into use.", no_args_is_help=True
)

File = Annotated[Path, typer.Argument(help="A definition as a TOML file.", dir_okay=False)]


@app.command(name="list")
def list_(
    kind: Annotated[str | None, typer.Option(help="Only this kind.")] = None,
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """List every version in use or to come, with who approved it."""
    with office() as at:
        from throughline.definitions.queries import versions

        kinds = [kind] if kind else list(load.KINDS)
        rows = [_row(one, on=at.date()) for each in kinds for one in versions(each)]
    if json:
        write_json(rows)
    else:
        write_lines(
            [
                f"{row['kind']:<9} {row['id']:<30} {row['version']:>3}  from {row['valid_from']}  "
                f"{row['title']}"
                for row in rows
            ]
        )


@app.command()
def show(
    kind: Annotated[str, typer.Argument(help=f"One of {', '.join(load.KINDS)}.")],
    name: Annotated[str, typer.Argument(help="Its id, from `definitions list`.")],
    version: Annotated[int | None, typer.Option(help="A version; else the newest.")] = None,
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Show one definition in words."""
    with office() as at:
        from throughline.definitions.queries import get, latest

        one = get(kind, name, version) if version else latest(kind, name)
        row = _row(one, on=at.date())
    if json:
        write_json({**row, "body": one.body})
        return
    head = [(key.replace("_", " "), str(value)) for key, value in row.items()]
    write_lines([f"{key}: {value}" for key, value in head] + ["", *_lines(in_words(one.form))])


@app.command()
def check(file: File, json: AsJson = False) -> None:  # noqa: FBT002
    """Check a file without taking it into use; needs no database."""
    one = _read(file)
    if json:
        write_json({"kind": one.kind, "id": one.id, "version": one.version, "sha256": one.sha256})
    else:
        write_lines([f"{one.name} is in order.", "", *_lines(in_words(one.form))])


@app.command()
def adopt(
    file: File,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Take a definition into use from the day that it names. A version in use never changes."""
    one = _read(file)
    with office(dry_run=dry_run) as at:
        from throughline.definitions.actions import adopt as take

        new = take([one], by=None, at=at)
    answer = {"kind": one.kind, "id": one.id, "version": one.version, "adopted": bool(new)}
    if json:
        write_json(answer)
    else:
        would = "would be" if dry_run else "is"
        say(f"{one.name} {would} taken into use." if new else f"{one.name} was in use already.")


def _read(file: Path) -> load.Definition:
    try:
        return load.read(file)
    except DefinitionError as error:
        stop(ExitCode.USAGE, str(error))


def _row(one: Any, *, on: date) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "id": one.id,
        "version": one.version,
        "title": one.title,
        "valid_from": one.valid_from.isoformat(),
        "applies_to": one.applies_to,
        "begun": one.valid_from <= on,
        "approved_by": one.approved_by,
        "reason": one.reason,
        "source": one.source,
    }


def _lines(pairs: Sequence[tuple[str, str]]) -> list[str]:
    return [f"{name}: {words}" for name, words in pairs]
