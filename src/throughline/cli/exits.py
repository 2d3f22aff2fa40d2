"""How a command ends: its exit code, and one sentence on stderr."""

from __future__ import annotations

import sys
from enum import IntEnum
from typing import NoReturn

import typer


class ExitCode(IntEnum):
    """What a command's exit code says."""

    DONE = 0
    USAGE = 2
    QUARANTINED = 3
    NOT_PERMITTED = 4
    DOWN = 5


def stop(code: ExitCode, message: str) -> NoReturn:
    """End the command with a sentence on stderr."""
    say(message)
    raise typer.Exit(code)


def say(message: str) -> None:
    """Write a message for whoever runs the command; stdout is kept for data."""
    sys.stderr.write(message + "\n")
    sys.stderr.flush()
