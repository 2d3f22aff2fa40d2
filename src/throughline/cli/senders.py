"""`throughline senders`: the laboratories and others whose files are taken."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.exits import say
from throughline.cli.office import DryRun, office
from throughline.cli.output import AsJson, answer, write_json, write_lines

app = typer.Typer(help="Name who sends results.", no_args_is_help=True)
key = typer.Typer(help="The keys by which senders' machines are known.", no_args_is_help=True)
app.add_typer(key, name="key")
certificates = typer.Typer(
    help="Bind client certificates to senders of HL7 messages.", no_args_is_help=True
)
app.add_typer(certificates, name="certificates")


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


@app.command()
def declared(
    code: Annotated[str, typer.Argument(help="The sender's name.")],
    day: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="The local day, as 2020-10-02.")
    ],
    count: Annotated[int, typer.Option(help="How many rows the sender says it sent.")],
    hour: Annotated[
        int | None, typer.Option(help="Only in this local hour, 0 to 23; else in the whole day.")
    ] = None,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Note a count that a sender gave by telephone or mail; the ledger alarms when it is not what arrived."""
    with office(dry_run=dry_run) as at:
        from throughline.intake.actions.manifests import declare_count

        declare_count(sender_code=code, day=day.date(), hour=hour, rows=count, by=None, at=at)
    told = {"sender": code, "day": day.date(), "hour": hour, "rows": count, "dry_run": dry_run}
    when = f"{day:%Y-%m-%d}" + (f", hour {hour}" if hour is not None else "")
    answer(told, f"{code}, {when}: {count:,} rows, compared with what arrived.", as_json=json)


@key.command(name="add")
def add_key(
    code: Annotated[str, typer.Argument(help="The sender's name.")],
    days: Annotated[int, typer.Option(help="How many days it is valid.")] = 365,
    per_minute: Annotated[
        int, typer.Option(help="How many requests a minute it may make.")
    ] = 12_000,
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Make a key and show it, this once. Two are valid at once, so that a sender can change from one to the next."""
    with office(dry_run=dry_run) as at:
        from throughline.intake.actions.keys import add_key as make

        made = make(sender_code=code, days=days, per_minute=per_minute, by=None, at=at)
    if json:
        write_json({"key": made.text, "prefix": made.prefix, "expires_at": made.expires_at})
    else:
        write_lines([made.text])
    say(
        f"This is the only time that the key is shown. It is {made.sender}'s until {made.expires_at:%Y-%m-%d}."
    )


@key.command(name="list")
def list_keys(
    code: Annotated[str | None, typer.Argument(help="Only this sender's.")] = None,
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """List keys by their beginnings, with their state and when each was last used."""
    with office() as at:
        from throughline.intake.queries.keys import keys_of

        keys = keys_of(code, at=at)
    if json:
        write_json([asdict(one) for one in keys])
    else:
        write_lines(
            [
                f"{one.sender:<24} {one.prefix}  {one.state:<8} until {one.expires_at:%Y-%m-%d}  "
                + (
                    f"last used {one.last_used_at:%Y-%m-%d %H:%M} UTC"
                    if one.last_used_at
                    else "not used yet"
                )
                for one in keys
            ]
        )


@key.command(name="revoke")
def revoke_key(
    prefix: Annotated[str, typer.Argument(help="The key's beginning, from `key list`.")],
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Let a key open nothing from now on."""
    with office(dry_run=dry_run) as at:
        from throughline.intake.actions.keys import revoke_key as revoke

        sender = revoke(prefix=prefix, by=None, at=at)
    sentence = f"The key {prefix} of {sender} opens nothing any more."
    answer({"prefix": prefix, "sender": sender, "dry_run": dry_run}, sentence, as_json=json)


@certificates.command(name="add")
def add_(
    code: Annotated[str, typer.Argument(help="The sender.")],
    file: Annotated[
        Path, typer.Argument(help="Its certificate (PEM).", exists=True, dir_okay=False)
    ],
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Bind a certificate to a sender: its messages are then taken with one of its certificates alone."""
    with office(dry_run=dry_run) as at:
        from throughline.intake.actions.certificates import add_certificate

        added = add_certificate(sender_code=code, pem=file.read_bytes(), by=None, at=at)
        told = {"sender": code, "sha256": added.sha256, "not_after": added.not_after.isoformat()}
    if json:
        write_json(told)
    else:
        write_lines([f"{key}: {value}" for key, value in told.items()])


@certificates.command()
def end(
    sha256: Annotated[
        str, typer.Argument(help="The certificate, from `senders certificates list`.")
    ],
    dry_run: DryRun = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Take a certificate out of force: what comes with it is refused from then on."""
    with office(dry_run=dry_run) as at:
        from throughline.intake.actions.certificates import end_certificate

        ended = end_certificate(sha256=sha256, by=None, at=at)
        told = {"sender": ended.sender.code, "sha256": ended.sha256}
    if json:
        write_json(told)
    else:
        write_lines([f"{key}: {value}" for key, value in told.items()])


@certificates.command(name="list")
def list_certificates(json: AsJson = False) -> None:  # noqa: FBT002
    """List the certificates in force, with the day until which each is valid."""
    with office():
        from throughline.intake.models import SenderCertificate

        held = SenderCertificate.objects.filter(ended_at__isnull=True).select_related("sender")
        rows = [
            {
                "sender": one.sender.code,
                "sha256": one.sha256,
                "not_after": one.not_after.isoformat(),
            }
            for one in held.order_by("sender__code", "not_after")
        ]
    if json:
        write_json(rows)
    else:
        write_lines(
            [f"{row['sender']:<24} {row['not_after'][:10]}  {row['sha256']}" for row in rows]
        )
