"""The ledger: where every row received is, compared with what the journal says arrived.

The journal's entries are written in the transaction of the rows and refuse every change, so that whoever
deletes a row cannot delete its evidence with it.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from throughline.core.copying import fetch
from throughline.intake.queries.alarms import Alarm, sentence_of
from throughline.intake.queries.days import first_moment, service_zone
from throughline.intake.queries.declared import gaps
from throughline.intake.queries.held import overdue_held
from throughline.intake.queries.losses import losses

LONGEST_WAIT = timedelta(minutes=15)
PLACES = ("waiting", "accepted", "duplicate", "corrected", "quarantined", "rejected")


@dataclass(frozen=True, kw_only=True)
class LedgerRow:
    """One sender's day. `received` is what the journal says arrived; the places are counted in the tables."""

    sender: str
    sender_ref: UUID
    day: date
    received: int
    waiting: int = 0
    accepted: int = 0
    duplicate: int = 0
    corrected: int = 0
    quarantined: int = 0
    rejected: int = 0
    messages: int = 0
    messages_waiting: int = 0
    positives: int = 0
    in_episodes: int = 0
    excluded: int = 0

    @property
    def places(self) -> dict[str, int]:
        """How many rows are in each place."""
        return {place: getattr(self, place) for place in PLACES}

    @property
    def balances(self) -> bool:
        """Say whether every row that arrived is in one place."""
        return self.received == sum(self.places.values())


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The days asked for, the newest first, and every alarm."""

    rows: tuple[LedgerRow, ...]
    alarms: tuple[Alarm, ...]


@dataclass(kw_only=True)
class _Told:
    """What the journal says of one sender's day."""

    rows: int = 0
    messages: int = 0
    places: Counter[str] = field(default_factory=Counter)


Key = tuple[UUID, date]


def ledger(*, days: int, at: datetime) -> Ledger:
    """Return the balance of each sender and local day, with alarms. Needs r_authority or r_match."""
    since = at.astimezone(service_zone()).date() - timedelta(days=days - 1)
    names = {row[0]: (row[1], row[2]) for row in fetch("select id, code, ref from intake_sender")}
    told = _journal(since)
    placed = _places(since)
    messages = _messages(since)
    positives = _positives(since)
    rows = [
        LedgerRow(
            sender=names[sender][0],
            sender_ref=names[sender][1],
            day=day,
            received=told[sender, day].rows,
            messages=messages.get((sender, day), (0, 0))[0],
            messages_waiting=messages.get((sender, day), (0, 0))[1],
            **placed.get((sender, day), {}),
            **positives.get((sender, day), {}),
        )
        for sender, day in sorted(
            {*told, *placed, *messages}, key=lambda key: (key[1], names[key[0]][0]), reverse=True
        )
    ]
    by_key = {(row.sender, row.day): row for row in rows}
    alarms = [
        *_unbalanced(told, by_key, names),
        *_waiting(at),
        *overdue_held(at),
        *losses(since, {sender: name for sender, (name, _) in names.items()}),
        *gaps(since, {sender: name for sender, (name, _) in names.items()}, at),
    ]
    return Ledger(rows=tuple(rows), alarms=tuple(alarms))


def _journal(since: date) -> dict[Key, _Told]:
    """Add up what arrived and where it was put, from the journal alone."""
    told: dict[Key, _Told] = defaultdict(_Told)
    for sender, day, arrived, places in fetch(
        """select (body->>'sender')::uuid, (body->>'day')::date, (body->>'rows')::bigint, body->'places'
        from journal_entry where kind = 'intake.rows_parsed' and recorded_at >= %s
            and (body->>'day')::date >= %s""",
        [_from(since), since],
    ):
        told[sender, day].rows += arrived
        told[sender, day].places.update(_json(places))
    for sender, day, left, reached in fetch(
        """select (body->>'sender')::uuid, (body->>'day')::date, body->'from', body->'to'
        from journal_entry where kind in
            ('intake.row_corrected', 'intake.row_rejected', 'intake.rows_moved')
            and recorded_at >= %s and (body->>'day')::date >= %s""",
        [_from(since), since],
    ):
        told[sender, day].places.subtract(_json(left))
        told[sender, day].places.update(_json(reached))
    return told


def _from(since: date) -> datetime:
    # A day of slack: the journal's days are UTC, the ledger's local.
    return first_moment(since) - timedelta(days=1)


def _json(value: str) -> dict[str, int]:
    # Django gives the JSON of a plain query as text.
    found: dict[str, int] = json.loads(value)
    return found


def _places(since: date) -> dict[Key, dict[str, int]]:
    found: dict[Key, dict[str, int]] = defaultdict(dict)
    for sender, day, place, number in fetch(
        """select sender_id, day, place, count(*) from intake_row where day >= %s
        group by sender_id, day, place""",
        [since],
    ):
        found[sender, day][place] = number
    return found


def _messages(since: date) -> dict[Key, tuple[int, int]]:
    rows = fetch(
        """select sender_id, (received_at at time zone %s)::date as day, count(*),
            count(*) filter (where state in ('stored', 'parsing'))
        from intake_message where received_at >= %s group by sender_id, day""",
        [service_zone().key, _from(since) + timedelta(days=1)],
    )
    return {(sender, day): (number, waiting) for sender, day, number, waiting in rows}


def _positives(since: date) -> dict[Key, dict[str, int]]:
    rows = fetch(
        """select r.sender_id, r.day, count(*), count(t.episode_id), count(t.exclusion)
        from intake_row r join tracing_result t on t.id = r.result_id
        where r.day >= %s and r.place in ('accepted', 'corrected') and t.result = 'positive'
        group by r.sender_id, r.day""",
        [since],
    )
    return {
        (sender, day): {"positives": number, "in_episodes": episodes, "excluded": excluded}
        for sender, day, number, episodes, excluded in rows
    }


def _unbalanced(
    told: Mapping[Key, _Told],
    rows: Mapping[tuple[str, date], LedgerRow],
    names: Mapping[UUID, tuple[str, UUID]],
) -> Iterator[Alarm]:
    """Days on which the tables and the journal differ, down to the hour in which the rows arrived."""
    for (sender, day), said in told.items():
        code = names[sender][0]
        found = rows[code, day].places
        expected = {place: said.places.get(place, 0) for place in PLACES}
        if found == expected:
            continue
        missing = sum(expected.values()) - sum(found.values())
        differing = ", ".join(
            f"{found[place]} {place} instead of {expected[place]}"
            for place in PLACES
            if found[place] != expected[place]
        )
        for hour in _hours_of_gap(sender, day) or (None,):
            yield Alarm(
                code="rows_missing" if missing > 0 else "rows_differ",
                sender=code,
                day=day,
                hour=hour,
                sentence=sentence_of(code, day, hour, differing),
            )


def _hours_of_gap(sender: UUID, day: date) -> list[datetime]:
    """The hours in which messages arrived whose rows are not those that the journal counted, the earliest first."""
    rows = fetch(
        """select distinct date_trunc('hour', (e.body->>'received_at')::timestamptz)
        from journal_entry e join journal_subject s on s.entry_id = e.id
        where s.subject_id = %s and e.kind = 'intake.rows_parsed' and (e.body->>'day')::date = %s
            and (e.body->>'rows')::bigint <> (select count(*) from intake_row r
                where r.message_id = (e.body->>'message')::uuid
                    and r.number between (e.body->>'first')::bigint and (e.body->>'last')::bigint)
        order by 1""",
        [sender, day],
    )
    return [hour for (hour,) in rows]


def _waiting(at: datetime) -> Iterator[Alarm]:
    zone = service_zone()
    for code, name, received_at in fetch(
        """select s.code, m.ref::text, m.received_at from intake_message m
        join intake_sender s on s.id = m.sender_id
        where m.state in ('stored', 'parsing') and m.received_at < %s order by m.received_at""",
        [at - LONGEST_WAIT],
    ):
        minutes = int((at - received_at).total_seconds() // 60)
        yield Alarm(
            code="waiting_long",
            sender=code,
            day=received_at.astimezone(zone).date(),
            hour=received_at.replace(minute=0, second=0, microsecond=0),
            sentence=f"{code}: message {name} has been waiting for {minutes} minutes; 15 are allowed. "
            "See whether the worker runs.",
        )
