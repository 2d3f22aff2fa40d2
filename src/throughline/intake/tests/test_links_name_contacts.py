"""What a link says of its contact: kept from every row that makes one, and of nobody where none is made."""

from __future__ import annotations

import pytest
from django.db import transaction

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions import reject_row
from throughline.intake.models import Quarantined, ToldLink
from throughline.intake.tests.test_links import links, pairs, places, take_up, told, undo
from throughline.intake.tests.world import AT, BY, keep, prepare, row, work
from throughline.people.models import ContactDetail, Person
from throughline.tracing.models import Contact

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def phones(family: str) -> set[str]:
    found = ContactDetail.objects.filter(person__family_name=family, kind="phone")
    return set(found.values_list("value", flat=True))


def test_every_row_that_names_a_contact_adds_what_it_says_of_them() -> None:
    told(row(1))
    links(
        "p1,c7,covid,direct,2020-10-01,Quillfeather,Ana,01632 960007",
        "p1,c7,covid,direct,2020-10-02,Quillfeather,,",
        "p1,c7,covid,direct,2020-10-03,,,",
    )
    person = Person.objects.get(family_name="Quillfeather")
    assert (person.given_name, phones("Quillfeather")) == ("Ana", {"+441632960007"})
    assert Contact.objects.get().details_given
    assert Contact.objects.get().exposures.count() == 3


def test_a_contact_known_before_is_told_more_of_and_rung_where_nobody_could_be() -> None:
    told(row(1), row(2, result="negative"))
    links("p1,p2,covid,direct,2020-10-01")
    assert Contact.objects.get().outcome == "no_details"
    links("p1,p2,covid,direct,2020-10-02,Family2,Given2,01632 960002", name="b.csv")
    assert phones("Family2") == {"+441632960002"}
    contact = Contact.objects.get()
    assert (contact.outcome, contact.details_given) == ("open", True)
    assert WorkItem.objects.filter(household_id=contact.household_id).exists()


def test_an_e_mail_address_is_a_way_to_reach_a_contact() -> None:
    told(row(1))
    text = "from,to,disease,family_name,email\np1,c7,covid,Quillfeather,ana@example.org\n"
    keep(text.encode(), mapping="links")
    work()
    assert Contact.objects.get().details_given


def test_of_links_that_make_no_contact_nobody_is_added() -> None:
    told(row(1), row(3, result="negative"))
    message = links(
        "p1,c7,covid,direct,2020-08-01,Quillfeather,Ana,01632 960007",
        "p3,c8,covid,direct,2020-10-01,Thistlewood,Bo,01632 960008",
    )
    assert [one.reason for one in Quarantined.objects.order_by("number")] == ["outside_days", "unknown_case"]  # fmt: skip
    assert not Person.objects.filter(family_name__in=("Quillfeather", "Thistlewood")).exists()
    told(row(33, patient_id="p3", given_name="Given3", family_name="Family3", birth_date="1950-01-04"))  # fmt: skip
    assert take_up() == 1
    assert pairs() == {("Family3", "Thistlewood", "")}
    assert undo(message).rejected == 2
    assert not Person.objects.filter(family_name="Thistlewood").exists()


def test_the_same_link_makes_a_contact_again_where_the_first_was_in_error() -> None:
    told(row(1), row(2, result="negative"))
    links("p1,p2,covid,direct,2020-10-01")
    told(row(1, status="withdrawn", reported_at="2020-10-02T12:00:00Z"))
    assert pairs() == set()
    told(row(11, patient_id="p1", given_name="Given1", family_name="Family1", birth_date="1950-01-02"))  # fmt: skip
    assert places(links("p1,p2,covid,direct,2020-10-01", name="b.csv", message_id="b")) == ["accepted"]  # fmt: skip
    assert pairs() == {("Family1", "Family2", "")}
    assert ToldLink.objects.filter(withdrawn_at=None).count() == 1
    assert places(links("p1,p2,covid,direct,2020-10-01", name="c.csv", message_id="c")) == ["duplicate"]  # fmt: skip


def test_links_that_were_rejected_or_settled_wait_no_more() -> None:
    links("p1,p2,covid,direct,2020-10-01", "p1,p2,covid,direct,2020-08-01", "p8,p9,covid")
    again = links("p1,p2,covid,direct,2020-10-01", name="b.csv", message_id="b")
    with transaction.atomic(), acting(Role.AUTHORITY):
        unknown = Quarantined.objects.get(value="p8")
        reject_row(ref=unknown.ref, reason="nobody", by=BY, at=AT)
    told(row(1), row(2))
    assert take_up() == 2
    assert places(again) == ["duplicate"]
    assert not ToldLink.objects.filter(contact_id=None, withdrawn_at=None).exists()
