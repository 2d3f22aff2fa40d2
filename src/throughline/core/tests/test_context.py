"""What a transaction may see is what its role and key cover, and nothing when they are forgotten."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from throughline.core import clock
from throughline.core.context import acting, become, current
from throughline.core.errors import NoContext
from throughline.core.ids import new_id
from throughline.core.roles import Role
from throughline.people.models import Household, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_households() -> list[Household]:
    households = [Household.objects.create(), Household.objects.create()]
    for household in households:
        Person.objects.create(household=household, source="test", created_at=clock.now())
    return households


def role_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select current_user")
        return str(cursor.fetchone()[0])


def test_a_handler_sees_the_household_in_hand_and_no_other(two_households: list[Household]) -> None:
    mine, _ = two_households
    with acting(Role.DESK, household=mine.id):
        assert list(Person.objects.values_list("household_id", flat=True)) == [mine.id]


def test_a_forgotten_key_returns_nothing(two_households: list[Household]) -> None:
    with acting(Role.DESK):
        assert list(Person.objects.all()) == []


def test_the_key_of_an_ended_context_does_not_linger(two_households: list[Household]) -> None:
    with acting(Role.DESK, household=two_households[0].id):
        pass
    with acting(Role.DESK):
        assert list(Person.objects.all()) == []


def test_leaving_an_inner_context_restores_the_outer_one(two_households: list[Household]) -> None:
    mine, _ = two_households
    with acting(Role.DESK, household=mine.id):
        with acting(Role.DISPATCH):
            assert role_now() == Role.DISPATCH.sql
        assert role_now() == Role.DESK.sql
        assert Person.objects.get().household_id == mine.id
    assert current() is None


def test_a_failed_block_leaves_no_role_behind(two_households: list[Household]) -> None:
    before = role_now()
    with pytest.raises(DatabaseError), transaction.atomic(), acting(Role.PUBLIC):
        Person.objects.count()
    assert role_now() == before
    assert current() is None


def test_a_handler_cannot_move_a_person_to_another_household(
    two_households: list[Household],
) -> None:
    mine, other = two_households
    with pytest.raises(DatabaseError), transaction.atomic(), acting(Role.DESK, household=mine.id):
        Person.objects.update(household_id=other.id)


@pytest.mark.parametrize(
    "role", [Role.LOGIN, Role.DISPATCH, Role.SUPPLIER, Role.OVERSIGHT, Role.PUBLIC, Role.INTAKE]
)
def test_roles_without_persons_are_refused_the_table(role: Role) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), acting(role, supplier=new_id()):
        Person.objects.count()


@pytest.mark.django_db(transaction=True)
def test_acting_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NoContext), acting(Role.DESK):
        pass


def test_becoming_another_holds_until_the_block_ends(two_households: list[Household]) -> None:
    mine, _ = two_households
    with acting(Role.LOGIN):
        with acting(Role.DISPATCH):
            become(Role.DESK, household=mine.id)
            assert role_now() == Role.DESK.sql
            assert Person.objects.get().household_id == mine.id
        assert role_now() == Role.LOGIN.sql
    assert current() is None


def test_nobody_becomes_another_who_was_nobody() -> None:
    with pytest.raises(NoContext):
        become(Role.DESK)


def test_a_refusal_of_ours_puts_the_outer_role_back_without_a_savepoint(
    two_households: list[Household],
) -> None:
    mine, _ = two_households
    with acting(Role.DESK, household=mine.id):
        with pytest.raises(ValueError, match="refused"), acting(Role.DISPATCH):
            raise ValueError("refused")
        assert role_now() == Role.DESK.sql
        assert Person.objects.get().household_id == mine.id
