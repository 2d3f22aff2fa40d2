"""An entry is written with its act, says who and what by reference, and can never be changed."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from throughline.core import clock
from throughline.core.context import acting
from throughline.core.errors import NoContext
from throughline.core.ids import new_id
from throughline.core.roles import Role
from throughline.journal.actions import record
from throughline.journal.models import Entry, Subject
from throughline.journal.rules import Draft

pytestmark = pytest.mark.django_db


def test_an_entry_stands_with_its_subjects_and_its_role() -> None:
    person, handler, at = new_id(), new_id(), clock.now()
    with acting(Role.DESK):
        entry_id = record("test.seen", at=at, by=handler, subjects=[person, person], count=2)
    entry = Entry.objects.get(id=entry_id)
    assert (entry.kind, entry.actor_id, entry.actor_role) == ("test.seen", handler, "r_desk")
    assert (entry.body, entry.at) == ({"count": 2}, at)
    assert list(Subject.objects.filter(entry_id=entry_id).values_list("subject_id", "at")) == [
        (person, at)
    ]


def test_the_leaf_can_be_recomputed_from_what_is_stored() -> None:
    entry_id = record("test.seen", at=clock.now(), by=None, subjects=[], rows=[1, 2], of=new_id())
    entry = Entry.objects.get(id=entry_id)
    again = Draft(
        id=entry.id,
        at=entry.at,
        kind=entry.kind,
        actor_id=entry.actor_id,
        actor_role=entry.actor_role,
        supplier_id=entry.supplier_id,
        body=entry.body,
    )
    assert bytes(entry.leaf) == again.leaf()


@pytest.mark.parametrize(
    "statement", ["update journal_entry set kind = 'x'", "delete from journal_entry"]
)
def test_even_the_keeper_of_the_database_is_told_no(statement: str) -> None:
    record("test.seen", at=clock.now(), by=None)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


@pytest.mark.parametrize("role", [Role.DESK, Role.LOCAL, Role.SUPPLIER, Role.DISPATCH, Role.INTAKE])
def test_those_who_write_entries_cannot_read_them(role: Role) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), acting(role):
        Entry.objects.count()


def test_an_entry_of_a_rolled_back_act_is_gone() -> None:
    def act() -> None:
        with transaction.atomic():
            record("test.seen", at=clock.now(), by=None)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        act()
    assert Entry.objects.filter(kind="test.seen").count() == 0


@pytest.mark.django_db(transaction=True)
def test_an_entry_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NoContext):
        record("test.seen", at=clock.now(), by=None)
