"""Which of a person's cases a link speaks of, and whether a contact became one of their own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Ill:
    """A case of somebody, by its day 0."""

    case_id: UUID
    on: date


def case_met(cases: Iterable[Ill], *, met_on: date | None) -> Ill | None:
    """The illness in which somebody was met: the nearest to that day, or the last where no day is known."""
    if met_on is None:
        return max(cases, key=lambda one: (one.on, one.case_id), default=None)
    return min(cases, key=lambda one: (abs(one.on - met_on), one.case_id), default=None)


def case_became(
    cases: Iterable[Ill], *, of: Ill, gap_days: int, until: date | None = None
) -> Ill | None:
    """The contact's own illness of the same wave, the nearest to the case's; one of another year is none of it.

    Nor is one that began after `until`, the contact's last day.
    """
    near = [
        one
        for one in cases
        if abs(one.on - of.on) <= timedelta(days=gap_days) and (until is None or one.on <= until)
    ]
    return case_met((one for one in near if one.case_id != of.case_id), met_on=of.on)
