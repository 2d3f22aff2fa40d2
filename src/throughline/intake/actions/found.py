"""Links that waited for whom they name: taken up by themselves once those have come, in any order of arrival."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from throughline.core.copying import fetch, run
from throughline.intake.actions.linking import WAITS
from throughline.intake.actions.taking import Due, take_in_surely
from throughline.intake.actions.telling import told
from throughline.intake.models import Message
from throughline.intake.parsing import Row
from throughline.intake.queries.days import day_received
from throughline.intake.reading import as_read, open_message, read_mended, rows_again
from throughline.intake.rules.rows import Said
from throughline.journal.actions import record_all
from throughline.people.actions import lock_matching

AT_ONCE = 5000

WAITING = "select 1 from intake_link where contact_id is null and withdrawn_at is null limit 1"
# Whom a sender's number names, as `place_links` finds them: by the person's, else by that of a report.
NAMED = """(select p.person_id from people_identifier p
        where p.scheme = 'sender:' || s.code and p.value = {number}
    union all select t.person_id from intake_report o join tracing_result t on t.id = o.result_id
        where o.sender_id = s.id and o.report_id = {number} and o.content_sha <> '')"""
# Both are known, and whoever was met has a case of it that stands.
COME = f"""select q.id, q.message_id, q.number, r."offset", r.length, q.correction
    from intake_link l join intake_sender s on s.id = l.sender_id
    join intake_quarantined q on q.message_id = l.message_id and q.number = l.number
        and q.state = 'open' and q.reason = any(%s)
    join intake_row r on r.message_id = l.message_id and r.number = l.number
    where l.contact_id is null and l.withdrawn_at is null
        and (l.to_id is null or exists {NAMED.format(number="l.to_id")})
        and exists (select from {NAMED.format(number="l.from_id")} f join tracing_case c
            on c.person_id = f.person_id or c.person_id in (select p.to_person_id from people_person_link p
                where p.from_person_id = f.person_id and p.undone_at is null)
            where c.disease = l.disease and c.merged_into_id is null and c.outcome <> 'in_error')
    order by q.message_id, q.number limit %s for update of q skip locked"""  # noqa: S608 - our own conditions


def take_up_links(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Take in the links whose persons have come since, and return how many. Needs r_match."""
    if not fetch(WAITING):
        return 0
    lock_matching()
    rows = fetch(COME, [list(WAITS), limit])
    by_message: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        by_message[row[1]].append(row)
    messages = Message.objects.select_related("sender").in_bulk(list(by_message))
    for message_id, some in by_message.items():
        _take_up(messages[message_id], some, at)
    return len(rows)


def _take_up(message: Message, rows: Sequence[tuple[Any, ...]], at: datetime) -> None:
    opened = open_message(message)
    asked = [(number, offset, length) for _, _, number, offset, length, _ in rows]
    said: dict[int, Said] = rows_again(message, opened, asked)
    day, due = day_received(message), []
    for _, _, number, offset, length, correction in rows:
        what = read_mended(message, correction) if correction else said[number]
        place = Row(number, 0, 1, offset, length, None)
        due.append(Due(message, day, as_read(place, what, message.sender.code)))
    numbers = [number for number, _, _ in asked]
    run(
        """update intake_quarantined set state = 'found', decided_at = %s, decided_by = null,
            taken_up_at = %s, revision = revision + 1 where message_id = %s and number = any(%s)""",
        [at, at, message.id, numbers],
    )
    run(
        "update intake_row set place = 'waiting' where message_id = %s and number = any(%s)",
        [message.id, numbers],
    )
    taken = take_in_surely(message.sender, due, at=at)
    moved = {"from": {"quarantined": len(rows)}, "to": dict(taken.places[message.id])}
    record_all([told("intake.rows_moved", message, at, {**moved, "why": "found"})])
