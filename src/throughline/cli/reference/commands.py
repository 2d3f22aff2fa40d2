"""Commands with their arguments and options, exit codes, and variables of the environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from throughline.cli.environment import VARIABLES
from throughline.cli.exits import ExitCode
from throughline.cli.reference.pages import table

MEANINGS = {
    ExitCode.DONE: "Done.",
    ExitCode.USAGE: "The command was not understood, or refuses what it was given; it says why.",
    ExitCode.QUARANTINED: (
        "Done, and some records wait for a person: in quarantine, at fault in event tables, or missing from a bulletin."
    ),
    ExitCode.NOT_PERMITTED: "Not permitted.",
    ExitCode.DOWN: "Something that is needed is down; `throughline doctor` says what.",
}


def command_lines() -> Iterator[str]:
    """Yield a section for each command that is not hidden."""
    from throughline.cli.main import app

    yield "Each is run as `script/throughline COMMAND`. stdout is data, stderr is messages."
    yield ""
    yield from _sections(typer.main.get_command(app), "throughline")


def exit_lines() -> list[str]:
    """Return the table of exit codes."""
    rows = [(str(int(code)), MEANINGS[code]) for code in ExitCode]
    rows.append(("1", "The program failed where it should not: a fault of ours."))
    return table(("code", "meaning"), sorted(rows))


def environment_lines() -> list[str]:
    """Return the table of variables."""
    return table(
        ("variable", "meaning", "otherwise"),
        [(f"`{one.name}`", one.meaning, one.otherwise) for one in VARIABLES],
    )


def _sections(command: Any, name: str) -> Iterator[str]:
    # By what they have and not by class: typer brings a click of its own.
    if command.hidden:
        return
    if hasattr(command, "commands"):
        for inner, one in command.commands.items():
            yield from _sections(one, f"{name} {inner}")
        return
    given = [one for one in command.params if one.name != "help"]
    arguments = [one.name.upper() for one in given if one.param_type_name == "argument"]
    yield f"## {' '.join([name, *arguments])}"
    yield ""
    yield (command.help or "").strip()
    yield ""
    if given:
        yield from table(("given as", "meaning"), [_row(one) for one in given])


def _row(parameter: Any) -> tuple[str, str]:
    meaning = str(getattr(parameter, "help", "") or "")
    if parameter.param_type_name == "argument":
        return f"`{parameter.name.upper()}`", meaning
    names = " / ".join(f"`{one}`" for one in [*parameter.opts, *parameter.secondary_opts])
    return names, f"{meaning} Needed." if parameter.required else meaning
