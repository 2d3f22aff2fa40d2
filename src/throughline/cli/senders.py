"""`throughline senders`: the laboratories and others whose files are taken."""

from __future__ import annotations

from typing import Annotated

import typer

from throughline.cli.office import DryRun, office
from throughline.cli.output import AsJson, write_json, write_lines

app = typer.Typer(help="Name who sends results.", no_args_is_help=True)


@app.command()
def add(
    code: Annotated[str, typer.Argument(help="The name that its files carry.")],
    name: Annotated[str, typer.Option(help="The name that people read.")],
    mapping: Annotated[
        str, typer.Option(help="How its columns are read; `definitions list` names the mappings.")
    ] = "standard",
    organisation: Annotated[
        str | None, typer.Option(help="The code of the organisation it belongs to.")
    ] = None,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Add a sender, so that `intake load --source CODE` and its own door know how to read it."""
    with office(dry_run=dry_run) as at:
        from throughline.intake.actions.senders import add_sender
        from throughline.suppliers.actions import organisation_of

        sender = add_sender(
            code=code,
            name=name,
            mapping=mapping,
            organisation=organisation_of(organisation) if organisation else None,
            by=None,
            at=at,
        )
        answer = {"code": sender.code, "name": sender.name, "mapping": sender.mapping}
    if json:
        write_json(answer)
    else:
        write_lines([f"{key}: {value}" for key, value in answer.items()])


@app.command(name="list")
def list_(json: AsJson = False) -> None:  # noqa: FBT002
    """List the senders and the mapping of each."""
    with office():
        from throughline.intake.models import Sender

        rows = list(Sender.objects.order_by("code").values("code", "name", "mapping"))
    if json:
        write_json(rows)
    else:
        write_lines([f"{row['code']:<24} {row['mapping']:<28} {row['name']}" for row in rows])
