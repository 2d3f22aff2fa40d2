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
from throughline.people.queries import NEIGHBOURS

AT_ONCE = 5000
MESSAGES_AT_ONCE = 100
"""Messages opened in one turn: a list may hold thousands of links, or thousands of messages one each."""

# Whom a sender's number names, as `place_links` finds them: by the person's, else by that of a report.
PERSONS = "select p.person_id from people_identifier p where p.scheme = 'sender:' || s.code and p.value = {number}"
NAMED = f"""({PERSONS} union all
    select t.person_id from intake_report o join tracing_result t on t.id = o.result_id
    where o.sender_id = s.id and o.report_id = {{number}} and o.content_sha <> '' and not exists ({PERSONS}))"""  # noqa: S608 - our own conditions
# Both are known, and whoever was met has a case of it that stands, on whichever of their records.
COMING = f"""from intake_link l join intake_sender s on s.id = l.sender_id
    join intake_quarantined q on q.message_id = l.message_id and q.number = l.number
        and q.state = 'open' and q.reason = any(%s)
    join intake_row r on r.message_id = l.message_id and r.number = l.number
    where l.contact_id is null and l.withdrawn_at is null
        and (l.to_id is null or exists {NAMED.format(number="l.to_id")})
        and exists (with recursive one(person) as (
                select person_id from {NAMED.format(number="l.from_id")} f
            union
                select n.person from one cross join lateral ({NEIGHBOURS.format(person="one.person")}) n(person))
            -- By a look-up each: for a join the planner would read every case there is, for every link.
            select from one cross join lateral (select from tracing_case c
                where c.person_id = one.person and c.disease = l.disease
                    and c.merged_into_id is null and c.outcome <> 'in_error' limit 1) c)"""  # noqa: S608 - our own conditions
ANY = f"select 1 {COMING} limit 1"
COME = f"""select q.id, q.message_id, q.number, r."offset", r.length, q.correction {COMING}
    limit %s for update of q skip locked"""


def take_up_links(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Take in the links whose persons have come since; return how many wait no more. Needs r_match."""
    # Asked before the lock, which every result waits for.
    if not fetch(ANY, [list(WAITS)]):
        return 0
    lock_matching()
    by_message: dict[UUID, list[tuple[Any, ...]]] = defaultdict(list)
    for row in fetch(COME, [list(WAITS), limit]):
        by_message[row[1]].append(row)
    some = sorted(by_message)[:MESSAGES_AT_ONCE]
    messages = Message.objects.select_related("sender").in_bulk(some)
    return sum(_take_up(messages[one], sorted(by_message[one], key=_number), at) for one in some)


def _number(row: tuple[Any, ...]) -> int:
    return int(row[2])


def _take_up(message: Message, rows: Sequence[tuple[Any, ...]], at: datetime) -> int:
    """Take in these links of one message; return how many ended elsewhere than in quarantine."""
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
    taken = take_in_surely(due, at=at)
    places = taken.places[message.id]
    moved = {"from": {"quarantined": len(rows)}, "to": dict(places)}
    record_all([told("intake.rows_moved", message, at, {**moved, "why": "found"})])
    return len(rows) - places["quarantined"]
