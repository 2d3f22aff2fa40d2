"""A row about somebody who is known already: a contact, a student with two addresses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.tests.world import as_csv, load_file, prepare, row
from throughline.journal.models import Entry, Subject
from throughline.people.models import Person, Residence
from throughline.suppliers.models import Kind, Organisation
from throughline.tracing.actions.resolution import resolve_named
from throughline.tracing.models import Case, CaseShare, Contact, Exposure
from throughline.tracing.tests.world import BRIEFLY, NOON, Desk, World
from throughline.workforce.models import Team

pytestmark = pytest.mark.django_db

FLAT = {
    "address_line_1": "Flat 3",
    "address_line_2": "12 Otterbell Street",
    "town": "Zexmouth",
    "postcode": "ZX1 1AA",
}
THOMAS = {"given_name": "Thomas", "family_name": "Okafor", "birth_date": "1998-02-17"}
LATER = NOON + timedelta(days=2)


@pytest.fixture
def world() -> World:
    """The rules in force, a supplier and a council that answers for ZX1."""
    prepare()
    return World.made()


def reported(number: int, **values: str) -> dict[str, str]:
    """A row of the days in which these tests live."""
    times = {"taken_at": "2020-11-01T09:00:00Z", "reported_at": "2020-11-02T09:00:00Z"}
    return row(number, **{**times, **FLAT, **values})


def loaded(*rows: dict[str, str], name: str, at=NOON) -> None:  # type: ignore[no-untyped-def]
    found = load_file(as_csv(rows), at=at, message_id=name)
    assert found.accepted == len(rows)


def named_by_a_case(world: World) -> Contact:
    """Thomas was tested once; now Priya, who lives with him, tests positive and names him."""
    loaded(reported(2, result="negative", **THOMAS), name="zeroth")
    priya = {"given_name": "Priya", "family_name": "Sharma", "birth_date": "1999-04-05"}
    loaded(reported(1, phone="07700900101", **priya), name="first")
    desk = Desk.next(world.agent())
    desk.ring()
    thomas = {"given_name": "Thomas", "family_name": "Okafor", "same_household": True}
    desk.talk(Case.objects.get().id, names=[thomas], **BRIEFLY)
    desk.end()
    with transaction.atomic(), acting(Role.MATCH):
        resolve_named(desk.at)
    return Contact.objects.get()


def test_a_contact_who_tests_positive_becomes_a_case_and_stays_a_contact(world: World) -> None:
    contact = named_by_a_case(world)
    assert contact.became_case_id is None

    thomas = reported(
        3, patient_id="p2", **THOMAS,
        taken_at="2020-11-03T09:00:00Z", reported_at="2020-11-04T09:00:00Z",
    )  # fmt: skip
    loaded(thomas, name="second", at=LATER)

    own = Case.objects.get(person_id=contact.person_id)
    after = Contact.objects.get()
    assert after.became_case_id == own.id
    assert (after.case_id, after.outcome) == (contact.case_id, contact.outcome)
    assert Exposure.objects.count() == 1
    assert list(own.was_contact.all()) == [after]
    assert Person.objects.count() == 2
    entry = Entry.objects.get(kind="tracing.contact_became_case")
    told_of = set(Subject.objects.filter(entry_id=entry.id).values_list("subject_id", flat=True))
    assert told_of == {after.id, after.person_id, own.id}


def test_a_positive_of_another_disease_leaves_the_contact_as_it_was(world: World) -> None:
    contact = named_by_a_case(world)
    thomas = reported(
        3, patient_id="p2", disease="measles", **THOMAS,
        taken_at="2020-11-03T09:00:00Z", reported_at="2020-11-04T09:00:00Z",
    )  # fmt: skip
    loaded(thomas, name="second", at=LATER)
    assert Case.objects.filter(person_id=contact.person_id, disease="measles").exists()
    assert Contact.objects.get().became_case_id is None


def test_a_student_with_two_addresses_is_seen_by_the_teams_of_both(world: World) -> None:
    at_university = _council("zx9")
    student = {"given_name": "Ada", "family_name": "Quill", "birth_date": "2000-05-06"}
    loaded(reported(1, result="negative", **student), name="at home")
    halls = {"address_line_1": "Room 4", "address_line_2": "1 Quillam Hall", "postcode": "ZX9 4QQ"}
    again = {"taken_at": "2020-11-02T09:00:00Z", "patient_id": "p1", **student, **halls}
    loaded(reported(2, **again), name="in halls", at=LATER)

    assert Person.objects.count() == 1
    shares = dict(CaseShare.objects.values_list("team_id", "why"))
    assert shares == {at_university.id: "area", world.team.id: "term_address"}
    assert Case.objects.get().area == "zx9"


def test_a_term_address_shares_a_case_until_the_term_is_over(world: World) -> None:
    at_university = _council("zx9")
    student = {"given_name": "Ada", "family_name": "Quill", "birth_date": "2000-05-06"}
    halls = {"address_line_1": "Room 4", "address_line_2": "1 Quillam Hall", "postcode": "ZX9 4QQ"}
    loaded(reported(1, result="negative", **student, **halls), name="in halls")
    Residence.objects.update(kind="term")
    second = {"taken_at": "2020-11-02T09:00:00Z", "patient_id": "p1", **student}
    loaded(reported(2, **second), name="at home", at=LATER)
    shares = dict(CaseShare.objects.values_list("team_id", "why"))
    assert shares == {world.team.id: "area", at_university.id: "term_address"}

    other = {"given_name": "Bea", "family_name": "Stone", "birth_date": "2000-07-08"}
    loaded(reported(3, result="negative", **other, **halls), name="also in halls")
    Residence.objects.filter(person__given_name="Bea").update(kind="term", to_on="2020-10-30")
    third = {"taken_at": "2020-11-02T09:00:00Z", "patient_id": "p3", **other}
    loaded(reported(4, **third), name="home for good", at=LATER)
    bea = Case.objects.get(person__given_name="Bea")
    assert dict(bea.shares.values_list("team_id", "why")) == {world.team.id: "area"}


def _council(area: str) -> Team:
    council = Organisation.objects.create(
        code=f"council-{area}", name="Lower Zexmouth Council", kind=Kind.COUNCIL
    )
    return Team.objects.create(
        code=f"team-{area}", name="Lower Zexmouth team", organisation=council, areas=[area]
    )
