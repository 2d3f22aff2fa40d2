"""A command's database: started, prepared if it never was, and signed in to as one process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import typer

from throughline.cli.django import database, service
from throughline.cli.exits import ExitCode, say
from throughline.server import home as homes


@contextmanager
def prepared(process: str) -> Iterator[None]:
    """Act as one process on a prepared database; a problem for a person ends the command with its sentence."""
    home = homes.current()
    with database():
        if homes.is_embedded() and not home.password(home.login(process)):
            say("Preparing the database for the first time.")
            as_process(["db", "prepare"])
        with service(process):
            from throughline.core.errors import NotPermitted, Problem
            from throughline.definitions.errors import DefinitionError

            try:
                yield
            except NotPermitted as problem:
                _end(ExitCode.NOT_PERMITTED, problem.sentence)
            except Problem as problem:
                _end(ExitCode.USAGE, problem.sentence)
            except DefinitionError as error:
                _end(ExitCode.USAGE, str(error))


def as_process(arguments: Sequence[str]) -> str:
    """Run another command of ours, whose process has another login, and return what it wrote."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "throughline.cli", *arguments], stdout=subprocess.PIPE, text=True
    )
    if done.returncode:
        raise typer.Exit(done.returncode)
    return done.stdout


def _end(code: ExitCode, sentence: str) -> None:
    say(sentence)
    raise typer.Exit(code)
