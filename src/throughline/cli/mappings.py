"""`throughline mapping`: how a sender's files are read."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from throughline.cli.exits import ExitCode, say, stop
from throughline.cli.output import AsJson, write_json, write_lines

app = typer.Typer(help="Say how a sender's files are read.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Say how a sender's files are read."""


@app.command()
def propose(
    file: Annotated[
        Path, typer.Argument(help="A list: CSV, XLSX, ZIP or gzip.", exists=True, dir_okay=False)
    ],
    out: Annotated[Path | None, typer.Option(help="Where to write the mapping (TOML).")] = None,
    name: Annotated[str, typer.Option(help="The mapping's name, such as northgate-daily.")] = "",
    disease: Annotated[str, typer.Option(help="The disease, where no column says it.")] = "covid",
    first: Annotated[
        str, typer.Option(help="What comes first in dates that could be either: day or month.")
    ] = "",
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Propose a mapping for a file from its header and values, without a database; say what a person must decide."""
    from throughline.cli.proposing import proposed

    if first not in ("", "day", "month"):
        stop(ExitCode.USAGE, f"--first is day or month, not {first!r}.")
    found = proposed(file, name=name, disease=disease, first=first)
    if found.refused:
        stop(ExitCode.USAGE, found.refused)
    for sentence in found.sentences:
        say(sentence)
    if out is not None:
        out.write_text(found.text, encoding="utf-8")
    if json:
        write_json({"mapping": found.text, "undecided": list(found.sentences)})
    elif out is None:
        write_lines([found.text.rstrip()])
    else:
        say(f"Written to {out}. Look through it, then: throughline intake mapping {out}")
