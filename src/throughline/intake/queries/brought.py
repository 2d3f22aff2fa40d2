"""What a load told of persons beside their names: telephones, addresses and numbers that it alone brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from throughline.core.copying import fetch
from throughline.intake.models import Message

# Whoever spoke of a person since may have said the same again, which nobody notes; so all of it stays then.
# Ids tell the order in which rows were written.
BROUGHT = """with message as (
        select m.id, m.received_at, 'intake:' || s.code as source
        from intake_message m join intake_sender s on s.id = m.sender_id where m.id = %(message)s),
    told as (
        select person_id, min(number) as number from (
            select t.person_id, r.number from intake_row r
            join tracing_result t on t.id = r.result_id and t.message_id = r.message_id
            where r.message_id = %(message)s and r.number = any(%(numbers)s)
            union all select k.person_id, l.number from intake_link l
            join tracing_contact k on k.id = l.contact_id
            where l.message_id = %(message)s and l.number = any(%(numbers)s) and l.withdrawn_at is not null) rows
        group by person_id),
    things as (
        select d.kind as what, d.id, d.person_id, d.wrong_since is not null as is_wrong
        from people_contact_detail d, message m where d.id > m.id and d.source = m.source
            and d.person_id in (select person_id from told)
        union all select 'address', r.id, r.person_id, false
        from people_residence r, message m where r.id > m.id and r.source = m.source
            and r.person_id in (select person_id from told)
        union all select 'number', i.id, i.person_id, false
        from people_identifier i, message m where i.id > m.id
            and i.person_id in (select person_id from told))
    select g.what, g.id, g.person_id, t.number, case
        when exists (select from people_person_link l
            where l.from_person_id = p.id or l.to_person_id = p.id) then 'joined'
        when exists (select from tracing_result o join intake_message w on w.id = o.message_id
            where o.person_id = p.id and o.superseded_by_id is null and o.exclusion is distinct from 'withdrawn'
                and (w.id = m.id or w.parsed_at is null or w.parsed_at >= m.received_at)) then 'spoken'
        when exists (select from tracing_contact c where c.person_id = p.id and c.identified_at >= m.received_at
            and (c.outcome <> 'in_error' or exists (select from tracing_exposure e
                where e.contact_id = c.id and e.withdrawn_at is null))) then 'spoken'
        when g.is_wrong or exists (select from calling_attempt a
            where a.household_id = p.household_id and a.started_at >= m.received_at) then 'called'
        when g.what = 'number' and p.given_name = '' and p.family_name = '' and p.birth_date is null then 'found'
    end as why
    from things g join told t on t.person_id = g.person_id join people_person p on p.id = g.person_id, message m
    order by t.number, g.what, g.id"""

WHAT = {
    "phone": "Telephone number",
    "email": "E-mail address",
    "address": "Address",
    "number": "Number by which the person is known",
}
WHY = {
    "joined": "The person's record was joined with another.",
    "spoken": "Somebody has spoken of the person since, and may have said the same.",
    "called": "Somebody was called, or tried, in the household since.",
    "found": "By it the same person is found again when they are told of rightly.",
}
MOST = 500


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A telephone, an e-mail, an address or a number that a row brought; `why` it stays, or nothing."""

    id: UUID
    what: str
    person_id: UUID
    number: int
    why: str | None

    @property
    def sentence(self) -> str:
        """Return what it is and why it stays, without its value."""
        return f"{WHAT[self.what]}: {WHY[self.why]}" if self.why else WHAT[self.what]


def brought(message: UUID, numbers: Sequence[int]) -> list[Thing]:
    """Return what these rows of a load, which are withdrawn, brought of persons. Needs r_match or r_authority."""
    return [
        Thing(what=what, id=id_, person_id=person, number=number, why=why)
        for what, id_, person, number, why in fetch(
            BROUGHT, {"message": message, "numbers": list(numbers)}
        )
    ]


def things_of(message: UUID) -> int:
    """Count what a load brought of persons and is there still. Needs r_match."""
    rows = fetch("select number from intake_row where message_id = %s", [message])
    return len(brought(message, [number for (number,) in rows]))


def left_of(message_ref: UUID) -> tuple[Thing, ...]:
    """Return what of persons stays of a load that was undone, by row; 500 at most. Needs r_match or r_authority."""
    message = Message.objects.filter(ref=message_ref).values_list("id", flat=True).first()
    if message is None:
        return ()
    numbers = fetch(
        "select number from intake_row where message_id = %s and place = 'rejected'", [message]
    )
    found = brought(message, [number for (number,) in numbers])
    return tuple(found[:MOST])
