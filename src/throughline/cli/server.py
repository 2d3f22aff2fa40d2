"""`throughline server`: everything, under one supervisor."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from throughline.cli.exits import say
from throughline.cli.output import write_lines
from throughline.server import freshness
from throughline.server import home as homes
from throughline.server.parts import all_parts
from throughline.server.supervisor import Supervisor

DemonstrationWanted = Annotated[
    bool, typer.Option(help="On the first start, fill an invented town to try things on.")
]


def server(*, demonstration: DemonstrationWanted = True) -> None:
    """Start database, web processes and worker, and keep them running until Ctrl-C."""
    home = homes.current()
    Supervisor(home, parts=all_parts(home), steps=_steps(home, demonstration=demonstration)).run(
        on_ready=lambda: _greet(home)
    )


def _steps(home: homes.Home, *, demonstration: bool) -> dict[str, str]:
    """Return what must be done before the processes start, by its title; nothing, on most starts."""
    prepare = not (homes.is_embedded() and freshness.is_prepared(home))
    fill = demonstration and not home.demonstration.exists()
    return ({"Preparing the database": "db prepare"} if prepare else {}) | (
        {"Filling an invented town": "demo fill --if-empty"} if fill else {}
    )


def _greet(home: homes.Home) -> None:
    write_lines(
        [
            "",
            *(
                f"  {process:<10} http://127.0.0.1:{home.port(process)}/"
                for process in homes.WEB_PROCESSES
            ),
            f"  {homes.MLLP:<10} 127.0.0.1:{home.port(homes.MLLP)} (HL7 messages over TLS)",
            "",
        ]
    )
    if home.demonstration.exists():
        write_lines(["Sign-ins of the demonstration (they exist nowhere else):", ""])
        for person in json.loads(home.demonstration.read_text()):
            write_lines(
                [
                    f"  {person['role']:<24} {person['username']:<26} {person['password']:<14} "
                    f"one-time code from {person['totp_secret']}  {person['address']}"
                ]
            )
        write_lines([""])
    say("Ready. Ctrl-C stops everything.")
