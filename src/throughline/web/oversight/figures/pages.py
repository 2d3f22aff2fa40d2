"""What the pages of figures show: each measure by week, in numbers, words and one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from throughline.measures import MEASURES, Measure
from throughline.measures.pages import FAMILIES, told
from throughline.measures.shapes import Bands, Percentiles
from throughline.measures.wording import count, decimal, percent, short_day
from throughline.record.queries import Shown, days_of_figure, figures_of_now

WEEKS_IN_LIST = 5
DAYS_BACK = 14
BANDS = {
    "le24h": "within 24 hours",
    "24_48h": "24 to 48 hours",
    "48_72h": "48 to 72 hours",
    "gt72h": "after 72 hours",
    "unknown": "time not known",
    "fault": "times out of order",
    "p50": "median",
    "p75": "75 of 100 below",
    "p90": "90 of 100 below",
    "p95": "95 of 100 below",
    "max": "longest",
}
UNITS_IN_PARTS = frozenset({"hours", "miles", "contacts a case"})

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week of figures by its first day; `so_far` while it goes on."""

    first: date
    so_far: bool

    @property
    def title(self) -> str:
        """The week's days, in few letters."""
        return f"{short_day(self.first)} to {short_day(self.first + timedelta(days=6))}"


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One figure as text, with what it was counted from."""

    value: str
    of: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A measure in the list; `band` names the one of its figures that is shown."""

    id: str
    title: str
    band: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, kw_only=True)
class Family:
    """Measures of one kind."""

    code: str
    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, kw_only=True)
class Board:
    """All figures, as of one moment."""

    as_of: datetime | None
    weeks: tuple[Week, ...]
    families: tuple[Family, ...]


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A week in the picture: where it stands and how high it is, in hundredths of the picture; its figure above it.

    Shares stand on a scale to 100 %, all others on one to the highest.
    """

    label: str

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class FigurePage:
    """One measure: its weeks and bands, its definition, and what the last days said of the same weeks."""

    measure: Measure
    as_of: datetime
    shown_band: str
    weeks: tuple[Week, ...]
    rows: tuple[tuple[Week, str, Cell, str], ...]
    bars: tuple[Bar, ...]
    facts: tuple[tuple[str, str], ...]
    days: tuple[tuple[date, tuple[Cell, ...]], ...]


def board() -> Board:
    """Return the list of figures; empty before the first were computed."""
    found = figures_of_now()
    if not found:
        return Board(as_of=None, weeks=(), families=())
    some = next(iter(found.values()))
    weeks = _weeks(found.values(), on=some.day)[-WEEKS_IN_LIST:]
    families: dict[str, list[Line]] = {}
    for measure in MEASURES.values():
        if measure.id in found:
            line = _line(measure, found[measure.id].answers, weeks)
            families.setdefault(measure.id.split(".")[0], []).append(line)
    return Board(
        as_of=some.cut_at,
        weeks=weeks,
        families=tuple(
            Family(code=code, title=FAMILIES[code], lines=tuple(lines))
            for code, lines in families.items()
        ),
    )


def figure_page(measure_id: str) -> FigurePage | None:
    """Return one measure's page; None when there is no such figure."""
    shown = days_of_figure(measure_id, limit=DAYS_BACK)
    measure = MEASURES.get(measure_id)
    if not shown or measure is None:
        return None
    newest = shown[0]
    weeks = _weeks([newest], on=newest.day)
    band = headline_band(measure)
    compared = weeks[-WEEKS_IN_LIST:]
    return FigurePage(
        measure=measure,
        as_of=newest.cut_at,
        shown_band=band,
        weeks=compared,
        rows=tuple(_rows(measure, newest.answers, weeks)),
        bars=tuple(_bars(measure, newest.answers, weeks, band)),
        facts=tuple(
            (name.replace("_", " ").capitalize(), str(value).replace("`", ""))
            for name, value in told(measure).items()
            if value and name not in {"title", "meaning", "by_definition"}
        ),
        days=tuple((one.day, _line(measure, one.answers, compared).cells) for one in shown),
    )


def headline_band(measure: Measure) -> str:
    """Return which of a measure's figures stands for it in a list: those within a day, and the median."""
    if isinstance(measure.shape, Bands):
        return "le24h"
    return "p50" if isinstance(measure.shape, Percentiles) else ""


def _weeks(found: Any, *, on: date) -> tuple[Week, ...]:
    first = {
        date.fromisoformat(str(answer["group"]["week"]))
        for one in found
        for answer in one.answers
        if answer["group"]["week"]
    }
    # What is counted when its time has run out lies in weeks to come.
    return tuple(
        Week(first=one, so_far=on < one + timedelta(days=7)) for one in sorted(first) if one <= on
    )


def _line(measure: Measure, answers: Rows, weeks: Sequence[Week]) -> Line:
    band = headline_band(measure)
    by_week = {str(one["group"]["week"]): one for one in answers if (one["band"] or "") == band}
    return Line(
        id=measure.id,
        title=measure.title,
        band=_band(band),
        cells=tuple(_cell(measure, by_week.get(week.first.isoformat())) for week in weeks),
    )


def _cell(measure: Measure, answer: Mapping[str, Any] | None) -> Cell:
    if answer is None or answer["value"] is None:
        number = answer["numerator"] if answer else None
        return Cell(value="–", of="" if number is None else count(number))
    if measure.unit == "share":
        of = ""
        if answer["denominator"] is not None:
            of = f"{count(answer['numerator'])} of {count(answer['denominator'])}"
        return Cell(value=percent(answer["value"]), of=of)
    if measure.unit in UNITS_IN_PARTS:
        return Cell(value=decimal(answer["value"]))
    return Cell(value=count(answer["value"]))


def _rows(
    measure: Measure, answers: Rows, weeks: Sequence[Week]
) -> list[tuple[Week, str, Cell, str]]:
    by_week = {week.first.isoformat(): week for week in weeks}
    rows = []
    for answer in sorted(answers, key=lambda one: str(one["group"]["week"]), reverse=True):
        if (week := by_week.get(str(answer["group"]["week"]))) is None:
            continue
        beside = ", ".join(
            f"{name.replace('_', ' ')} {count(number)}"
            for name, number in answer.get("beside", {}).items()
            if number is not None
        )
        rows.append((week, _band(answer["band"]), _cell(measure, answer), beside))
    return rows


def _band(code: str | None) -> str:
    return BANDS.get(code or "", (code or "").replace("_", " "))


def _bars(measure: Measure, answers: Rows, weeks: Sequence[Week], band: str) -> list[Bar]:
    found = {str(one["group"]["week"]): one for one in answers if (one["band"] or "") == band}
    values = {week: one["value"] for week, one in found.items()}
    highest = max((value for value in values.values() if value), default=0) or 1
    if measure.unit == "share":
        highest = 1
    share = 100 / max(len(weeks), 1)
    bars = []
    for place, week in enumerate(weeks):
        height = 100 * (values.get(week.first.isoformat()) or 0) / highest
        bars.append(
            Bar(
                label=_cell(measure, found.get(week.first.isoformat())).value,
                left=round(place * share + share * 0.1, 2),
                top=round(100 - height, 2),
                width=round(share * 0.8, 2),
                height=round(height, 2),
            )
        )
    return bars


__all__ = ["Board", "FigurePage", "Shown", "board", "figure_page", "headline_band"]
