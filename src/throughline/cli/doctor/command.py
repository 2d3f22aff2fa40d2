"""The command: run the checks in the order in which a reader should mend what they find."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import asdict

import typer

from throughline.cli.doctor.finding import Finding, State
from throughline.cli.doctor.outside import OUTSIDE, reachable
from throughline.cli.exits import ExitCode
from throughline.cli.output import AsJson, write_json, write_lines
from throughline.server import home as homes

MARKS = {State.OK: "ok  ", State.WARN: "WARN", State.FAIL: "FAIL"}


def doctor(json: AsJson = False) -> None:  # noqa: FBT002 - an option, given by name
    """Check the installation and say what to do about whatever is not in order."""
    findings = list(examine(homes.current()))
    if json:
        write_json([asdict(finding) for finding in findings])
    else:
        write_lines([line for finding in findings for line in _lines(finding)])
    if any(finding.state == State.FAIL for finding in findings):
        raise typer.Exit(ExitCode.DOWN)


def examine(home: homes.Home) -> Iterator[Finding]:
    """Look from outside; and, when the worker's login is let in, from inside. Starts nothing."""
    for check in OUTSIDE:
        yield check(home)
    if not reachable():
        yield Finding(
            name="inside",
            state=State.FAIL,
            what="not looked at: the worker's login is not let in",
            do="Mend the above first.",
        )
        return
    os.environ["THROUGHLINE_PROCESS"] = "worker"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "throughline.settings")
    import django

    django.setup()
    from throughline.cli.doctor.inside import look

    yield from look()


def _lines(finding: Finding) -> Iterator[str]:
    yield f"{MARKS[finding.state]} {finding.name:<12} {finding.what}"
    if finding.do:
        yield f"{'':<18}{finding.do}"
