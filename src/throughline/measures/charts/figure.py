"""What every chart is: a picture, the figures drawn in it, its finding, and the same in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

import polars as pl

from throughline.measures.charts.marks import Spec, plot, words
from throughline.measures.shorthand import HIDDEN
from throughline.measures.wording import balanced, wrapped

if TYPE_CHECKING:
    import altair

# Told apart by lightness as well as by hue, so that they hold for the colour-blind and in grey print;
# each has at least 4.5 to 1 against white, since names are written in them too.
INK = "#14232b"
SOFT = "#455660"
FIRST = "#124a52"
SECOND = "#b84e14"
THIRD = "#4a6d94"
FOURTH = "#66757e"
PALE = "#d5dfe2"
GRID = "#dde4e7"
FONT = "Arial, Helvetica, sans-serif"
SCHEMA = "https://vega.github.io/schema/vega-lite/v5.json"


@dataclass(frozen=True, kw_only=True, slots=True)
class Canvas:
    """How wide a chart is drawn, in pixels, and how large its letters are."""

    width: int
    text: int

    @property
    def narrow(self) -> bool:
        """Whether this is for a phone, where what stood beside must stand beneath."""
        return self.width < 500

    def characters(self, width: int | None = None) -> int:
        """Return how many characters of this size fit into a width; Arial's are half as wide as high."""
        return int((width or self.width) / (self.text * 0.52))


WIDE = Canvas(width=700, text=14)
NARROW = Canvas(width=340, text=13)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A chart with all that an honest one needs.

    `title` states the finding and `measured` what is shown. `data` holds exactly the figures drawn, one tidy
    row each, unrounded. `alt_text` says in words what a reader sees, made from the same figures.

    >>> from throughline.measures.charts import epicurve
    >>> figure = epicurve(events.measure("cases.transferred", by="week"), measured="Cases by week")
    >>> figure.title
    'Cases were highest in the week of 28 May 2020, at 3, and 3 in the week of 4 June 2020'
    >>> figure.data["count"].sum(), figure.svg().startswith("<svg")
    (6.0, True)
    """

    name: str
    title: str
    measured: str
    alt_text: str
    data: pl.DataFrame
    draw: Callable[[Canvas], Spec]

    @property
    def chart(self) -> altair.TopLevelMixin:
        """The Altair chart, titled, to show or to change."""
        import altair  # takes a second, which nobody who wants a picture need wait for

        return altair.Chart.from_dict(self.spec())

    def spec(self, canvas: Canvas = WIDE, *, titled: bool = True) -> Spec:
        """Return the chart as Vega-Lite, in JSON's own types."""
        drawn = {**self.draw(canvas), "$schema": SCHEMA, "config": _config(canvas)}
        if titled:
            drawn["title"] = {
                "text": balanced(self.title, int(canvas.characters() / 1.2)),
                "subtitle": wrapped(self.measured, canvas.characters()),
            }
        return drawn

    def svg(self, canvas: Canvas = WIDE, *, titled: bool = True) -> str:
        """Return a picture that needs nothing from elsewhere and holds neither script nor style.

        Without its title where the page around it says it already; the title and the description are in
        the picture for a screen reader either way.
        """
        import vl_convert  # starts an engine of its own

        picture: str = vl_convert.vegalite_to_svg(self.spec(canvas, titled=titled))
        head, body = picture.split(">", 1)
        return (
            f'{head} role="img"><title>{escape(self.title)}</title>'
            f"<desc>{escape(self.alt_text)}</desc>{body}"
        )

    def _repr_svg_(self) -> str:
        return self.svg()


def hidden(name: str, what: str, measured: str, data: pl.DataFrame) -> Figure:
    """Return the figure of what is known and may not be shown: it says so, and why."""
    return nothing(name, f"{what} hidden: {HIDDEN}.", measured, data)


def nothing(name: str, sentence: str, measured: str, data: pl.DataFrame) -> Figure:
    """Return the figure of no data: it says in words that there is nothing to draw, and why."""

    def draw(canvas: Canvas) -> Spec:
        lines = wrapped(sentence, canvas.characters() - 6)
        height = 40 + len(lines) * canvas.text * 1.4
        said = words(
            "\n".join(lines), x=canvas.width / 2, y=height / 2 - len(lines) * canvas.text / 2,
            align="center",
        )  # fmt: skip
        return plot([said], width=canvas.width, height=height)

    return Figure(
        name=name, title=sentence, measured=measured, alt_text=sentence, data=data, draw=draw
    )


def _config(canvas: Canvas) -> Spec:
    letters = {"font": FONT, "fontSize": canvas.text, "color": INK}
    return {
        "aria": False,  # the picture is one image with one description; a table stands beside it
        "background": "white",
        "font": FONT,
        "padding": {"left": 2, "right": 8, "top": 8, "bottom": 6},
        "view": {"stroke": None},
        "text": letters,
        "title": {
            **letters,
            "anchor": "start",
            "frame": "bounds",
            "fontSize": canvas.text + 3,
            "fontWeight": "bold",
            "lineHeight": canvas.text + 8,
            "subtitleColor": SOFT,
            "subtitleFont": FONT,
            "subtitleFontSize": canvas.text,
            "subtitleLineHeight": canvas.text + 5,
            "subtitlePadding": 6,
            "offset": 14,
        },
        "legend": {
            "labelFont": FONT,
            "titleFont": FONT,
            "labelFontSize": canvas.text,
            "titleFontSize": canvas.text,
            "titleFontWeight": "normal",
            "labelColor": INK,
            "titleColor": SOFT,
        },
        "axis": {
            "labelFont": FONT,
            "titleFont": FONT,
            "labelColor": INK,
            "titleColor": SOFT,
            "labelFontSize": canvas.text,
            "titleFontSize": canvas.text,
            "titleFontWeight": "normal",
            "labelAngle": 0,
            "gridColor": GRID,
            "domainColor": FOURTH,
            "tickColor": FOURTH,
            "labelFlush": False,
            "labelOverlap": False,  # each chart says itself which labels fit
        },
    }
