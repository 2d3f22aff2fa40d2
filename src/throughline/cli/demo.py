"""`throughline demo`: an invented town to try things on."""

from __future__ import annotations

import typer

from throughline.cli.exits import say

app = typer.Typer(help="An invented town to try things on.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """An invented town to try things on."""


@app.command()
def fill() -> None:
    """Fill the empty service with an invented town, once."""
    say("There is no town to fill in yet.")
