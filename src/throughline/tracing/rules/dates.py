"""Dates that carry their derivation, as the case page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, kw_only=True)
class Derived:
    """A date and the plain steps that lead to it; no date means that none can be told yet."""

    on: date | None
    steps: tuple[str, ...]


def spell(day: date) -> str:
    """The day in words: 3 October 2020."""
    return f"{day.day} {day:%B} {day.year}"


def day_of(at: datetime, *, zone: ZoneInfo) -> date:
    """The local day of a moment: 23:30 UTC in a British summer is already tomorrow."""
    if at.tzinfo is None:
        raise ValueError("The moment has no time zone; give an aware time.")
    return at.astimezone(zone).date()


def plus_days(start: date, days: int) -> tuple[date, str]:
    """The day so many days later, and the step that says so."""
    end = start + timedelta(days=days)
    return end, f"plus {count(days, 'day')} = {spell(end)}"


def count(number: int, noun: str) -> str:
    """A number with its noun: 1 day, 2 days."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def latest_of(dates: Sequence[Derived]) -> Derived:
    """The latest of several dates for one person; one that cannot be told yet outlasts them all."""
    if not dates:
        raise ValueError("There is no date to choose from; give at least one.")
    chosen = max(dates, key=lambda one: (one.on is None, one.on or date.min))
    if len(dates) == 1:
        return chosen
    return Derived(on=chosen.on, steps=(*chosen.steps, f"The latest of {len(dates)} dates is used"))
