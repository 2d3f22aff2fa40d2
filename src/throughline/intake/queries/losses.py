"""Rows that point at nothing, or that nothing points at: whatever was deleted behind the service's back, by the hour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from throughline.core.copying import fetch
from throughline.intake.models import CHUNK
from throughline.intake.queries.alarms import Alarm, sentence_of
from throughline.intake.queries.days import first_moment, service_zone

# Each gives messages and how many of their rows are amiss; `m` are the messages of the days asked for.
LOSSES = {
    "result_missing": (
        "an accepted row has no result",
        """select r.message_id, count(*) from intake_row r
        where r.day >= %(day)s and r.place in ('accepted', 'corrected')
            and not exists (select 1 from tracing_result t where t.id = r.result_id)
            and not exists (select 1 from intake_link l
                where l.message_id = r.message_id and l.number = r.number and l.contact_id is not null)
        group by 1""",
    ),
    "contact_missing": (
        "an accepted link has no contact",
        """select r.message_id, count(*) from intake_row r
        join intake_link l on l.message_id = r.message_id and l.number = r.number
        where r.day >= %(day)s and r.place = 'accepted'
            and not exists (select 1 from tracing_contact k join tracing_exposure e on e.contact_id = k.id
                where k.id = l.contact_id and e.id = l.exposure_id)
        group by 1""",
    ),
    "case_missing": (
        "a positive's episode has no case",
        """select r.message_id, count(*) from intake_row r
        join tracing_result t on t.id = r.result_id and t.episode_id is not null
        where r.day >= %(day)s and t.superseded_by_id is null
            and not exists (select 1 from tracing_case c where c.episode_id = t.episode_id)
        group by 1""",
    ),
    "quarantine_missing": (
        "a quarantined row is not on the list",
        """select r.message_id, count(*) from intake_row r
        where r.day >= %(day)s and r.place = 'quarantined' and not exists (
            select 1 from intake_quarantined q
            where q.message_id = r.message_id and q.number = r.number and q.state = 'open')
        group by 1""",
    ),
    "report_missing": (
        "an accepted report is not known by its number",
        """select r.message_id, count(*) from intake_row r
        where r.day >= %(day)s and r.place in ('accepted', 'corrected') and r.result_id is not null
            and not exists (select 1 from intake_report p
            where p.sender_id = r.sender_id and p.report_id = r.report_id)
        group by 1""",
    ),
    "row_missing": (
        "a result has no row in the ledger",
        """select t.message_id, count(*) from tracing_result t
        where exists (select 1 from intake_message m
                where m.id = t.message_id and m.received_at >= %(from)s)
            and not exists (select 1 from intake_row r
                where r.message_id = t.message_id and r.number = t.row_number)
        group by 1""",
    ),
    "bytes_missing": (
        "a part of a message's bytes is gone",
        """select m.id, (m.size + %(chunk)s - 1) / %(chunk)s - count(c.number)
        from intake_message m left join intake_chunk c on c.message_id = m.id
        where m.received_at >= %(from)s and m.purged_at is null
        group by m.id having count(c.number) <> (m.size + %(chunk)s - 1) / %(chunk)s""",
    ),
}


def losses(since: date, names: Mapping[UUID, str]) -> Iterator[Alarm]:
    """Yield an alarm for each sender and hour of arrival with a loss."""
    given = {
        "day": since,
        "from": first_moment(since),
        "zone": service_zone().key,
        "chunk": CHUNK,
    }
    for code, (what, query) in LOSSES.items():
        found = fetch(
            f"""select m.sender_id, (m.received_at at time zone %(zone)s)::date,
                date_trunc('hour', m.received_at), sum(f.number)
            from ({query}) as f(message_id, number) join intake_message m on m.id = f.message_id
            group by 1, 2, 3 order by 3, 1""",  # noqa: S608 - the queries above
            given,
        )
        for sender, day, hour, number in found:
            name = names[sender]
            sentence = sentence_of(name, day, hour, f"{what} ({number})")
            yield Alarm(code=code, sender=name, day=day, hour=hour, sentence=sentence)
    for sender, day, hour, told, stored in _messages_gone(given):
        name = names[sender]
        sentence = f"{name}, {day}: {told} messages arrived in the hour from {hour:%H:%M} UTC and {stored} are stored."
        yield Alarm(code="message_missing", sender=name, day=day, hour=hour, sentence=sentence)


def _messages_gone(given: Mapping[str, object]) -> list[tuple[UUID, date, datetime, int, int]]:
    return fetch(
        """select i.id, (e.at at time zone %(zone)s)::date, date_trunc('hour', e.at), count(*), count(k.there)
        from journal_entry e join journal_subject s on s.entry_id = e.id
        join intake_sender i on i.id = s.subject_id
        left join lateral (select true as there from journal_subject x
            join intake_message m on m.id = x.subject_id where x.entry_id = e.id limit 1) k on true
        where e.kind = 'intake.message_stored' and e.at >= %(from)s
        group by 1, 2, 3 having count(*) <> count(k.there) order by 3, 1""",
        given,
    )
