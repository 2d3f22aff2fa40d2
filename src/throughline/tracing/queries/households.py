"""A household as one act or one page reads it: each table once, and only if it is asked for."""

from __future__ import annotations

from functools import cached_property
from uuid import UUID

from throughline.core.reads import Late, Read
from throughline.core.remembering import remembered
from throughline.people.models import ContactDetail, Person, Residence
from throughline.tracing.queries.subjects import Subject, open_subjects

_MEMBERS = Read(
    lambda: Person.objects.filter(household_id=Late("household")).order_by("created_at", "id")
)
_PHONES = Read(
    lambda: ContactDetail.objects.filter(household_id=Late("household"), kind="phone").order_by(
        "since", "id"
    )
)
_HOMES = Read(
    lambda: (
        Residence.objects.filter(person__household_id=Late("household"))
        .select_related("address")
        .order_by("kind", "-id")
    )
)


class Household:
    """The people of a household, how to reach them, and whom its conversation is about."""

    def __init__(self, household_id: UUID) -> None:
        """Read nothing yet."""
        self.id = household_id

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Whom there is still to be spoken with, cases first."""
        return tuple(open_subjects(self.id))

    @cached_property
    def members(self) -> dict[UUID, Person]:
        """Who lives there, in the order in which they became known."""
        return {one.id: one for one in _MEMBERS.all(household=self.id)}

    @cached_property
    def phones(self) -> tuple[ContactDetail, ...]:
        """Every telephone number of theirs, right or wrong."""
        return tuple(_PHONES.all(household=self.id))

    @cached_property
    def homes(self) -> dict[UUID, list[Residence]]:
        """Where each of them lives and lived, the present home first."""
        found: dict[UUID, list[Residence]] = {}
        for one in _HOMES.all(household=self.id):
            found.setdefault(one.person_id, []).append(one)
        return found

    def person(self, person_id: UUID) -> Person:
        """Return one person; who moved in by being joined with another is looked up by themselves."""
        return self.members.get(person_id) or Person.objects.get(id=person_id)


def household(household_id: UUID) -> Household:
    """Return the household as this request knows it. What changes it must `forget`."""
    return remembered(("household", household_id), lambda: Household(household_id))
