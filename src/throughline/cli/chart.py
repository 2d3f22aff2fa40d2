"""`throughline chart`: one chart of event tables, with the figures drawn in it beside it. Needs no database."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from throughline.cli.exits import say
from throughline.cli.measure import Folder, From, Public, To, Where, say_on_terminal, sentences
from throughline.cli.output import AsJson, write_json, write_lines
from throughline.measures.errors import QuestionError

if TYPE_CHECKING:
    from throughline.measures.charts import Figure
    from throughline.measures.events import Events

app = typer.Typer(
    help="Draw one chart of event tables: an SVG, and its figures as CSV.", no_args_is_help=True
)

Out = Annotated[
    Path,
    typer.Option(
        help="The picture to write, as cascade.svg; cascade.csv beside it has its figures."
    ),
]
Measured = Annotated[
    str | None,
    typer.Option(help="What is shown, in words, under the title (default: from the question)."),
]


class By(StrEnum):
    """How long a bar of the epidemic curve is."""

    DAY = "day"
    WEEK = "week"


@app.command()
def cascade(
    events: Folder,
    out: Out,
    where: Where = None,
    from_: From = None,
    to: To = None,
    measured: Measured = None,
    public: Public = False,  # noqa: FBT002 - an option, given by name
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Draw how many are left after each step from test to contact reached, and why the others are not."""
    with sentences():
        # Charts take a second to load, and no other command needs them.
        from throughline.measures.charts import cascade_of

        _must_be_svg(out)
        opened = _opened(events)
        shown = measured or _measured("All cases and contacts", opened, where, from_, to)
        figure = cascade_of(
            opened,
            measured=_said_public(shown, public=public),
            public=public,
            where=where or (),
            from_=from_,
            to=to,
        )
        _write(figure, out, as_json=json)


@app.command()
def epicurve(
    events: Folder,
    out: Out,
    by: Annotated[By, typer.Option(help="A bar for each day, or each week.")] = By.DAY,
    where: Where = None,
    from_: From = None,
    to: To = None,
    measured: Measured = None,
    public: Public = False,  # noqa: FBT002
    json: AsJson = False,  # noqa: FBT002
) -> None:
    """Draw the epidemic curve: cases by the day or week of their first symptoms."""
    with sentences():
        from throughline.measures.charts import epicurve_of

        _must_be_svg(out)
        opened = _opened(events)
        shown = measured or _measured("Cases by the day of onset", opened, where, from_, to)
        figure = epicurve_of(
            opened,
            measured=_said_public(shown, public=public),
            by=by.value,
            public=public,
            where=where or (),
            from_=from_,
            to=to,
        )
        _write(figure, out, as_json=json)


def _opened(events: Path) -> Events:
    from throughline.measures import open_events

    opened = open_events(events)
    opened.progress = say_on_terminal
    return opened


def _must_be_svg(out: Path) -> None:
    if out.suffix != ".svg":
        raise QuestionError(
            f"--out is {str(out)!r}; the picture is an SVG, so name a file that ends in .svg."
        )


def _measured(
    what: str, events: Events, where: list[str] | None, from_: str | None, to: str | None
) -> str:
    """Say what is shown: of whom, from when to when, as known when."""
    from throughline.measures.questions import local_day
    from throughline.measures.wording import day

    parts = [what]
    if where:
        parts.append(f"where {' and '.join(where)}")
    for word, told in (("from", from_), ("to", to)):
        if (on := local_day(told, word)) is not None:
            parts.append(f"{word} {day(on)}")
    return f"{' '.join(parts)}, as known on {day(events.last_day)}"


def _said_public(shown: str, *, public: bool) -> str:
    """Say what a reader of a public chart must know of its gaps."""
    return (
        f"{shown}; counts of 1 to 4, and what would give them away, are hidden" if public else shown
    )


def _write(figure: Figure, out: Path, *, as_json: bool) -> None:
    """Write the picture and its figures, and say the finding."""
    table = out.with_suffix(".csv")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(figure.svg(), "utf-8")
    figure.data.write_csv(table)
    if as_json:
        write_json(
            {
                "chart": str(out),
                "data": str(table),
                "title": figure.title,
                "measured": figure.measured,
                "alt_text": figure.alt_text,
            }
        )
    else:
        write_lines([str(out), str(table)])
        say(f"{figure.title}.")
