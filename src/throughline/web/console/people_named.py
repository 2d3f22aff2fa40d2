"""Rows of the contact grid: as they are shown, and as they were typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from throughline.core.ids import new_ref
from throughline.people.rules.names import split_name
from throughline.tracing.queries.cards import NamedRow
from throughline.web.console.days import Unreadable, read_past_day, shown
from throughline.web.console.reading import Posted
from throughline.web.filters import clock


@dataclass(frozen=True, kw_only=True)
class Row:
    """One person named, as the grid's fields show them."""

    position: int | str  # the place of the row for good; a word in the pattern for new rows
    ref: str  # its own from the first, wherever it was begun
    name: str = ""
    phone: str = ""
    met: str = ""
    how: str = ""
    home: bool = False
    who: str = "handler"
    revision: str = ""
    saved: str = ""
    error: str = ""
    locked: bool = False


@dataclass(frozen=True, kw_only=True)
class TypedRow:
    """One row as posted: what can be saved, and what is wrong with the rest."""

    position: int
    ref: UUID | None
    values: dict[str, Any]
    expecting: int | None
    error: str
    blank: bool


def blank_row(position: int | str, *, at_home: bool) -> Row:
    """Return the spare row; at home they live with the case, so that much is known."""
    ref = new_ref().hex if isinstance(position, int) else "__ref__"
    return Row(position=position, ref=ref, home=at_home, how="household" if at_home else "")


def rows_of(named: Sequence[NamedRow], *, today: date) -> list[Row]:
    """Return the rows kept so far."""
    return [row_of(one, today=today) for one in named]


def row_of(one: NamedRow, *, today: date, error: str = "") -> Row:
    """Return one kept row as the grid shows it; an error of this moment goes before older remarks."""
    name = " ".join(part for part in (one.given_name, one.family_name) if part)
    return Row(
        position=one.position,
        ref=one.ref.hex,
        name=name,
        phone=one.phone,
        met=shown(one.last_met_on, today=today) if one.last_met_on else "",
        how=one.exposure_kind,
        home=one.same_household,
        who=one.informed_by,
        revision=str(one.revision),
        saved="Tracing" if one.locked else clock(one.saved_at),
        error=error or " ".join(one.problems),
        locked=one.locked,
    )


def read_rows(posted: Posted, *, today: date) -> list[TypedRow]:
    """Return the rows that were posted: one from htmx (`only`), all of them from a plain form."""
    positions = posted.get("only") or posted.get("position", ())
    return [_typed(posted, position, today) for position in positions if position.isdecimal()]


def ref_of(written: str) -> UUID | None:
    """Return a row's ref as it was posted; what is none belongs to no row."""
    try:
        return UUID(hex=written)
    except ValueError:
        return None


def _typed(posted: Posted, position: str, today: date) -> TypedRow:
    def cell(column: str) -> str:
        return next(iter(posted.get(f"{column}-{position}", ())), "").strip()

    given, family = split_name(cell("name"))
    if not given:
        # One word is what they call each other.
        given, family = family, ""
    values: dict[str, Any] = {
        "given_name": given,
        "family_name": family,
        "phone": cell("phone"),
        "exposure_kind": cell("how"),
        "same_household": "yes" if cell("home") else "",
        "informed_by": cell("who"),
    }
    error = ""
    try:
        values["last_met_on"] = read_past_day(cell("met"), today=today)
    except Unreadable as unreadable:
        error = str(unreadable)
    revision = cell("revision")
    return TypedRow(
        position=int(position),
        ref=ref_of(cell("ref")),
        values=values,
        expecting=int(revision) if revision.isdecimal() else None,
        error=error,
        blank=not (cell("name") or cell("phone") or cell("met")),
    )
