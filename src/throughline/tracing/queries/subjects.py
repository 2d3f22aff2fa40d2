"""Whom a household's conversation is about: its open cases, and its open contacts once for each person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from throughline.core.reads import Late, Read
from throughline.people.models import Person
from throughline.tracing.models import Case, Contact

OPEN = "open"
OWED = "owed"
RETRACTION = "retraction"
ADULT = 18

# In conversation: what is open, and what was told and is to be taken back.
TO_BE_SPOKEN_OF = Q(outcome=OPEN) | Q(retraction=OWED)

_CASES = Read(
    lambda: Case.objects.filter(
        TO_BE_SPOKEN_OF, household_id=Late("household"), merged_into__isnull=True
    ).order_by("transferred_at", "id")
)
_CONTACTS = Read(
    lambda: Contact.objects.filter(
        TO_BE_SPOKEN_OF,
        household_id=Late("household"),
        became_case__isnull=True,
        merged_into__isnull=True,
    ).order_by("identified_at", "id")
)


@dataclass(frozen=True, kw_only=True)
class Subject:
    """One person to be spoken with or about: as a case, as a contact of one or more cases, or as either to take it back."""

    kind: str  # case | contact | retraction
    id: UUID
    ref: UUID
    person_id: UUID
    case: Case | None = None
    contacts: tuple[Contact, ...] = ()

    @property
    def called_as(self) -> str:
        """What a call to them is an attempt at: the case or the contact, whatever is to be said."""
        return "contact" if self.case is None else "case"

    @property
    def row(self) -> Case | Contact:
        """The row that stands for them."""
        return self.case or self.contacts[0]


def open_subjects(household_id: UUID) -> list[Subject]:
    """Return the household's open subjects, cases first, and last those to whom something is taken back.

    A person who is a case is spoken with as a case: what they are a contact of follows that.
    """
    every_case = _CASES.all(household=household_id)
    every_contact = _CONTACTS.all(household=household_id)
    cases = [one for one in every_case if one.outcome == OPEN]
    found = [case_subject(one) for one in cases]
    as_cases = {(one.person_id, one.protocol) for one in cases}
    contacts: dict[UUID, list[Contact]] = {}
    for one in every_contact:
        if one.outcome == OPEN and (one.person_id, one.protocol) not in as_cases:
            contacts.setdefault(one.person_id, []).append(one)
    found.extend(contact_subject(rows) for rows in contacts.values())
    found.extend(_taken_back(every_case, every_contact))
    return found


def _taken_back(cases: Iterable[Case], contacts: Iterable[Contact]) -> list[Subject]:
    """Once for each person: who was told as a case is told back as that."""
    found: dict[UUID, Subject] = {}
    for case in cases:
        if case.retraction == OWED:
            found.setdefault(case.person_id, case_subject(case, RETRACTION))
    owed: dict[UUID, list[Contact]] = {}
    for one in contacts:
        if one.retraction == OWED:
            owed.setdefault(one.person_id, []).append(one)
    for person, rows in owed.items():
        found.setdefault(person, contact_subject(rows, RETRACTION))
    return list(found.values())


def subject_by_id(kind: str, subject_id: UUID) -> Subject | None:
    """Return one subject, whether it is still open or not."""
    if kind != "contact":
        case = Case.objects.filter(id=subject_id).first()
        if case is not None:
            return case_subject(case, kind)
    rows = list(Contact.objects.filter(id=subject_id))
    return contact_subject(rows, "contact" if kind == "case" else kind) if rows else None


def case_subject(case: Case, kind: str = "case") -> Subject:
    """Return the subject that a case makes."""
    return Subject(kind=kind, id=case.id, ref=case.ref, person_id=case.person_id, case=case)


def contact_subject(rows: list[Contact], kind: str = "contact") -> Subject:
    """Return the subject that one person's contact rows make; the first row stands for them."""
    first = rows[0]
    return Subject(
        kind=kind,
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
