"""Day 0 of a case, and the days on which it could infect."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from throughline.definitions.forms.protocol import Protocol
from throughline.tracing.rules.dates import count, day_of, spell


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """Day 0, which every other day of the case is counted from."""

    on: date
    kind: Literal["onset", "specimen", "report"]
    steps: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Period:
    """The infectious days, both ends included; no last day while only a clinician can end it."""

    first: date
    last: date | None
    steps: tuple[str, ...]

    def covers(self, day: date) -> bool:
        """Whether the case could infect on this day."""
        return self.first <= day and (self.last is None or day <= self.last)


def anchor_date(
    *,
    onset_on: date | None,
    taken_at: datetime | None,
    zone: ZoneInfo,
    reported_at: datetime | None = None,
) -> Anchor | None:
    """Day 0: the onset, else the day of the specimen, else of the report; None if nothing is known."""
    if onset_on is not None:
        return Anchor(on=onset_on, kind="onset", steps=(f"Onset {spell(onset_on)} (as told)",))
    if taken_at is not None:
        day = day_of(taken_at, zone=zone)
        steps = ("No onset known, so the day of the test counts", f"Test taken {spell(day)}")
        return Anchor(on=day, kind="specimen", steps=steps)
    if reported_at is not None:
        day = day_of(reported_at, zone=zone)
        steps = (
            "Neither onset nor day of the test known, so the day of the report counts",
            f"Reported {spell(day)}",
        )
        return Anchor(on=day, kind="report", steps=steps)
    return None


def infectious_period(protocol: Protocol, anchor: Anchor) -> Period:
    """The days on which the case could infect, counted from day 0."""
    rule = protocol.infectious
    first = anchor.on + timedelta(days=rule.from_day)
    steps = [*anchor.steps, f"Infectious from {_beside(rule.from_day)} = {spell(first)}"]
    if rule.to_day is None:
        last = None
        steps.append("until a clinician says that the person has recovered")
    else:
        last = anchor.on + timedelta(days=rule.to_day)
        steps.append(f"to {_beside(rule.to_day)} = {spell(last)}")
    return Period(first=first, last=last, steps=tuple(steps))


def _beside(days: int) -> str:
    if days == 0:
        return "that day"
    return f"{count(abs(days), 'day')} {'before' if days < 0 else 'after'}"
