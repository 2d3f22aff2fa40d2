"""The command line: a short list of what it can do, each part loaded when it is asked for."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any, cast

import typer
import typer.core
import typer.main

from throughline.cli.exits import ExitCode, say
from throughline.core.logs import kinds_and_places
from throughline.server.errors import AlreadyRunningError, DownError

# What any program answers that fails where it should not.
FAULT = 1

PLACES = {
    "server": "server",
    "worker": "worker",
    "mllp": "mllp",
    "doctor": "doctor",
    "bulletin": "bulletin",
    "measure": "measure",
    "db": "db:app",
    "demo": "demo:app",
    "service": "service:app",
    "organisations": "organisations:app",
    "teams": "organisations:teams",
    "users": "users:app",
    "senders": "senders:app",
    "persons": "persons:app",
    "definitions": "definitions:app",
    "intake": "intake:app",
    "mapping": "mappings:app",
    "measures": "measures:app",
    "events": "events:app",
    "chart": "chart:app",
    "reference": "reference:app",
    "rehearsal": "rehearsal:app",
}
"""The module of each command, and what it is called in there where not like it. In the order of the help page."""


class _Commands(Mapping[str, Any]):
    """Commands by name. To load all of them takes a second, which nobody waits for who wants one."""

    def __init__(self) -> None:
        self.loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self.loaded:
            self.loaded[name] = _load(name)
        return self.loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


def _load(name: str) -> Any:
    module, _, called = PLACES[name].partition(":")
    found = getattr(import_module(f"throughline.cli.{module}"), called or name)
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_group(found)
    else:
        single = typer.Typer(add_completion=False)
        single.command()(found)
        command = typer.main.get_command(single)
    command.name = name
    return command


class _AsAsked(typer.core.TyperGroup):
    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = cast(MutableMapping[str, Any], _Commands())


app = typer.Typer(
    cls=_AsAsked,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def throughline() -> None:
    """Throughline: test and trace, from the laboratory result to the released contact."""


def run() -> None:
    """Run a command; what is down or already running ends it with one sentence."""
    try:
        app()
    except DownError as error:
        say(str(error))
        sys.exit(ExitCode.DOWN)
    except AlreadyRunningError as error:
        say(str(error))
        sys.exit(ExitCode.USAGE)
    except Exception as error:
        # A traceback would end with the error's own words, which may quote a row.
        say("\n".join(["The program failed; this is a fault of ours.", *kinds_and_places(error)]))
        sys.exit(FAULT)


if __name__ == "__main__":
    run()
