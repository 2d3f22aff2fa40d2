"""Whom a household's conversation is about: its open cases, and its open contacts once for each person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from throughline.core.reads import Late, Read
from throughline.people.models import Person
from throughline.tracing.models import Case, Contact

OPEN = "open"
ADULT = 18


_CASES = Read(
    lambda: Case.objects.filter(
        household_id=Late("household"), outcome=OPEN, merged_into__isnull=True
    ).order_by("transferred_at", "id")
)
_CONTACTS = Read(
    lambda: Contact.objects.filter(
        household_id=Late("household"),
        outcome=OPEN,
        became_case__isnull=True,
        merged_into__isnull=True,
    ).order_by("identified_at", "id")
)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One person to be spoken with or about, as a case or as a contact of one or more cases."""

    kind: str  # case | contact
    id: UUID
    ref: UUID
    person_id: UUID
    case: Case | None = None
    contacts: tuple[Contact, ...] = ()


def open_subjects(household_id: UUID) -> list[Subject]:
    """Return the household's open subjects, cases first.

    A person who is a case is spoken with as a case: what they are a contact of follows that.
    """
    cases = _CASES.all(household=household_id)
    found = [
        Subject(kind="case", id=one.id, ref=one.ref, person_id=one.person_id, case=one)
        for one in cases
    ]
    as_cases = {(one.person_id, one.protocol) for one in cases}
    contacts: dict[UUID, list[Contact]] = {}
    for one in _CONTACTS.all(household=household_id):
        if (one.person_id, one.protocol) not in as_cases:
            contacts.setdefault(one.person_id, []).append(one)
    found.extend(contact_subject(rows) for rows in contacts.values())
    return found


def subject_by_id(kind: str, subject_id: UUID) -> Subject | None:
    """Return one subject, whether it is still open or not."""
    if kind == "case":
        case = Case.objects.filter(id=subject_id).first()
        if case is not None:
            return Subject(
                kind="case", id=case.id, ref=case.ref, person_id=case.person_id, case=case
            )
    rows = list(Contact.objects.filter(id=subject_id))
    return contact_subject(rows) if rows else None


def contact_subject(rows: list[Contact]) -> Subject:
    """Return the subject that one person's contact rows make; the first row stands for them."""
    first = rows[0]
    return Subject(
        kind="contact",
        id=first.id,
        ref=first.ref,
        person_id=first.person_id,
        contacts=tuple(rows),
    )


def age_on(person: Person, day: date) -> int | None:
    """Return a person's age in years, as far as it is known."""
    born = person.birth_date
    if born is not None:
        return day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return day.year - person.birth_year if person.birth_year is not None else None


def is_child(person: Person, day: date) -> bool:
    """Say whether a parent or guardian speaks for this person."""
    age = age_on(person, day)
    return age is not None and age < ADULT


def display_name(person: Person) -> str:
    """Return the name as it is said, or what stands for one that nobody gave."""
    return (
        " ".join(one for one in (person.given_name, person.family_name) if one) or "Name not known"
    )
