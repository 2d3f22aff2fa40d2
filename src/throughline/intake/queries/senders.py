"""The senders as people see them: when each was last heard, how long its rows wait, what is wrong, how much comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from throughline.core.copying import fetch
from throughline.intake.queries.days import first_moment, service_zone
from throughline.intake.rules.silence import Silence, judge, moments

DAYS = 28


@dataclass(frozen=True, kw_only=True)
class SenderState:
    """A sender, when its last message came, and whether it has been silent for longer than usual."""

    id: UUID
    ref: UUID
    code: str
    name: str
    organisation: str | None
    mapping: str
    last_at: datetime | None
    silence: Silence | None
    open_rows: int
    keys: int


@dataclass(frozen=True, kw_only=True)
class DayCount:
    """What came on one local day: messages, rows, and those of them in quarantine or rejected."""

    day: date
    messages: int
    rows: int
    faults: int


@dataclass(frozen=True, kw_only=True)
class Lag:
    """How long messages of the last seven days waited to be read: half of them no longer, nine in ten no longer."""

    messages: int
    half: timedelta | None
    most: timedelta | None


@dataclass(frozen=True, kw_only=True)
class FormatCount:
    """By which mapping how many messages came, and when the last."""

    mapping: str
    version: int
    messages: int
    refused: int
    last_at: datetime


def sender_states(*, at: datetime) -> tuple[SenderState, ...]:
    """Return every sender by name. Needs r_authority."""
    past = moments(at, zone=service_zone())
    rows = fetch(
        """select s.id, s.ref, s.code, s.name, o.name, s.mapping,
            (select count(*) from intake_quarantined q where q.sender_id = s.id and q.state = 'open'),
            (select count(*) from intake_sender_key k
                where k.sender_id = s.id and k.revoked_at is null and k.expires_at > %(at)s),
            array(select (select max(m.received_at) from intake_message m
                    where m.sender_id = s.id and m.received_at <= t.moment)
                from unnest(%(moments)s::timestamptz[]) with ordinality as t(moment, n) order by t.n)
        from intake_sender s left join suppliers_organisation o on o.id = s.organisation_id
        order by s.name, s.code""",
        {"at": at, "moments": [at, *past]},
    )
    return tuple(
        SenderState(
            id=id_,
            ref=ref,
            code=code,
            name=name,
            organisation=organisation,
            mapping=mapping,
            last_at=last,
            silence=judge(at=at, last=last, before=list(zip(past, before, strict=True))),
            open_rows=open_rows,
            keys=keys,
        )
        for id_, ref, code, name, organisation, mapping, open_rows, keys, (last, *before) in rows
    )


def silent_senders(*, at: datetime) -> Iterator[SenderState]:
    """Yield those who have been silent for longer than usual."""
    for one in sender_states(at=at):
        if one.silence is not None and one.silence.is_long:
            yield one


def day_counts(sender_id: UUID, *, last: date, days: int = DAYS) -> tuple[DayCount, ...]:
    """Return each of a sender's last days, also those on which nothing came."""
    first = last - timedelta(days=days - 1)
    messages = dict(
        fetch(
            """select (received_at at time zone %s)::date, count(*) from intake_message
            where sender_id = %s and received_at >= %s group by 1""",
            [service_zone().key, sender_id, first_moment(first)],
        )
    )
    placed: dict[date, dict[str, int]] = defaultdict(dict)
    for day, place, number in fetch(
        "select day, place, count(*) from intake_row where sender_id = %s and day >= %s group by 1, 2",
        [sender_id, first],
    ):
        placed[day][place] = number
    return tuple(
        DayCount(
            day=day,
            messages=messages.get(day, 0),
            rows=sum(placed[day].values()),
            faults=placed[day].get("quarantined", 0) + placed[day].get("rejected", 0),
        )
        for day in (first + timedelta(days=n) for n in range(days))
    )


def faults_by_kind(sender_id: UUID, *, since: datetime) -> tuple[tuple[str, str, int, int], ...]:
    """Return reason, column, how many rows since then, and how many of them still wait; the commonest first."""
    rows = fetch(
        """select reason, "column", count(*), count(*) filter (where state = 'open')
        from intake_quarantined where sender_id = %s and at >= %s
        group by 1, 2 order by 3 desc, 1, 2 limit 20""",
        [sender_id, since],
    )
    return tuple((reason, column, number, waiting) for reason, column, number, waiting in rows)


def formats_of(sender_id: UUID, *, since: datetime) -> tuple[FormatCount, ...]:
    """Return by which mappings a sender's messages came since then."""
    rows: Sequence[tuple[str, int, int, int, datetime]] = fetch(
        """select mapping, mapping_version, count(*), count(*) filter (where state = 'refused'),
            max(received_at)
        from intake_message where sender_id = %s and received_at >= %s
        group by 1, 2 order by 5 desc""",
        [sender_id, since],
    )
    return tuple(
        FormatCount(
            mapping=mapping, version=version, messages=number, refused=refused, last_at=last
        )
        for mapping, version, number, refused, last in rows
    )


def lag_of(sender_id: UUID, *, at: datetime) -> Lag:
    """Return how long a sender's messages of the last seven days waited to be read."""
    ((number, half, most),) = fetch(
        """select count(*), percentile_cont(0.5) within group (order by parsed_at - received_at),
            percentile_cont(0.9) within group (order by parsed_at - received_at)
        from intake_message
        where sender_id = %s and received_at >= %s and parsed_at is not null""",
        [sender_id, at - timedelta(days=7)],
    )
    return Lag(messages=number, half=half, most=most)
