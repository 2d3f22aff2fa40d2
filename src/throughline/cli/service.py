"""`throughline service`: what this deployment is. Needed once, before the first user."""

from __future__ import annotations

from typing import Annotated

import typer

from throughline.cli.office import DryRun, office
from throughline.cli.output import AsJson, write_json, write_lines

app = typer.Typer(help="Say what this deployment is.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Say what this deployment is."""


@app.command()
def found(
    name: Annotated[
        str, typer.Option(help="The service's name, as people on the telephone hear it.")
    ],
    telephone: Annotated[str, typer.Option(help="The number people may ring back.")],
    code: Annotated[
        str, typer.Option(help="The authority's code, for --organisation of its people.")
    ] = "authority",
    zone: Annotated[str, typer.Option(help="The time zone in which days begin.")] = "Europe/London",
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Give the service its name, number and zone, and register the authority that runs it."""
    with office(dry_run=dry_run) as at:
        from throughline.suppliers.actions import found_service

        authority = found_service(
            name=name, code=code, telephone=telephone, zone=zone, by=None, at=at
        )
        answer = {"name": name, "telephone": telephone, "zone": zone, "authority": authority.code}
    if json:
        write_json(answer)
    else:
        write_lines([f"{key}: {value}" for key, value in answer.items()])
