"""`throughline organisations` and `throughline teams`: who works for the service, and in which teams."""

from __future__ import annotations

from typing import Annotated

import typer

from throughline.cli.office import DryRun, office
from throughline.cli.output import AsJson, write_json, write_lines

app = typer.Typer(help="Register organisations.", no_args_is_help=True)
teams = typer.Typer(help="Form teams.", no_args_is_help=True)

Code = Annotated[str, typer.Argument(help="A short name in lower case, used in other commands.")]
Name = Annotated[str, typer.Option(help="The name that people read.")]
OfOrganisation = Annotated[str, typer.Option(help="The organisation's code.")]


@app.command()
def add(
    code: Code,
    name: Name,
    kind: Annotated[
        str, typer.Option(help="supplier, subcontractor, council, laboratory or authority.")
    ],
    under: Annotated[
        str | None, typer.Option(help="A subcontractor's: whom it works under.")
    ] = None,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Register an organisation; a known code stays as it is."""
    with office(dry_run=dry_run) as at:
        from throughline.cli.choices import one_of
        from throughline.suppliers.actions import organisation_of, register_organisation
        from throughline.suppliers.models import Kind

        organisation = register_organisation(
            code=code,
            name=name,
            kind=Kind(one_of(kind, Kind.values, "--kind")),
            under=organisation_of(under) if under else None,
            by=None,
            at=at,
        )
        answer = {"code": organisation.code, "name": organisation.name, "kind": organisation.kind}
    _write(answer, json=json)


@app.command(name="list")
def list_(json: AsJson = False) -> None:  # noqa: FBT002
    """List the organisations."""
    with office():
        from throughline.suppliers.models import Organisation

        rows = list(Organisation.objects.order_by("code").values("code", "name", "kind"))
    if json:
        write_json(rows)
    else:
        write_lines([f"{row['code']:<24} {row['kind']:<14} {row['name']}" for row in rows])


@teams.command(name="add")
def add_team(
    code: Code,
    name: Name,
    organisation: OfOrganisation,
    areas: Annotated[
        str,
        typer.Option(help="A local team's areas, with commas: outward postcodes in lower case."),
    ] = "",
    handover_hours: Annotated[
        int | None,
        typer.Option(
            help="Hours until an unreached case is handed to this team; 0: at once.", min=0
        ),
    ] = None,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Form a team; with areas it is a local team that takes handovers there."""
    with office(dry_run=dry_run) as at:
        from throughline.cli.choices import words
        from throughline.suppliers.actions import organisation_of
        from throughline.workforce.actions import form_team
        from throughline.workforce.errors import NameTaken
        from throughline.workforce.models import Team

        if Team.objects.filter(code=code).exists():
            raise NameTaken(f"There is a team {code!r} already; choose another code.")
        team = form_team(
            code=code,
            name=name,
            organisation=organisation_of(organisation),
            areas=words(areas),
            handover_hours=handover_hours,
            by=None,
            at=at,
        )
        answer = {"code": team.code, "name": team.name, "areas": ",".join(team.areas)}
    _write(answer, json=json)


@teams.command(name="list")
def list_teams(json: AsJson = False) -> None:  # noqa: FBT002
    """List the teams with their areas and handover clocks."""
    with office():
        from throughline.workforce.models import Team

        rows = list(
            Team.objects.order_by("code").values(
                "code", "name", "organisation__code", "areas", "handover_hours"
            )
        )
    if json:
        write_json(rows)
    else:
        write_lines(
            [
                f"{row['code']:<24} {row['organisation__code']:<20} {row['name']}  "
                f"{' '.join(row['areas'])}".rstrip()
                for row in rows
            ]
        )


def _write(answer: dict[str, str], *, json: bool) -> None:
    if json:
        write_json(answer)
    else:
        write_lines([f"{key}: {value}" for key, value in answer.items()])
