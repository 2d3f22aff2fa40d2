"""The people of a household in the form that compares with a name that somebody gave."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from throughline.people.models import ContactDetail, Person
from throughline.people.rules.identity import Identity
from throughline.tracing.queries.subjects import age_on


def at_home(household_id: UUID, *, on: date) -> list[tuple[UUID, Identity]]:
    """Return each person of the household and what is known of them."""
    phones: dict[UUID, set[str]] = {}
    for person_id, value in ContactDetail.objects.filter(
        household_id=household_id, kind="phone", wrong_since__isnull=True
    ).values_list("person_id", "value"):
        phones.setdefault(person_id, set()).add(value)
    return [
        (one.id, identity_of(one, frozenset(phones.get(one.id, ())), on=on))
        for one in Person.objects.filter(household_id=household_id).order_by("created_at", "id")
    ]


def identity_of(person: Person, phones: frozenset[str], *, on: date) -> Identity:
    """Return what is known of a person. Without a birth date, their age on that day."""
    age = age_on(person, on)
    return Identity(
        given=person.given_norm,
        family=person.family_norm,
        sound=person.family_phonetic,
        birth_date=person.birth_date,
        age=float(age) if age is not None else None,
        sex=person.sex,
        phones=phones,
    )
