"""`throughline users`: who may sign in. Passwords are typed, or come on stdin; never as an option."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from throughline.cli.office import DryRun, new_password, office
from throughline.cli.output import AsJson, answer, write_json, write_lines

if TYPE_CHECKING:
    from throughline.workforce.models import Team

app = typer.Typer(help="Appoint people, and end their access.", no_args_is_help=True)

Username = Annotated[str, typer.Argument(help="The name to sign in with.")]


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="The name that colleagues see.")],
    role: Annotated[
        str,
        typer.Option(
            help="handler, leader, supplier, local, epidemiologist, authority, contracts, "
            "protection or auditor."
        ),
    ],
    organisation: Annotated[str, typer.Option(help="The code of their organisation.")],
    team: Annotated[str | None, typer.Option(help="The code of their team.")] = None,
    kinds: Annotated[str, typer.Option(help="Conversations they take.")] = "case,contact",
    tiers: Annotated[str, typer.Option(help="Tiers they take.")] = "1,2,3",
    skills: Annotated[str, typer.Option(help="Their skills.")] = "general,interview",
    languages: Annotated[str, typer.Option(help="Their languages, two letters each.")] = "en",
    areas: Annotated[str, typer.Option(help="Outward postcodes; none: everywhere.")] = "",
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Appoint a person. They set up their authenticator at their first sign-in."""
    password = new_password()
    with office(dry_run=dry_run) as at:
        from throughline.cli.choices import one_of, words
        from throughline.cli.passwords import check
        from throughline.suppliers.actions import organisation_of
        from throughline.workforce.actions import Reach, appoint
        from throughline.workforce.errors import NameTaken
        from throughline.workforce.models import JobRole, User

        if User.objects.filter(username=username.lower()).exists():
            raise NameTaken("Somebody has that username already; choose another.")
        job = JobRole(one_of(role, JobRole.values, "--role"))
        check(password, username=username, name=name)
        reach = Reach(
            kinds=words(kinds),
            tiers=words(tiers),
            skills=words(skills),
            languages=words(languages),
            areas=words(areas),
        )
        user = appoint(
            username=username,
            display_name=name,
            role=job,
            organisation=organisation_of(organisation),
            team=_team(team) if team else None,
            password=password,
            reach=reach if job in {JobRole.HANDLER, JobRole.LOCAL} else None,
            by=None,
            at=at,
        )
        answer = {"username": user.username, "role": user.role, "organisation": organisation}
    if json:
        write_json(answer)
    else:
        write_lines([f"{key}: {value}" for key, value in answer.items()])


@app.command()
def disable(username: Username, dry_run: DryRun = False, json: AsJson = False) -> None:  # noqa: FBT002
    """End a person's access: they are out at their next request. What they did stays in the journal."""
    with office(dry_run=dry_run) as at:
        from throughline.workforce.actions.sign_in import disable_user
        from throughline.workforce.queries.sign_in import user_named

        disable_user(user=user_named(username), by=None, at=at)
    answer(
        {"username": username, "disabled": not dry_run},
        "They would be out." if dry_run else "Disabled.",
        as_json=json,
    )


@app.command(name="reset-authenticator")
def reset_authenticator(
    username: Username,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Forget a lost authenticator; at the next sign-in the password leads to setting up another."""
    with office(dry_run=dry_run) as at:
        from throughline.workforce.actions.sign_in import reset_authenticator as reset
        from throughline.workforce.queries.sign_in import user_named

        gone = reset(user=user_named(username), by=None, at=at)
    done = "It would be reset." if dry_run else "Reset."
    none = "There was none to reset: they set one up at their next sign-in."
    told = {"username": username, "reset": bool(gone) and not dry_run}
    answer(told, done if gone else none, as_json=json)


@app.command(name="list")
def list_(json: AsJson = False) -> None:  # noqa: FBT002
    """List who may sign in, as what, and who has set up their authenticator."""
    with office():
        from throughline.workforce.queries.sign_in import sign_ins

        rows = sign_ins()
    if json:
        write_json(rows)
    else:
        write_lines(
            [
                f"{row['username']:<20} {row['role']:<14} {row['organisation']:<20} "
                f"{'open' if row['active'] else 'disabled':<9} "
                f"{'authenticator' if row['authenticator'] else 'no authenticator yet'}"
                for row in rows
            ]
        )


def _team(code: str) -> Team:
    from throughline.core.errors import Problem
    from throughline.workforce.models import Team

    team = Team.objects.filter(code=code).first()
    if team is None:
        raise Problem(f"No team has the code {code!r}; form it with `throughline teams add`.")
    return team
