"""What persons joined to one are contacts of: one row for each case, one conversation; and as it was before.

Nothing is thrown away. What is counted twice is closed and points at the row that stays; what is still to
be told goes to the household of the record that others point at, and remembers the link that took it there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import F

from throughline.people.models import ContactDetail, Person, PersonLink
from throughline.tracing.models import Case, CaseShare, Contact, Exposure, Holding
from throughline.tracing.queries.subjects import OPEN

MERGED, NOT_REACHED = "merged", "not_reached"
JOINED = "joined"


def links_to(older: Person) -> list[PersonLink]:
    """Return the links in force that point at this record, in the order in which they were made."""
    found = PersonLink.objects.filter(to_person=older, undone_at__isnull=True)
    return list(found.select_related("from_person").order_by("at", "id"))


def gather(older: Person, links: Sequence[PersonLink], *, at: datetime) -> list[UUID]:
    """Bring what the linked records are contacts of to the older one; return the rows changed."""
    group = [older, *(link.from_person for link in links)]
    changed = _follow_cases(group)
    for link in links:
        _lend_numbers(link.from_person, older, at=at)
        changed += _merge(link.from_person, older, at=at)
        changed += _move(link, older)
    return changed


def scatter(older: Person, links: Sequence[PersonLink], *, at: datetime) -> None:
    """Give every linked record back what `gather` took: call it before a link is closed."""
    persons = [older.id, *(link.from_person_id for link in links)]
    for link in links:
        moved = list(Contact.objects.filter(moved_by_id=link.id))
        _place(moved, link.from_person, link=None)
    rows = Contact.objects.select_for_update(of=("self",)).filter(person_id__in=persons)
    for contact in rows.filter(merged_into__isnull=False):
        _part(contact, at=at)
    rows.filter(became_case__person_id__in=persons).exclude(
        became_case__person_id=F("person_id")
    ).update(became_case=None)


def take_numbers_back(newer: Person, older: Person, *, at: datetime) -> None:
    """Ring the older record no more on a number that only the other one gave."""
    ContactDetail.objects.filter(
        person=older,
        source=JOINED,
        wrong_since__isnull=True,
        endpoint_id__in=ContactDetail.objects.filter(person=newer).values("endpoint_id"),
    ).update(wrong_since=at)


def _follow_cases(group: Sequence[Person]) -> list[UUID]:
    """What one record is a contact of follows another's open case: one person, one conversation."""
    found: list[UUID] = []
    for case in Case.objects.filter(person__in=group, outcome=OPEN, merged_into__isnull=True):
        rows = Contact.objects.filter(
            person__in=group, protocol=case.protocol, outcome=OPEN, became_case__isnull=True
        ).exclude(person_id=case.person_id)
        found += list(rows.values_list("id", flat=True))
        rows.update(became_case=case)
    return found


def _merge(newer: Person, older: Person, *, at: datetime) -> list[UUID]:
    """Where both are contacts of one case, one row stays: the one that was told, else the older record's."""
    staying = {
        one.case_id: one for one in Contact.objects.filter(person=older, merged_into__isnull=True)
    }
    spare = []
    for one in Contact.objects.filter(person=newer, merged_into__isnull=True).order_by("id"):
        other = staying.get(one.case_id)
        if other is None:
            continue
        gone, stays = (other, one) if _told_alone(one, other) else (one, other)
        gone.merged_into = stays
        if gone.outcome == OPEN:
            gone.outcome, gone.closed_at = NOT_REACHED, at
            Holding.objects.filter(subject_id=gone.id, ended_at__isnull=True).update(
                ended_at=at, end=MERGED
            )
        gone.revision += 1
        gone.save(update_fields=["merged_into", "outcome", "closed_at", "revision"])
        spare.append(gone.id)
    return spare


def _told_alone(one: Contact, other: Contact) -> bool:
    return one.outcome == "reached" and other.outcome == OPEN


def _part(contact: Contact, *, at: datetime) -> None:
    """Let a merged row stand alone; one that only the join had closed goes on, and is answered for again."""
    contact.merged_into = None
    ended = Holding.objects.filter(
        subject_id=contact.id, end=MERGED, ended_at=contact.closed_at
    ).first()
    if contact.outcome != OPEN and ended is not None:
        contact.outcome, contact.closed_at = OPEN, None
        Holding.objects.create(
            subject="contact",
            subject_id=contact.id,
            household_id=contact.household_id,
            managed_by=contact.managed_by,
            offered_at=at,
            reason="unjoined",
        )
    contact.revision += 1
    contact.save(update_fields=["merged_into", "outcome", "closed_at", "revision"])


def _move(link: PersonLink, older: Person) -> list[UUID]:
    moved = list(
        Contact.objects.filter(
            person=link.from_person,
            outcome=OPEN,
            became_case__isnull=True,
            merged_into__isnull=True,
        )
    )
    _place(moved, older, link=link.id)
    return [one.id for one in moved]


def _place(contacts: Iterable[Contact], person: Person, *, link: UUID | None) -> None:
    """Put contacts with a person and their household: what is to be told, who answers, who may see it."""
    by_id = {one.id: one for one in contacts}
    if not by_id:
        return
    former = {one.household_id for one in by_id.values()}
    Contact.objects.filter(id__in=by_id).update(
        person=person,
        household_id=person.household_id,
        moved_by_id=link,
        revision=F("revision") + 1,
    )
    Exposure.objects.filter(contact_id__in=by_id).update(household_id=person.household_id)
    Holding.objects.filter(subject_id__in=by_id, ended_at__isnull=True).update(
        household_id=person.household_id
    )
    shares = CaseShare.objects.filter(
        case_id__in={one.case_id for one in by_id.values()},
        household_id__in=former,
        until_at__isnull=True,
    )
    CaseShare.objects.bulk_create(
        (
            CaseShare(
                case_id=one.case_id,
                household_id=person.household_id,
                team_id=one.team_id,
                why=one.why,
                from_at=one.from_at,
            )
            for one in shares
        ),
        ignore_conflicts=True,
    )


def _lend_numbers(newer: Person, older: Person, *, at: datetime) -> None:
    """Let the surviving conversation ring the numbers of either record."""
    given = ContactDetail.objects.filter(person=newer, wrong_since__isnull=True)
    endpoints = given.values("endpoint_id")
    ContactDetail.objects.filter(person=older, source=JOINED, endpoint_id__in=endpoints).update(
        wrong_since=None
    )
    ContactDetail.objects.bulk_create(
        (
            ContactDetail(
                person=older,
                household_id=older.household_id,
                kind=one.kind,
                value=one.value,
                endpoint_id=one.endpoint_id,
                source=JOINED,
                since=at,
            )
            for one in given
        ),
        ignore_conflicts=True,
    )
