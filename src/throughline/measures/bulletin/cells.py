"""The cells of a table: the same on the page, in the workbook and in the CSV."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from datetime import date

from throughline.measures.answers import Answer
from throughline.measures.bulletin.compute import Figures, Key, key_of
from throughline.measures.bulletin.tables import MANAGED, Shown, Span, TableSpec, Unit, Who
from throughline.measures.shorthand import (
    CONFIDENTIAL,
    NOT_APPLICABLE,
    NOT_AVAILABLE,
    why_none,
)
from throughline.measures.wording import count, decimal, named, percent

LABELS = {
    "week": "Week beginning",
    "day": "Day",
    MANAGED: "Managed by",
    "household": "Lives with the case",
    "region": "Region",
    "route": "Route",
    "provider": "Provider",
    "laboratory": "Laboratory",
    "onset_on": "First symptoms",
    "no_case_reason": "Reason",
}


UNKNOWN = "Unknown"
DAYS = {"week", "day", "onset_on"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """A number and how it is written, or the mark that says why there is none; and whether it was revised."""

    unit: Unit
    value: float | None = None
    mark: str = ""
    revised: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Heading:
    """The heading of a column: how it reads, its name in CSV, and whether words stand under it, or figures."""

    title: str
    name: str
    words: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """A table ready to be shown: each row leads with words, and goes on with figures."""

    number: int
    name: str
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[str | Cell, ...], ...]
    notes: tuple[str, ...] = ()
    unavailable: tuple[str, ...] = ()
    empty: str = "Nothing of the kind is known."
    """What is said where there is no row."""

    @property
    def label(self) -> str:
        """Return what the table is called in the text and on its worksheet."""
        return f"Table {self.number}"


def written(cell: Cell) -> str:
    """Write a cell for people; nothing in the mark's place is ever a number."""
    if cell.value is None:
        return f"[{cell.mark}]"
    if cell.unit is Unit.SHARE:
        return percent(cell.value)
    return count(cell.value) if cell.unit is Unit.COUNT else decimal(cell.value)


def sheet(
    spec: TableSpec,
    figures: Figures,
    *,
    number: int,
    week: date,
    revised: Container[tuple[Key, str]] = (),
) -> Sheet:
    """Lay a table out."""
    lay_out = _turned if spec.turned else _lined if spec.lines else _upright
    headings, rows = lay_out(spec, figures, week, revised)
    missing = {
        figures.unavailable[one.measure] for one in spec.shown if one.measure in figures.unavailable
    }
    return Sheet(
        number=number,
        name=spec.name,
        title=spec.title,
        headings=tuple(headings),
        rows=tuple(rows),
        notes=spec.notes,
        unavailable=tuple(sorted(missing)),
    )


Cells = tuple[str | Cell, ...]
Layout = tuple[list[Heading], list[Cells]]


def _upright(
    spec: TableSpec, figures: Figures, week: date, revised: Container[tuple[Key, str]]
) -> Layout:
    headings = [Heading(title=LABELS.get(key, key), name=key, words=True) for key in spec.keys]
    headings += [Heading(title=one.title, name=one.name) for one in spec.columns]
    rows: list[Cells] = [
        (
            *(_said(who) if key == MANAGED else word(key, group[key]) for key in spec.keys),
            *(_cell(column, figures, group, who, revised) for column in spec.columns),
        )
        for group in _groups(spec, figures, week)
        for who in spec.who
    ]
    return headings, [row for row in rows if not _is_nobody(row)]


def _is_nobody(row: Cells) -> bool:
    """Say whether a row counts none of those of whom a group is unknown."""
    unknown = any(word == UNKNOWN for word in row if isinstance(word, str))
    return unknown and not any(
        cell.value or cell.mark == CONFIDENTIAL for cell in row if isinstance(cell, Cell)
    )


def _turned(
    spec: TableSpec, figures: Figures, week: date, revised: Container[tuple[Key, str]]
) -> Layout:
    headings = [Heading(title="Measure", name="measure", words=True)]
    headings += [
        Heading(title=_said(who), name=_said(who).lower().replace(" ", "_")) for who in spec.who
    ]
    group = {"week": week.isoformat()}
    rows: list[Cells] = [
        (
            column.title,
            *(_cell(column, figures, group, who, revised) for who in spec.who),
        )
        for column in spec.columns
    ]
    return headings, rows


def _lined(
    spec: TableSpec, figures: Figures, week: date, revised: Container[tuple[Key, str]]
) -> Layout:
    headings = [Heading(title=spec.lines_are, name=spec.lines_are.lower(), words=True)]
    headings += [Heading(title=one.title, name=one.name) for one in spec.columns]
    group, who = {"week": week.isoformat()}, spec.who[0]
    rows: list[Cells] = [
        (line.title, *(_cell(line.of(one), figures, group, who, revised) for one in spec.columns))
        for line in spec.lines
    ]
    return headings, rows


def _groups(spec: TableSpec, figures: Figures, week: date) -> list[dict[str, str | None]]:
    measures = {column.measure for column in spec.columns}
    periods = () if spec.span is Span.EVER else ("week",)
    keys = {*periods, *spec.by}
    found = {
        tuple((key, one.group[key]) for key in (*periods, *spec.by)): None
        for one in figures.answers.values()
        if one.measure in measures and set(one.group) - {MANAGED} == keys
    }
    wanted = [
        dict(group)
        for group in found
        if spec.span is not Span.WEEK or dict(group)["week"] == week.isoformat()
    ]
    # The youngest week first, as a reader looks for it; within it by name, what is unknown last.
    wanted.sort(key=lambda group: [(group[key] is None, group[key] or "") for key in spec.by])
    for key in (*periods, *(key for key in spec.by if key == "onset_on")):
        wanted.sort(key=lambda group: group[key] or "", reverse=True)
    return wanted


def word(key: str, value: str | None) -> str:
    """Write the value of a group for people; days stay as they are, to be written where they are shown."""
    if value is None:
        return UNKNOWN
    if key in DAYS:
        return value
    if key == "household":
        return {"true": "Yes", "false": "No"}[value]
    if key in {MANAGED, "route", "no_case_reason"}:
        return value.replace("_", " ").capitalize()
    return named(value)


def _said(who: Who) -> str:
    return str(who).replace("_", " ").capitalize()


def _cell(
    column: Shown,
    figures: Figures,
    group: Mapping[str, str | None],
    who: Who,
    revised: Container[tuple[Key, str]],
) -> Cell:
    if who not in column.who:
        return Cell(unit=column.unit, mark=NOT_APPLICABLE)
    if column.measure in figures.unavailable:
        return Cell(unit=column.unit, mark=NOT_AVAILABLE)
    answer = figures.get(column.measure, {**group, **who.tag}, column.band, column.definition)
    if answer is None:
        # A group of which there is no row: none were counted, and there is nothing to take a share of.
        return (
            Cell(unit=column.unit, value=0)
            if column.unit is Unit.COUNT
            else Cell(unit=column.unit, mark=NOT_APPLICABLE)
        )
    value = part_of(answer, column.part)
    if value is None:
        return Cell(unit=column.unit, mark=why_none(answer, column.part))
    return Cell(unit=column.unit, value=value, revised=(key_of(answer), column.part) in revised)


def part_of(answer: Answer, part: str) -> float | None:
    """Return a number of an answer: numerator, denominator, value, or what stands beside it."""
    if part in {"numerator", "denominator", "value"}:
        found: float | None = getattr(answer, part)
        return found
    return answer.beside.get(part)
