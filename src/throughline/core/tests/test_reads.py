"""A read whose SQL is kept: the same rows as the queryset it was made from, for whoever asks."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.models import Count, QuerySet
from django.test.utils import CaptureQueriesContext

from throughline.core import clock
from throughline.core.context import acting
from throughline.core.ids import new_id
from throughline.core.reads import Late, Read
from throughline.core.roles import Role
from throughline.people.models import Address, Household, Person, Residence
from throughline.workforce.models import Agent

pytestmark = pytest.mark.django_db

MEMBERS = Read(
    lambda: Person.objects.filter(household_id=Late("household"), source="100% sure").order_by("id")
)


def person(household: Household, **given: object) -> Person:
    return Person.objects.create(
        household=household, source="100% sure", created_at=clock.now(), **given
    )


@pytest.fixture
def two_households() -> list[Household]:
    households = [Household.objects.create(), Household.objects.create()]
    for household in households:
        person(household, given_name="Ada", birth_date=date(1985, 10, 3))
        person(household, given_name="Ben")
    return households


def fields(rows: list[Person] | QuerySet[Person]) -> list[dict[str, object]]:
    return [{one.attname: getattr(row, one.attname) for one in row._meta.fields} for row in rows]


def test_it_returns_what_its_queryset_returns_with_each_value(
    two_households: list[Household],
) -> None:
    for household in two_households:
        expected = Person.objects.filter(household=household).order_by("id")
        assert fields(MEMBERS.all(household=household.id)) == fields(expected)
    assert MEMBERS.all(household=new_id()) == []
    assert MEMBERS.first(household=new_id()) is None


def test_it_shows_each_role_what_its_policies_show(two_households: list[Household]) -> None:
    mine, theirs = two_households
    with acting(Role.DESK, household=mine.id):
        assert len(MEMBERS.all(household=mine.id)) == 2
        assert MEMBERS.all(household=theirs.id) == []
    with acting(Role.DESK, household=theirs.id):
        assert MEMBERS.all(household=mine.id) == []
        assert len(MEMBERS.all(household=theirs.id)) == 2
    with acting(Role.DESK):
        assert MEMBERS.all(household=mine.id) == []


def test_rows_bring_what_was_asked_for_with_them(two_households: list[Household]) -> None:
    ada = Person.objects.filter(household=two_households[0]).first()
    assert ada is not None
    address = Address.objects.create(line_1="1 Long Row", postcode="AB1 2CD")
    Residence.objects.create(
        person=ada, address=address, household_id=ada.household_id, kind="home", source="test"
    )
    homes = Read(
        lambda: Residence.objects.filter(person__household_id=Late("household")).select_related(
            "address"
        )
    )
    home = homes.first(household=ada.household_id)
    assert home is not None
    with CaptureQueriesContext(connection) as sent:
        assert home.address.line_1 == "1 Long Row"
    assert len(sent) == 0


def test_a_part_of_a_row_leaves_the_rest_to_be_asked_for(two_households: list[Household]) -> None:
    names = Read(lambda: Person.objects.filter(household_id=Late("household")).only("given_name"))
    found = names.first(household=two_households[0].id)
    assert found is not None
    assert found.get_deferred_fields() >= {"birth_date", "family_name"}


def test_several_values_each_find_their_place(two_households: list[Household]) -> None:
    since = Read(
        lambda: Person.objects.filter(
            created_at__gte=Late("since"), household_id=Late("household"), given_name=Late("name")
        )
    )
    at = clock.now() - timedelta(hours=1)
    household = two_households[1].id
    assert [one.given_name for one in since.all(household=household, name="Ben", since=at)] == [
        "Ben"
    ]
    assert since.all(household=household, name="Ben", since=clock.now()) == []


def test_it_is_planned_once_and_counted_each_time(two_households: list[Household]) -> None:
    with CaptureQueriesContext(connection) as sent:
        for _ in range(3):
            MEMBERS.all(household=two_households[0].id)
    assert len(sent) == 3
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from pg_prepared_statements where statement like '%sure%'")
        assert cursor.fetchone() == (1,)


def test_what_never_differs_stands_in_the_statement_so_that_partial_indexes_serve_it() -> None:
    MEMBERS.all(household=new_id())
    with connection.cursor() as cursor:
        cursor.execute("select statement from pg_prepared_statements where statement like '%sure%'")
        assert "'100% sure'" in cursor.fetchone()[0]


def test_what_is_no_row_of_a_model_is_refused() -> None:
    with pytest.raises(TypeError, match="whole rows"):
        Read(lambda: Agent.objects.annotate(many=Count("states"))).all()
