"""Links that wait are looked for as they are placed: whom a number names, and whose case it is, on whichever record."""

from __future__ import annotations

import pytest
from django.db import transaction

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.models import Quarantined
from throughline.intake.tests.test_links import LATER, links, pairs, places, take_up, told
from throughline.intake.tests.world import BY, keep, prepare, row, work
from throughline.journal.models import Entry
from throughline.people.models import Person
from throughline.tracing.actions.persons import join_persons

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def join(newer: str, older: str) -> None:
    """Find the persons of these names to be one."""
    ids = dict(Person.objects.values_list("family_name", "id"))
    with transaction.atomic(), acting(Role.AUTHORITY):
        join_persons(newer_id=ids[newer], older_id=ids[older], by=BY, at=LATER)


def moves() -> int:
    return Entry.objects.filter(kind="intake.rows_moved").count()


def test_a_number_of_a_person_and_of_anothers_report_names_the_person_and_is_not_taken_up_for_ever() -> (
    None
):
    told(row(12, patient_id="12", report_id="x1", result="negative"))
    told(row(7, report_id="12"), row(2))
    message = links("12,p2,covid")
    assert Quarantined.objects.get().reason == "unknown_case"
    before = moves()
    assert take_up() == 0
    assert moves() == before
    told(row(13, patient_id="12", given_name="Given12", family_name="Family12", birth_date="1950-01-13"))  # fmt: skip
    assert take_up() == 1
    assert places(message) == ["accepted"]
    assert pairs() == {("Family12", "Family2", "Family2")}


def test_a_link_that_is_quarantined_again_when_it_is_taken_up_counts_as_none() -> None:
    links("p1,p2,covid,direct,2020-08-01", "p1,p2,covid,direct,2020-10-01")
    told(row(1), row(2))
    assert take_up() == 1
    assert Quarantined.objects.get(state="open").reason == "outside_days"
    assert take_up() == 0


def test_a_case_on_a_record_that_was_joined_into_the_numbered_one_is_found() -> None:
    told(row(1, result="negative"), row(2, result="negative"), row(5), row(6))
    join("Family5", "Family1")
    join("Family6", "Family2")
    assert places(links("p1,p2,covid")) == ["accepted"]
    assert pairs() == {("Family5", "Family2", "Family6")}


def test_a_link_is_taken_up_when_a_case_is_joined_to_whom_it_names_whichever_of_them_stands() -> (
    None
):
    told(row(1, result="negative"), row(2), row(5), row(6, result="negative"))
    message = links("p6,p2,covid")
    join("Family6", "Family1")
    assert take_up() == 0
    join("Family5", "Family1")
    assert take_up() == 1
    assert places(message) == ["accepted"]


def test_links_of_more_messages_than_are_opened_at_once_are_taken_up_in_turns(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("throughline.intake.actions.found.MESSAGES_AT_ONCE", 2)
    for number in (2, 3, 4):
        keep(f"from,to,disease\np1,p{number},covid\n".encode(), mapping="links", name=f"{number}.csv")  # fmt: skip
    work()
    told(row(1), row(2), row(3), row(4))
    assert [take_up(), take_up(), take_up()] == [2, 1, 0]
