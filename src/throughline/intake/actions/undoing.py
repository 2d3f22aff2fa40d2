"""Undoing a whole load: what it alone brought is withdrawn; rows that others have built on are left.

Results stay as withdrawn, rows as rejected, and the file's bytes for ever; what is deleted are telephones, addresses and
numbers that it alone told of persons, so that nobody is rung or found by them. A person asks, and
the worker does it in batches, each one transaction, from where the last one ended.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughline.core.copying import fetch, run
from throughline.core.errors import NotFound
from throughline.intake.errors import NotUndone, ReasonNeeded
from throughline.intake.models import Message
from throughline.intake.queries.brought import brought
from throughline.intake.queries.days import day_received
from throughline.intake.queries.undoing import built_on
from throughline.journal.actions import Act, record, record_all
from throughline.people.actions import lock_matching, take_back, unsay
from throughline.tracing.actions.withdrawing import withdraw_links, withdraw_results

ROWS_A_BATCH = 5000
TOLD_OF = """(c.outcome <> 'in_error' or exists (select from tracing_exposure e
    where e.contact_id = c.id and e.withdrawn_at is null))"""
"""A contact of whom anybody still says that they were one."""
LEFT_AS_THEY_ARE = ("corrected", "rejected")


@transaction.atomic
def ask_to_undo(*, message_ref: UUID, reason: str, by: UUID, at: datetime) -> None:
    """Have the worker undo a load that was read to its end. Needs r_authority or r_match."""
    if not reason.strip():
        raise ReasonNeeded("A load is undone for a reason: write why in a few words.")
    message = Message.objects.select_for_update().filter(ref=message_ref).first()
    if message is None:
        raise NotFound
    if message.state != "parsed":
        raise NotUndone(NOT_UNDONE.get(message.state, "Nothing of this file was taken in."))
    message.state, message.position, message.undone_by = "undoing", None, by
    message.remark = f"{message.remark} Undone: {reason.strip()[:500]}".strip()
    message.save(update_fields=["state", "position", "undone_by", "remark"])
    record("intake.undo_asked", at=at, by=by, subjects=[message.id, message.sender_id])


NOT_UNDONE = {
    "stored": "The file waits to be read: undo it when its rows are in.",
    "parsing": "The file is being read: undo it when it is read to its end.",
    "undoing": "The load is being undone.",
    "undone": "The load was undone before; the rows listed are those that others have built on.",
}


def undo_next(*, at: datetime, message_id: UUID | None = None, limit: int = ROWS_A_BATCH) -> int:
    """Undo a batch of the rows of a load that is to be undone; return 0 when nothing is due. Needs r_match."""
    waiting = Message.objects.filter(state="undoing")
    if message_id is not None:
        waiting = waiting.filter(id=message_id)
    message = (
        waiting.select_for_update(skip_locked=True, of=("self",)).order_by("received_at").first()
    )
    if message is None:
        return 0
    lock_matching()
    after = (message.position or {}).get("undone", 0)
    rows = fetch(
        """select number, place, result_id from intake_row
        where message_id = %s and number > %s order by number limit %s""",
        [message.id, after, limit],
    )
    last = rows[-1][0] if rows else after
    kept = built_on(message.id, after=after, until=last)
    undone = [row for row in rows if row[1] not in LEFT_AS_THEY_ARE and row[0] not in kept]
    _withdraw(message, undone, at)
    message.position = {"undone": last}
    if len(rows) < limit:
        message.state = "undone"
        # The same file may come again, read in another way.
        message.message_id = f"{message.message_id} (undone, {message.ref})"
    message.save(update_fields=["position", "state", "message_id"])
    return max(1, len(rows))


def _withdraw(message: Message, rows: Sequence[tuple[int, str, UUID | None]], at: datetime) -> None:
    if not rows:
        return
    numbers = [number for number, _, _ in rows]
    results = [result for _, place, result in rows if place == "accepted"]
    withdraw_results([result for result in results if result is not None], at=at)
    linked = _take_back_links(message, numbers, at)
    alone = _spoken_of_alone(message, results) + _named_alone(message, linked)
    unsay(alone, by=message.undone_by, at=at)
    _take_back_details(message, numbers, at)
    # Its number is free again: the same report may come with the same file, read in another way.
    run(
        """update intake_report set content_sha = '', earlier = '{}'
        where sender_id = %s and result_id = any(%s)
            and report_id in (select report_id from intake_row where message_id = %s and number = any(%s))""",
        [message.sender_id, results, message.id, numbers],
    )
    run(
        """update intake_quarantined set state = 'rejected', decided_by = %s, decided_at = %s,
            reject_reason = %s, revision = revision + 1
        where message_id = %s and number = any(%s)
            and (state = 'open' or (state = 'corrected' and taken_up_at is null))""",
        [message.undone_by, at, message.remark, message.id, numbers],
    )
    run(
        "update intake_row set place = 'rejected' where message_id = %s and number = any(%s)",
        [message.id, numbers],
    )
    body = {
        "message": message.id,
        "sender": message.sender_id,
        "day": day_received(message).isoformat(),
        "from": dict(Counter(place for _, place, _ in rows)),
        "to": {"rejected": len(rows)},
        "why": "undone",
    }
    subjects = [message.id, message.sender_id]
    record_all(
        [Act(kind="intake.rows_moved", at=at, by=message.undone_by, subjects=subjects, body=body)]
    )


def _take_back_details(message: Message, numbers: Sequence[int], at: datetime) -> None:
    """Take back the telephones, addresses and numbers that these rows alone brought and nobody has built on."""
    gone = [thing for thing in brought(message.id, numbers) if thing.why is None]
    told: dict[str, list[UUID]] = defaultdict(list)
    for thing in gone:
        told[thing.what].append(thing.id)
    persons = list(dict.fromkeys(thing.person_id for thing in gone))
    take_back(told, of=persons, by=message.undone_by, at=at)


def _take_back_links(message: Message, numbers: Sequence[int], at: datetime) -> list[UUID]:
    """Take back the links among these rows, also those that wait; return the contacts they had made."""
    rows = fetch(
        """update intake_link set withdrawn_at = %s
        where message_id = %s and number = any(%s) and withdrawn_at is null
        returning contact_id, exposure_id""",
        [at, message.id, list(numbers)],
    )
    withdraw_links([exposure for _, exposure in rows if exposure is not None], at=at)
    return [contact for contact, _ in rows if contact is not None]


def _named_alone(message: Message, contacts: Sequence[UUID]) -> list[UUID]:
    """The persons whom a link of this load added, and of whom nobody else has told."""
    rows = fetch(
        f"""select distinct p.id from tracing_contact t join people_person p on p.id = t.person_id
        where t.id = any(%s) and p.source = %s and p.created_at >= %s
            and not exists (select from tracing_result o where o.person_id = p.id)
            and not exists (select from tracing_contact c where c.person_id = p.id and {TOLD_OF})
            and not exists (select from people_person_link l
                where l.from_person_id = p.id or l.to_person_id = p.id)""",  # noqa: S608 - our own condition
        [list(contacts), f"intake:{message.sender.code}", message.received_at],
    )
    return [person for (person,) in rows]


def _spoken_of_alone(message: Message, results: Sequence[UUID | None]) -> list[UUID]:
    """The persons of whom nobody has said anything but this sender, since the load came, in these results."""
    rows = fetch(
        f"""select distinct p.id from tracing_result t join people_person p on p.id = t.person_id
        where t.id = any(%s) and p.source = %s and p.created_at >= %s
            and not exists (select from tracing_result o where o.person_id = p.id
                and o.superseded_by_id is null and o.exclusion is distinct from 'withdrawn')
            and not exists (select from tracing_contact c where c.person_id = p.id and {TOLD_OF})
            and not exists (select from people_person_link l
                where l.from_person_id = p.id or l.to_person_id = p.id)""",  # noqa: S608 - our own condition
        [list(results), f"intake:{message.sender.code}", message.received_at],
    )
    return [person for (person,) in rows]
