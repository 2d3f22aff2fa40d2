"""What every command has: an answer for programs, and a dry run where it changes the service."""

from __future__ import annotations

from typing import Any

import pytest
import typer.main

from throughline.cli.main import app

# They run until they are stopped.
PROCESSES = {"server", "worker", "mllp", "intake watch"}

READS = {
    "doctor", "db start", "db stop", "db status", "db url", "organisations list", "teams list", "users list",
    "senders list", "senders key list", "senders certificates list", "definitions list", "definitions show", "definitions check", "intake ledger",
    "intake quarantine list", "intake quarantine export", "mapping propose", "events export",
    "events check", "events from-list", "measure", "measures list", "measures show", "bulletin", "rehearsal weekly",
    "chart cascade", "chart epicurve",
}  # fmt: skip
"""They change nothing that the service knows: they read, write where they are told, or start what runs it."""


def commands(group: Any, path: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, command in group.commands.items():
        if command.hidden:
            continue
        # By what it has and not by class: typer brings a click of its own.
        if hasattr(command, "commands"):
            found |= commands(command, f"{path}{name} ")
        else:
            found[path + name] = command
    return found


ALL = commands(typer.main.get_command(app))


def options(name: str) -> set[str]:
    return {option for parameter in ALL[name].params for option in parameter.opts}


@pytest.mark.parametrize("name", sorted(set(ALL) - PROCESSES))
def test_a_command_answers_in_json_when_asked(name: str) -> None:
    assert "--json" in options(name)


@pytest.mark.parametrize("name", sorted(set(ALL) - PROCESSES - READS))
def test_a_command_that_changes_something_has_a_dry_run(name: str) -> None:
    assert "--dry-run" in options(name)
