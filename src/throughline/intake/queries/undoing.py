"""What of a load others have built on, so that to undo it would tear something of theirs away."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughline.core.copying import fetch

WHY = {
    "corrects": "It corrected an earlier report, which stands back for it: send a correction of it.",
    "corrected": "A later report corrected it, and stands for it now.",
    "joined": "Its illness was joined with another: part them first, on the page of questions.",
    "later": "A later result joined the case that it opened.",
    "called": "Somebody was called, or tried, about the case that it opened.",
    "talked": "A conversation about the case that it opened has begun.",
    "named": "The case that it opened named contacts.",
    "worked": "A team has taken the case that it opened, or it is in somebody's hands.",
    "rung": "Somebody was called, or tried, about the contact that it tells of.",
    "spoken": "A conversation with the contact that it tells of has begun.",
    "taken": "A team has taken the contact that it tells of, or they are in somebody's hands.",
}

# A result that only joined a case that was there before is withdrawn whatever became of that case.
BUILT_ON = """select r.number, case
        when r.place = 'corrected' then 'corrects'
        when t.superseded_by_id is not null then 'corrected'
        when exists (select from tracing_episode e where e.merged_into_id = t.episode_id
            or (e.id = t.episode_id and e.merged_into_id is not null)) then 'joined'
        when opener.message_id is distinct from r.message_id then null
        when exists (select from tracing_result other where other.episode_id = t.episode_id
            and other.message_id <> r.message_id and other.superseded_by_id is null) then 'later'
        when c.first_attempt_at is not null or exists (select from calling_attempt a
            where a.household_id = c.household_id and a.started_at >= c.transferred_at) then 'called'
        when exists (select from tracing_interview i where i.subject_id = c.id) then 'talked'
        when exists (select from tracing_named_contact n where n.case_id = c.id)
            or exists (select from tracing_contact k
                where (k.case_id = c.id or k.became_case_id = c.id) and k.outcome <> 'in_error')
            then 'named'
        when c.reached_at is not null or exists (select from tracing_holding h
                where h.subject_id = c.id and h.accepted_at is not null)
            or exists (select from calling_work_item w
                where w.household_id = c.household_id and w.state = 'leased') then 'worked'
    end as why
    from intake_row r join tracing_result t on t.id = r.result_id
    left join tracing_case c on c.episode_id = t.episode_id
    left join tracing_result opener on opener.id = c.result_id
    where r.message_id = %s and r.number > %s and r.number <= %s and r.place in ('accepted', 'corrected')"""
# A meeting that only adds to those of a contact who was one before is taken back whatever became of them.
LINK_BUILT_ON = """select l.number, case
        when exists (select from tracing_exposure e where e.contact_id = k.id and e.withdrawn_at is null
            and e.id not in (select m.exposure_id from intake_link m
                where m.message_id = l.message_id and m.exposure_id is not null)) then null
        when k.merged_into_id is not null then 'joined'
        when k.first_attempt_at is not null or exists (select from calling_attempt a
            where a.household_id = k.household_id and a.started_at >= k.identified_at) then 'rung'
        when exists (select from tracing_interview i where i.subject_id = k.id) then 'spoken'
        when exists (select from tracing_holding h
                where h.subject_id = k.id and h.accepted_at is not null)
            or exists (select from calling_work_item w
                where w.household_id = k.household_id and w.state = 'leased') then 'taken'
    end as why
    from intake_link l join tracing_contact k on k.id = l.contact_id
    where l.message_id = %s and l.number > %s and l.number <= %s and l.withdrawn_at is null"""
LAST = 2**62
MOST = 500


# What stands withdrawn of what a load brought, by name.
FOLLOWS = """with persons as (
        select person_id as id from tracing_result where message_id = %(message)s
        union select k.person_id from intake_link l join tracing_contact k on k.id = l.contact_id
            where l.message_id = %(message)s)
    select (select count(*) from tracing_case c join tracing_result t on t.id = c.result_id
            where t.message_id = %(message)s and c.outcome = 'in_error') as cases,
        (select count(distinct k.id) from intake_link l join tracing_contact k on k.id = l.contact_id
            where l.message_id = %(message)s and k.outcome = 'in_error') as contacts,
        (select count(*) from people_person p where p.id in (select id from persons)
            and p.given_name = '' and p.family_name = '' and p.birth_date is null) as persons"""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A row that stays when its load is undone, and why."""

    number: int
    why: str

    @property
    def sentence(self) -> str:
        """Return the reason for a reader."""
        return WHY[self.why]


@dataclass(frozen=True, kw_only=True)
class Undoing:
    """How many rows of a load can be withdrawn, and those that stay; the first 500 of them in full."""

    withdrawn: int
    standing: tuple[Standing, ...]
    left: int


def built_on(message: UUID, *, after: int, until: int) -> dict[int, str]:
    """Return the rows of a stretch that others have built on, by number, with a code of `WHY`."""
    found = fetch(BUILT_ON, [message, after, until]) + fetch(LINK_BUILT_ON, [message, after, until])
    return {number: why for number, why in found if why is not None}


def follows(message: UUID) -> dict[str, int]:
    """Return how many cases, contacts and persons of a load are closed as in error or blank. Needs r_match."""
    ((cases, contacts, persons),) = fetch(FOLLOWS, {"message": message})
    return {"cases": cases, "contacts": contacts, "persons": persons}


def undoing(message_ref: UUID) -> Undoing:
    """Return what undoing a load would do, or has left. Needs r_authority or r_match."""
    ((message, rows),) = fetch(
        """select m.id, (select count(*) from intake_row r where r.message_id = m.id and r.place <> 'rejected')
        from intake_message m where m.ref = %s""",
        [message_ref],
    )
    found = built_on(message, after=0, until=LAST)
    return Undoing(
        withdrawn=rows - len(found),
        standing=tuple(Standing(number=n, why=found[n]) for n in sorted(found)[:MOST]),
        left=len(found),
    )
