"""The command: from a list with columns of its own to a folder of event tables, in one step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from throughline.cli.exits import ExitCode, say, stop
from throughline.cli.measure import say_on_terminal, sentences
from throughline.cli.output import AsJson, write_json, write_lines
from throughline.core import clock
from throughline.definitions import load
from throughline.definitions.errors import DefinitionError, UnreadableDefinitionError
from throughline.definitions.forms.mapping import Mapping as Form
from throughline.intake.parsing import FileRefused
from throughline.measures.errors import QuestionError
from throughline.measures.manifest import weekday

if TYPE_CHECKING:
    from throughline.cli.from_list.making import Made

SHOWN = 5
STANDS_IN = {
    "cases.transferred_at = reported_at": "cases say nothing of their transfer; the day of the report stands for it",
    "cases.transferred_at = taken_at": "cases say nothing of their transfer or report; the day of the test stands for it",
    "contacts.identified_at = case_transferred_at": (
        "contacts say nothing of when they were identified; the transfer of their case stands for it"
    ),
}

TheList = Annotated[
    Path,
    typer.Argument(
        exists=True,
        dir_okay=False,
        help="The line list, a row for each case: CSV, a workbook (XLSX), or either in a ZIP.",
    ),
]
Which = Annotated[
    str, typer.Option(help="The mapping: a file, or the name of one that comes with Throughline.")
]
Out = Annotated[Path, typer.Option(help="The folder of event tables to write, new or empty.")]
Contacts = Annotated[
    Path | None,
    typer.Option(
        exists=True, dir_okay=False, help="A list of contacts too, with columns from and to."
    ),
]
CutAt = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="Up to when the list is known (default: the end of the last day on which anything happened).",
    ),
]
WeekStart = Annotated[str, typer.Option(help="The weekday on which a week begins.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Read and count, and write nothing.")]


def from_list(
    file: TheList,
    mapping: Which,
    out: Out,
    contacts: Contacts = None,
    cut_at: CutAt = None,
    week_start: WeekStart = "thursday",
    dry_run: DryRun = False,  # noqa: FBT002 - an option, given by name
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Make event tables of a line list with columns of its own. Ends with 3 when rows could not be used."""
    with _refusals(), sentences():
        # Frames take a second to load, and no other command needs them.
        from throughline.cli.from_list import folder, making

        definition, form = _mapping(mapping)
        day = weekday(week_start, "--week-start is")
        if not dry_run:
            folder.must_be_new(out)
        made = making.make(
            file,
            definition,
            form,
            contacts_file=contacts,
            cut_at=_moment(cut_at, ZoneInfo(form.file.zone)),
            now=clock.now(),
            progress=say_on_terminal,
        )
        written = {} if dry_run else _written(made, out, day)
    if json:
        write_json(_as_json(made, out, written, dry_run=dry_run))
    else:
        write_lines([f"{frame.height:>12,} {name}" for name, frame in made.tables.items()])
        _say(made, form, written, dry_run=dry_run)
    if made.faults:
        raise typer.Exit(ExitCode.QUARANTINED)


def _written(made: Made, out: Path, day: int) -> dict[str, Path]:
    """Write the folder, and beside it the rows that could not be used; return the files of those."""
    from throughline.cli.from_list import folder
    from throughline.cli.from_list.listed import write_faults

    paths = {}
    for name, (file, faults) in made.faults.items():
        paths[name] = out.parent / f"{out.name}-{name}.csv"
        write_faults(paths[name], file, faults)
    if made.cut_at is not None:
        folder.write(
            out, made.tables, cut_at=made.cut_at, zone=made.zone, week_start=day, told=made.told
        )
    return paths


def _mapping(named: str) -> tuple[load.Definition, Form]:
    """Return the mapping in a file, or the newest of that name that comes with the package."""
    shipped = {
        path.stem.rpartition("-")[0]: path
        for path in sorted((load.FILES / "mapping").glob("*.toml"), key=_version)
    }
    path = Path(named)
    if not path.exists():
        if named not in shipped:
            raise UnreadableDefinitionError(
                f"There is no mapping {named!r}: neither a file, nor one of those that come with Throughline "
                f"({', '.join(shipped)})."
            )
        path = shipped[named]
    definition = load.read(path)
    if not isinstance(definition.form, Form):
        raise UnreadableDefinitionError(
            f"{path.name} is a {definition.kind}, not a mapping; name a file whose kind is mapping."
        )
    return definition, definition.form


def _version(path: Path) -> int:
    return int(path.stem.rpartition("-")[2])


def _moment(told: str | None, zone: ZoneInfo) -> datetime | None:
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError:
        raise QuestionError(
            f"--cut-at is {told!r}; it is a time, as 2020-08-20T00:00:00Z, or a day, whose beginning it then is."
        ) from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except (FileRefused, DefinitionError) as error:
        stop(ExitCode.USAGE, str(error))


def _say(made: Made, form: Form, written: Mapping[str, Path], *, dry_run: bool) -> None:
    if dry_run:
        say("Nothing was written: this is what would come of it.")
    for remark in made.remarks:
        say(remark)
    say(made.rows.sentence("Rows of the list"))
    if made.contacts:
        say(made.contacts.sentence("Contacts"))
    if made.cut_at is None:
        say("No row could be used, so there are no tables.")
    else:
        say(f"Known up to {_written_out(made.cut_at)}.")
    for what, count in made.assumed.items():
        say(f"{count:,} {STANDS_IN[what]}.")
    for table, sources in (("cases", form.case), ("contacts", form.contact)):
        if table in made.tables and "outcome" not in sources:
            say(
                f"The mapping does not say what became of {table}, so those without reached_at are open; map outcome in "
                f"[{table[:-1]}]."
            )
    _say_faults(made, written)


def _say_faults(made: Made, written: Mapping[str, Path]) -> None:
    for name, (_, faults) in made.faults.items():
        say(f"{len(faults):,} {'row' if len(faults) == 1 else 'rows'} could not be used:")
        # Where and why, and no value, which may be of a person; the file has those.
        for one in faults[:SHOWN]:
            say(f"  line {one.row.line}, {one.column or 'the row'}: {one.reason.replace('_', ' ')}")
        if name in written:
            say(f"All of them, with what to do, are in {written[name]}.")


def _written_out(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _as_json(
    made: Made, out: Path, written: Mapping[str, Path], *, dry_run: bool
) -> dict[str, Any]:
    return {
        "folder": None if dry_run or made.cut_at is None else str(out),
        "dry_run": dry_run,
        "tables": {name: frame.height for name, frame in made.tables.items()},
        "rows": asdict(made.rows),
        "contacts": asdict(made.contacts) if made.contacts else None,
        "cut_at": made.cut_at and _written_out(made.cut_at),
        "assumed": dict(made.assumed),
        "faults": {
            name: {"rows": len(faults), "file": str(written[name]) if name in written else None}
            for name, (_, faults) in made.faults.items()
        },
    }
