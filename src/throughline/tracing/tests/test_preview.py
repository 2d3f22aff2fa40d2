"""What the page says a join brings about is what the join brings about."""

from __future__ import annotations

import pytest
from django.db import transaction

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.people.actions import find_or_add
from throughline.people.claims import Home, PersonClaim
from throughline.people.models import Person
from throughline.tracing import access
from throughline.tracing.actions import persons
from throughline.tracing.models import Case, Contact
from throughline.tracing.queries.joins import Preview, joined, preview_of_join
from throughline.tracing.queries.subjects import open_subjects
from throughline.tracing.tests.world import DAY, HOUR, NOON, Desk, World, claim, positives

AWAY = Home(line_1="9 Larkspindle Way", town="Zexmouth", postcode="ZX1 9ZZ", area="zx1")
OLDER = claim("Priya", "Sharma", phones=("+447700900001",))
NEWER = claim("Prya", "Sharmah", birth_date=None, home=AWAY, phones=("+447700900002",))


def preview(world: World, newer: Person, older: Person) -> Preview:
    user = world.authority()
    with transaction.atomic(), acting(Role.AUTHORITY, user=user.id):
        sight = access.sight_of_lists(user=user, why="question", at=NOON + HOUR)
        return preview_of_join(sight, newer_id=newer.id, older_id=older.id, at=NOON + HOUR)


def spoken_with(newer: Person, older: Person) -> list[int]:
    return [
        len(open_subjects(one)) for one in dict.fromkeys((newer.household_id, older.household_id))
    ]


def flatmate(case: Case, person: Person) -> Contact:
    """This person was named by a case, and is still to be told."""
    return Contact.objects.create(
        case=case, person=person, household_id=person.household_id, protocol=case.protocol,
        protocol_version=case.protocol_version, exposure_kind="direct", identified_at=NOON,
        managed_by_first="national", managed_by="national", tier="3", isolate_until=(NOON + 9 * DAY).date(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("newer_is", "older_is"),
    [
        ("case", "case"), ("case", "contact"), ("contact", "case"), ("contact", "contact"),
        ("both of one", "contact"), ("nothing", "case"),
    ],
)  # fmt: skip
def test_what_is_said_before_a_join_comes_to_pass(
    world: World, newer_is: str, older_is: str
) -> None:
    (source,) = positives([claim("Ivo", "Marsh", birth_date=None, home=None)])
    (second,) = positives([claim("Ada", "Voss", birth_date=None, home=None)])
    older, newer = (person_of(one, said) for one, said in ((OLDER, older_is), (NEWER, newer_is)))
    for person, said in ((newer, newer_is), (older, older_is)):
        if said in ("contact", "both of one"):
            flatmate(source, person)
        if said == "both of one":
            flatmate(second, person)
    said_before = preview(world, newer, older)
    assert [home.now for home in said_before.homes] == spoken_with(newer, older)
    with transaction.atomic(), acting(Role.AUTHORITY):
        persons.join_persons(
            newer_id=newer.id, older_id=older.id, by=world.authority().id, at=NOON + HOUR
        )
    assert [home.after for home in said_before.homes] == spoken_with(newer, older)
    merged = Case.objects.filter(person=newer, merged_into__isnull=False)
    assert sorted(said_before.diseases) == sorted(merged.values_list("disease", flat=True))
    assert said_before.contacts_merged == Contact.objects.exclude(merged_into=None).count()
    assert said_before.contacts_moved == Contact.objects.exclude(moved_by_id=None).count()
    assert said_before.homes[0].closes <= (
        not WorkItem.objects.exclude(state="closed")
        .filter(household_id=newer.household_id)
        .exists()
    )


def person_of(one: PersonClaim, said: str) -> Person:
    """A record, with a case of its own or with none."""
    if said == "case":
        return Person.objects.get(id=positives([one])[0].person_id)
    with transaction.atomic(), acting(Role.MATCH):
        (match,) = find_or_add([one], source="lab", at=NOON)
    return Person.objects.get(id=match.person_id)


def test_a_preview_says_that_a_join_waits_and_when_it_cannot_be(world: World) -> None:
    older, newer = (Person.objects.get(id=positives([one])[0].person_id) for one in (OLDER, NEWER))
    Desk.next(world.agent())
    assert preview(world, newer, older).waits
    WorkItem.objects.update(state="waiting", agent_id=None, lease_until=None, leased_at=None)
    (third,) = positives([claim("Pria", "Sharma", birth_date=None, home=None)])
    with transaction.atomic(), acting(Role.AUTHORITY):
        persons.join_persons(
            newer_id=third.person_id, older_id=newer.id, by=world.authority().id, at=NOON + HOUR
        )
    assert "joined to somebody else" in preview(world, newer, older).refused


def test_the_list_of_joins_names_both_and_says_what_comes_back(world: World) -> None:
    older, newer = (Person.objects.get(id=positives([one])[0].person_id) for one in (OLDER, NEWER))
    user = world.authority()
    with transaction.atomic(), acting(Role.AUTHORITY, user=user.id):
        persons.join_persons(newer_id=newer.id, older_id=older.id, by=user.id, at=NOON + HOUR)
        sight = access.sight_of_lists(user=user, why="joined", at=NOON + HOUR)
        (row,) = joined(sight, at=NOON + HOUR)
    assert (row.persons, row.cases, row.waits) == ((newer.id, older.id), 1, False)
