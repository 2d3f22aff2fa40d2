"""Something that does not add up, and how it is said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Something that does not add up, with the sender, the day and, where it can be told, the hour (UTC)."""

    code: str
    sender: str
    day: date
    sentence: str
    hour: datetime | None = None


def sentence_of(sender: str, day: date, hour: datetime | None, what: str) -> str:
    """Return an alarm's sentence: whose rows, of when, and what is wrong with them."""
    when = f", arrived in the hour from {hour:%H:%M} UTC" if hour else ""
    return f"{sender}, {day}: {what}{when}. The messages are kept: compare the ledger's day."
