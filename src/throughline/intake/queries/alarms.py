"""Something that does not add up: how it is said, and, of the ledger's, which were standing when last looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from throughline.core.copying import fetch

DAYS = 7
"""Local days, today among them, whose alarms are looked for without anybody asking."""

BEGAN, ENDED = "intake.alarm_began", "intake.alarm_ended"
"""The entries by which the journal tells from when to when an alarm stood."""

OF_ANY_AGE = ("waiting_long", "held_long")
"""Alarms of messages that wait, which stand however old the message is; nothing else is looked for in older days."""

Key = tuple[str, str, date, datetime | None]
"""What makes two alarms the same one: code, sender, day and hour."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Something that does not add up, with the sender, the day and, where it can be told, the hour (UTC)."""

    code: str
    sender: str
    day: date
    sentence: str
    hour: datetime | None = None

    @property
    def key(self) -> Key:
        """What makes it the same alarm as an earlier one, whatever its sentence counts by now."""
        return self.code, self.sender, self.day, self.hour


def sentence_of(sender: str, day: date, hour: datetime | None, what: str) -> str:
    """Return an alarm's sentence: whose rows, of when, and what is wrong with them."""
    when = f", arrived in the hour from {hour:%H:%M} UTC" if hour else ""
    return f"{sender}, {day}: {what}{when}. The messages are kept: compare the ledger's day."


def standing() -> dict[Key, datetime]:
    """Return the alarms that have begun and not ended, by the journal, and when each began."""
    return dict(_begun())


def _begun() -> Iterator[tuple[Key, datetime]]:
    for kind, code, sender, day, hour, at in fetch(
        """select distinct on (body->>'code', body->>'sender', body->>'day', body->>'hour')
            kind, body->>'code', body->>'sender', (body->>'day')::date, (body->>'hour')::timestamptz, at
        from journal_entry where kind in (%s, %s)
        order by body->>'code', body->>'sender', body->>'day', body->>'hour', at desc, id desc""",
        [BEGAN, ENDED],
    ):
        if kind == BEGAN:
            yield (code, sender, day, hour), at
