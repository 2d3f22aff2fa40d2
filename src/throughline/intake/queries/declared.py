"""What senders say they sent, by another way than the rows, beside what arrived: a gap of one alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from throughline.core.copying import fetch
from throughline.intake.queries.alarms import Alarm
from throughline.intake.queries.days import first_moment, service_zone

GRACE = timedelta(minutes=15)
"""As long as a message may wait to be read; a gap that is still there after it alarms within the hour."""


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One count of a sender's beside what arrived in that local day, or that hour of it."""

    sender_id: UUID
    day: date
    hour: int | None
    declared: int
    arrived: int
    at: datetime

    @property
    def begins(self) -> datetime:
        """When its day or hour began, in UTC."""
        first = datetime.combine(self.day, time(self.hour or 0), tzinfo=service_zone())
        return first.astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """When its day or hour is over, in UTC."""
        if self.hour is None:
            return first_moment(self.day + timedelta(days=1)).astimezone(UTC)
        return self.begins + timedelta(hours=1)


def compared(since: date, *, sender_id: UUID | None = None) -> tuple[Compared, ...]:
    """Return every count since a local day, the newest first. What arrived is what the journal says."""
    rows = fetch(
        """with arrived as (
            select (body->>'sender')::uuid as sender_id, (body->>'day')::date as day,
                extract(hour from (body->>'received_at')::timestamptz at time zone %(zone)s) as hour,
                sum((body->>'rows')::bigint) as rows
            from journal_entry where kind = 'intake.rows_parsed' and recorded_at >= %(from)s
            group by 1, 2, 3)
        select d.sender_id, d.day, d.hour, d.rows, d.at, coalesce(sum(a.rows), 0)
        from intake_declared d left join arrived a on a.sender_id = d.sender_id and a.day = d.day
            and (d.hour is null or a.hour = d.hour)
        where d.day >= %(since)s and (%(sender)s::uuid is null or d.sender_id = %(sender)s)
        group by d.id order by d.day desc, d.hour desc nulls first, d.sender_id""",
        {
            "since": since,
            "from": first_moment(since) - timedelta(days=1),
            "sender": sender_id,
            "zone": service_zone().key,
        },
    )
    return tuple(
        Compared(
            sender_id=sender, day=day, hour=hour, declared=declared, arrived=int(arrived), at=at
        )
        for sender, day, hour, declared, at, arrived in rows
    )


def gaps(since: date, names: Mapping[UUID, str], at: datetime) -> Iterator[Alarm]:
    """Yield an alarm for each count that is not what arrived, once what came last has had its time to be read."""
    for one in compared(since):
        if one.declared == one.arrived or at < max(one.ends, one.at) + GRACE:
            continue
        name, gap = names[one.sender_id], abs(one.declared - one.arrived)
        hour = one.begins if one.hour is not None else None
        when = f", the hour from {hour:%H:%M} UTC" if hour else ""
        side = "too few" if one.arrived < one.declared else "too many"
        yield Alarm(
            code="declared_differs",
            sender=name,
            day=one.day,
            hour=hour,
            sentence=f"{name}, {one.day}{when}: the sender counted {one.declared:,} rows and {one.arrived:,} arrived, "
            f"{gap:,} {side}. Ask the sender which are missing; messages that were refused whole hold rows too.",
        )
