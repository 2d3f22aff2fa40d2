"""The page: the release as HTML that needs nothing but the files beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

import jinja2

from throughline.measures.bulletin.cells import Cell, Sheet, written
from throughline.measures.bulletin.headlines import Quoted, Sentence
from throughline.measures.bulletin.notes import INVENTED, NOTES, SHORTHAND
from throughline.measures.bulletin.release import Release, moment
from throughline.measures.bulletin.sections import SECTIONS, Section
from throughline.measures.bulletin.steps import steps
from throughline.measures.bulletin.tables import Who
from throughline.measures.catalogue import MEASURES
from throughline.measures.charts import Figure
from throughline.measures.terms import DEFINITIONS
from throughline.measures.wording import count, day, plural, week

TEMPLATES = files("throughline.measures.bulletin") / "templates"
SHOWN = {"week": (13, "weeks"), "onset_on": (14, "days")}
"""How many weeks or days a table shows on the page, where it has more."""


def file_of(kind: str, number: int, name: str) -> str:
    """Return the name, without its suffix, of the files of a table or a figure."""
    return f"{kind}-{number:02}-{name}"


def css() -> str:
    """Return the style sheet."""
    return (TEMPLATES / "bulletin.css").read_text("utf-8")


def html(
    release: Release, figures: Sequence[Figure], sentences: Sequence[Sentence], *, workbook: str
) -> str:
    """Return the page."""
    environment = jinja2.Environment(
        undefined=jinja2.StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    template = environment.from_string((TEMPLATES / "bulletin.html").read_text("utf-8"))
    drawn = {one.name: _Drawn(number, one) for number, one in enumerate(figures, 1)}
    laid = {
        one.name: _laid(one, file_of("table", one.number, one.name), "table")
        for one in release.sheets
    }
    shown = {one.measure for one in release.figures.answers.values()}
    return template.render(
        week=week(release.week),
        week_day=f"{release.week:%A}",
        cut_at=release.known_on,
        invented=INVENTED if release.is_generated else "",
        alarms=alarm_lines(release),
        headlines=sentences,
        workbook=workbook,
        sections=[
            {
                "id": part.id,
                "title": part.title,
                "figures": [drawn[name] for name in part.figures if name in drawn],
                "tables": [laid[name] for name in part.tables if name in laid],
                "notes": _notes(release, part),
            }
            for part in SECTIONS
        ],
        measures=[one for one in MEASURES.values() if one.id in shown],
        definitions=list(DEFINITIONS.values()),
        sha256=release.input.sha256,
        revision_note=_revision_note(release),
        balance_note=_balance_note(release),
        fault_note=_fault_note(release),
        suppression_note=_suppression_note(release),
    )


@dataclass(frozen=True)
class _Drawn:
    number: int
    figure: Figure

    @property
    def file(self) -> str:
        return file_of("figure", self.number, self.figure.name)

    @property
    def title(self) -> str:
        return self.figure.title

    @property
    def measured(self) -> str:
        return self.figure.measured

    @property
    def alt_text(self) -> str:
        return self.figure.alt_text

    @property
    def table(self) -> dict[str, object] | None:
        # The figures of the other charts are those of tables of their section; the steps of a cascade stand in no other.
        if not self.name.startswith("cascade") or self.figure.data.is_empty():
            return None
        return _laid(steps(self.figure, self.number), self.file, "steps")

    @property
    def name(self) -> str:
        return self.figure.name


def _laid(one: Sheet, file: str, kind: str) -> dict[str, object]:
    rows, cut = list(one.rows), ""
    if one.headings and (key := one.headings[0].name) in SHOWN:
        times = sorted({str(row[0]) for row in rows} - {"Unknown"}, reverse=True)
        most, words = SHOWN[key]
        if len(times) > most:
            rows = [row for row in rows if str(row[0]) in times[:most]]
            cut = f"The last {most} {words} are shown; the files hold all."
    cells = [cell for row in rows for cell in row if isinstance(cell, Cell)]
    marks = {cell.mark for cell in cells if cell.mark} | {"r" for cell in cells if cell.revised}
    return {
        "id": f"{kind}-{one.number}",
        "number": one.number,
        "title": one.title,
        "file": file,
        "headings": one.headings,
        "rows": [[_shown(cell) for cell in row] for row in rows],
        "cut": cut,
        "marks": [(mark, means) for mark, means in SHORTHAND.items() if mark in marks],
        "unavailable": one.unavailable,
        "empty": one.empty,
    }


def _notes(release: Release, part: Section) -> list[str]:
    """Return what must be known of the tables of a section, each once."""
    told = (note for one in release.sheets if one.name in part.tables for note in one.notes)
    return [NOTES[note] for note in dict.fromkeys(told)]


def _shown(cell: str | Cell) -> str | dict[str, object]:
    if isinstance(cell, str):
        return _date(cell)
    return {"text": written(cell), "revised": cell.revised}


def _date(word: str) -> str:
    try:
        return day(date.fromisoformat(word))
    except ValueError:
        return word


def alarm_lines(release: Release) -> list[str]:
    """Say what is not accounted for, and no more of it than the tables do: each thing once."""
    return list(dict.fromkeys(one.published(release.figures) for one in release.alarms))


def _balance_note(release: Release) -> str:
    if release.alarms:
        return "No: see the warning at the top."
    if not any(one.measure.startswith("intake.") for one in release.figures.answers.values()):
        return "The records of what laboratories sent, and of results, are not in these tables, so this cannot be said."
    return (
        "Yes: every batch was received whole, balances and brought the results that were accepted, and every positive result has its case or a reason for having "
        "none, up to the end of the week."
    )


TIMED = {
    "cases.reached_within": "cases reached before their transfer",
    "contacts.reached_within": "contacts reached before they were identified",
    "contacts.reached_within_of_case": "contacts reached before the transfer of their case",
}


def _fault_note(release: Release) -> Sentence:
    """Say how many times are out of order in the week, by the figures of the tables of times."""
    told: list[str | Quoted] = []
    group = {"week": release.week.isoformat(), **Who.OTHERS.tag}
    for measure, words in TIMED.items():
        found = release.figures.get(measure, group, "fault")
        if found and found.numerator is not None:
            told += [
                ", " if told else "",
                Quoted(found.numerator, count(found.numerator)),
                f" {words}",
            ]
    if not told:
        return ("Whether times are out of order cannot be said: no times are shown for this week.",)
    return (
        "Times out of order in the week: ",
        *told,
        ". They are counted beside the shares, never dropped.",
    )


def _revision_note(release: Release) -> str:
    if release.previous is None:
        return "There is no earlier release to compare with."
    before = f"the release of what was known on {moment(release.previous.cut_at, release.zone)}"
    if not release.revised:
        return f"No figure has changed since {before}."
    return f"Figures that have changed since {before} are marked [r]; table {release.sheet('revisions').number} lists them."


def _suppression_note(release: Release) -> str:
    hidden = sum(one.suppressed for one in release.figures.answers.values())
    return (
        f"Counts from 1 to 4, and shares that would give them away, are not shown, nor are others from which they could be "
        f"worked out together with this release or the last: {plural(hidden, 'figure')} of "
        f"{len(release.figures.answers):,} in all. A zero is shown."
    )
