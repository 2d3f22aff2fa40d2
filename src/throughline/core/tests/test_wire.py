"""A whole act in one message: committed or not at all, in its role alone, with whatever values it is given."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.core.context import as_role, transaction_as
from throughline.core.ids import new_id
from throughline.core.models import DoneOnce
from throughline.core.roles import Role
from throughline.core.wire import WholeAct

AT = datetime(2020, 11, 2, 11, 0, tzinfo=UTC)
AS_DISPATCH = as_role(Role.DISPATCH, user=UUID(int=7))

ECHO = WholeAct("select %(text)s::text, %(number)s::int, %(missing)s::text, '100%%'")
WHO = WholeAct("select current_user, current_setting('throughline.user')")
ADD = WholeAct(
    """insert into core_done_once (key, actor_id, at, action)
    values (%(key)s, %(key)s, %(at)s, 'test') returning key"""
)


def echo(text: str) -> tuple[str | None, ...]:
    (row,) = ECHO.run(AS_DISPATCH, {"text": text, "number": 5, "missing": None})
    return row


@pytest.mark.django_db(transaction=True)
def test_what_one_message_did_is_committed_and_its_role_is_over() -> None:
    key = new_id()
    assert ADD.run(AS_DISPATCH, {"key": key, "at": AT}) == [(str(key),)]
    assert WHO.run(AS_DISPATCH, {}) == [(Role.DISPATCH.sql, UUID(int=7).hex)]
    with connection.cursor() as cursor:
        cursor.execute("select current_user, current_setting('throughline.user', true)")
        user, key_now = cursor.fetchone()
    assert user != Role.DISPATCH.sql
    assert not key_now
    assert DoneOnce.objects.get(key=key).at == AT


@pytest.mark.django_db(transaction=True)
def test_what_the_database_refuses_is_refused_whole_and_the_next_message_goes_on() -> None:
    values = {"key": new_id(), "at": AT}
    ADD.run(AS_DISPATCH, values)
    with pytest.raises(IntegrityError):
        ADD.run(AS_DISPATCH, values)
    assert ADD.run(AS_DISPATCH, {"key": uuid4(), "at": AT})


@pytest.mark.django_db(transaction=True)
def test_a_plan_that_the_driver_dropped_is_made_again() -> None:
    assert echo("before")[0] == "before"
    with connection.cursor() as cursor:
        cursor.execute("deallocate all")
    assert echo("after")[0] == "after"


@pytest.mark.django_db(transaction=True)
def test_a_server_that_went_away_is_told_as_that_and_not_as_a_fault_of_the_statement() -> None:
    assert echo("before")[0] == "before"
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        (backend,) = cursor.fetchone()
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("select pg_terminate_backend(%s, 5000)", [backend])
    other.close()
    with pytest.raises(OperationalError):
        echo("after")
    connection.close()
    assert echo("again")[0] == "again"


@pytest.mark.django_db
def test_nothing_is_committed_alone_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="A transaction is open"):
        echo("inside")


@pytest.mark.django_db(transaction=True)
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))))
def test_any_text_arrives_as_it_was_sent(text: str) -> None:
    assert echo(text) == (text, "5", None, "100%")


@pytest.mark.django_db(transaction=True)
def test_a_transaction_begins_in_its_role_and_ends_with_it() -> None:
    def now() -> tuple[str, str]:
        with connection.cursor() as cursor:
            cursor.execute("select current_user, current_setting('throughline.user', true)")
            user, key = cursor.fetchone()
            return str(user), str(key or "")

    before = now()
    with transaction_as(Role.DISPATCH, user=UUID(int=7)):
        assert now() == (Role.DISPATCH.sql, UUID(int=7).hex)
    assert now() == before
    key = new_id()
    with transaction_as(Role.DISPATCH):
        DoneOnce.objects.create(key=key, actor_id=key, at=AT, action="test")
        transaction.set_rollback(True)
    assert not DoneOnce.objects.filter(key=key).exists()
    assert now() == before
