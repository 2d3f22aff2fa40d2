"""`throughline measures list|show`: what can be measured, and how each is defined."""

from __future__ import annotations

from typing import Annotated

import typer

from throughline.cli.measure import sentences
from throughline.cli.output import AsJson, write_json, write_lines

app = typer.Typer(help="List the measures and show their definitions.", no_args_is_help=True)


@app.command(name="list")
def list_(json: AsJson = False) -> None:  # noqa: FBT002
    """List every measure with its title."""
    from throughline.measures import MEASURES

    if json:
        from throughline.measures.pages import told

        write_json([told(one) for one in MEASURES.values()])
    else:
        width = max(map(len, MEASURES))
        write_lines([f"{one.id:<{width}}  {one.title}" for one in MEASURES.values()])


@app.command()
def show(
    id_: Annotated[str, typer.Argument(metavar="ID", help="A measure, as `measures list` has it.")],
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Show a measure: its meaning, numerator, denominator, unit, tables, period, source and versions."""
    from throughline.measures.pages import told
    from throughline.measures.questions import measure

    with sentences():
        one = measure(id_)
    if json:
        write_json(told(one))
    else:
        write_lines([f"{name}: {value}" for name, value in told(one).items() if value])
