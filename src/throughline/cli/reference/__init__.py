"""`throughline reference write DIR`: the reference pages, written from the code so that they are true."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.exits import say

app = typer.Typer(help="Write the reference pages.", no_args_is_help=True, hidden=True)


@app.callback()
def _group() -> None:
    """Write the reference pages."""


@app.command()
def write(folder: Annotated[Path, typer.Argument(help="Where the pages go.")]) -> None:
    """Write every reference page; needs no database."""
    from throughline.cli.reference.pages import pages

    folder.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (folder / name).write_text(text, encoding="utf-8")
        say(f"Wrote {folder / name}")
