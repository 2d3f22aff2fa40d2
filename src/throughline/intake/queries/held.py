"""Messages that wait whole for a person, as a list to be worked: in each may be positives that nobody has seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from throughline.core.copying import fetch
from throughline.core.service import service_zone
from throughline.intake.errors import OUR_FAULT
from throughline.intake.queries.alarms import Alarm
from throughline.intake.queries.quarantine import DEADLINE

SHOWN = 50
OPEN = "m.state in ('refused', 'conflict', 'unmapped') and m.settled_at is null"

WHY = {
    "conflict": "A message came before with the same id and other content, so that this one was kept aside.",
    "unmapped": "Nobody has said yet how the file is read.",
}
"""Why a message waits that was not refused, by its state."""

HOUR = timedelta(hours=1)
STATES = {
    "refused": "was refused",
    "conflict": "has the id of an earlier one",
    "unmapped": "has no mapping yet",
}


@dataclass(frozen=True, kw_only=True)
class HeldMessage:
    """One message of which nothing is read until a person has seen to it: why, since when, and whose it is.

    `state`: refused whole, in conflict with an earlier one of the same id, or unmapped.
    """

    ref: UUID
    sender: str
    sender_ref: UUID
    name: str
    message_id: str
    size: int
    state: str
    why: str
    at: datetime
    owner_id: UUID | None

    @property
    def is_ours(self) -> bool:
        """Whether the service itself failed on it, so that it may be read again as it is."""
        return self.why == OUR_FAULT

    @property
    def due_at(self) -> datetime:
        """By when a person must have dealt with it."""
        return self.at + DEADLINE


@dataclass(frozen=True, kw_only=True)
class Held:
    """The oldest of them, and how many there are."""

    oldest: tuple[HeldMessage, ...]
    count: int


def open_held(*, limit: int = SHOWN) -> Held:
    """Return the messages that wait whole for a person, the oldest first."""
    ((count,),) = fetch(f"select count(*) from intake_message m where {OPEN}")  # noqa: S608 - our own condition
    return Held(oldest=_lines("true", [], limit), count=count)


def one_held(ref: UUID) -> HeldMessage | None:
    """Return one of them."""
    found = _lines("m.ref = %s", [ref], 1)
    return found[0] if found else None


def alike(ref: UUID) -> int:
    """Count the others of the same sender that wait for the same reason."""
    ((count,),) = fetch(
        f"""select count(*) from intake_message m join intake_message one on one.ref = %s
        where {OPEN} and m.sender_id = one.sender_id and m.state = one.state and m.refused = one.refused and m.id <> one.id""",  # noqa: S608
        [ref],
    )
    return int(count)


def overdue_held(at: datetime) -> Iterator[Alarm]:
    """Yield an alarm for each sender and hour of arrival with messages past their deadline, whatever their age."""
    for sender, day, hour, number, state in fetch(
        f"""select s.code, (m.received_at at time zone %s)::date, date_trunc('hour', m.received_at, 'UTC'), count(*),
            (array_agg(m.state order by m.received_at, m.id))[1]
        from intake_message m join intake_sender s on s.id = m.sender_id
        where {OPEN} and m.received_at < %s group by 1, 2, 3 order by 3, 1""",  # noqa: S608 - our own condition
        [service_zone().key, at - DEADLINE],
    ):
        many = "1 message waits" if number == 1 else f"{number:,} messages wait"
        yield Alarm(
            code="held_long",
            sender=sender,
            day=day,
            hour=hour,
            sentence=f"{sender}, {day}: {many} whole for a person longer than {DEADLINE // HOUR} hours, arrived in the "
            f"hour from {hour:%H:%M} UTC; the oldest {STATES[state]}. Nothing in it was read: work the list of the "
            "messages that wait.",
        )


def _lines(condition: str, parameters: list[object], limit: int) -> tuple[HeldMessage, ...]:
    rows = fetch(
        f"""select m.ref, s.name, s.ref, m.name, m.message_id, m.size, m.state, m.refused, m.received_at, m.owner_id
        from intake_message m join intake_sender s on s.id = m.sender_id
        where {OPEN} and {condition} order by m.received_at, m.id limit %s""",  # noqa: S608
        [*parameters, limit],
    )
    return tuple(
        HeldMessage(
            ref=ref, sender=sender, sender_ref=sender_ref, name=name, message_id=message_id,
            size=size, state=state, why=WHY.get(state, refused), at=at, owner_id=owner,
        )
        for ref, sender, sender_ref, name, message_id, size, state, refused, at, owner in rows
    )  # fmt: skip
