"""What the ledger's pages show: tables beside journal, and the whole in one bar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from throughline.core.errors import NotFound
from throughline.intake import queries as intake
from throughline.intake.queries import Alarm, LedgerRow
from throughline.intake.queries.messages import MessageLine, messages_of, senders
from throughline.web.balance import Balance, balance_of
from throughline.web.days import today

DAYS = 7
# A day further back is asked for by its address.
FURTHEST = 92
STATES = {
    "stored": ("Waiting to be read", "warn"),
    "parsing": ("Being read", "info"),
    "parsed": ("Read to its end", "good"),
    "refused": ("Could not be read", "bad"),
    "conflict": ("Kept aside", "warn"),
    "unmapped": ("Waits for its mapping", "warn"),
    "undoing": ("Being undone", "warn"),
    "undone": ("Undone", "warn"),
}


@dataclass(frozen=True, kw_only=True)
class DayLine:
    """One sender's day in the table."""

    row: LedgerRow
    name: str
    placed: int
    state: str
    tag: str


@dataclass(frozen=True, kw_only=True)
class LedgerPage:
    """The last days."""

    lines: tuple[DayLine, ...]
    balance: Balance
    alarms: tuple[Alarm, ...]
    days: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Message:
    """One message of the day."""

    line: MessageLine
    state: str
    tag: str


@dataclass(frozen=True, kw_only=True)
class DayPage:
    """One sender's day."""

    sender: str
    day: date
    line: DayLine | None
    balance: Balance
    alarms: tuple[Alarm, ...]
    messages: tuple[Message, ...]


def ledger_page(*, at: datetime) -> LedgerPage:
    """Return the last week, the newest day first."""
    found = intake.ledger(days=DAYS, at=at)
    names = {one.code: one.name for one in senders()}
    places = {
        place: sum(row.places[place] for row in found.rows)
        for place in ("waiting", "accepted", "duplicate", "corrected", "quarantined", "rejected")
    }
    return LedgerPage(
        lines=tuple(_line(row, names) for row in found.rows),
        balance=balance_of(received=sum(row.received for row in found.rows), places=places),
        alarms=found.alarms,
        days=DAYS,
        at=at,
    )


def day_page(*, sender_ref: UUID, day: date, at: datetime) -> DayPage:
    """Return one sender's day. Raises NotFound for no such sender, or a day that has not come."""
    sender = next((one for one in senders() if one.ref == sender_ref), None)
    back = (today(at) - day).days
    if sender is None or not 0 <= back <= FURTHEST:
        raise NotFound
    found = intake.ledger(days=back + 1, at=at)
    row = next((one for one in found.rows if (one.sender_ref, one.day) == (sender_ref, day)), None)
    return DayPage(
        sender=sender.name,
        day=day,
        line=_line(row, {sender.code: sender.name}) if row else None,
        balance=balance_of(received=row.received if row else 0, places=row.places if row else {}),
        alarms=tuple(one for one in found.alarms if (one.sender, one.day) == (sender.code, day)),
        messages=tuple(
            Message(line=line, state=STATES[line.state][0], tag=STATES[line.state][1])
            for line in messages_of(sender_ref=sender_ref, day=day)
        ),
    )


def _line(row: LedgerRow, names: dict[str, str]) -> DayLine:
    placed = sum(row.places.values())
    state, tag = _state(row)
    return DayLine(
        row=row, name=names.get(row.sender, row.sender), placed=placed, state=state, tag=tag
    )


def _state(row: LedgerRow) -> tuple[str, str]:
    if not row.balances:
        return "Does not balance", "bad"
    if row.messages_waiting:
        return "Being read", "info"
    if row.quarantined:
        return "Rows to work", "warn"
    return "In order", "good"
