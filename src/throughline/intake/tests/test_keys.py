"""Senders' keys on a real database: made once, two at a time, expiring, revoked, noted when used."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from throughline.core.context import acting
from throughline.core.copying import fetch
from throughline.core.roles import Role
from throughline.intake.actions.keys import KeyMade, add_key, note_use, revoke_key
from throughline.intake.errors import KeyRefused, UnknownSender
from throughline.intake.models import SenderKey
from throughline.intake.queries.keys import KnownKey, keys_of, known_key
from throughline.intake.tests.world import AT, BY, as_csv, keep, prepare, row
from throughline.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()
    keep(as_csv([row(1)]))


def added(**more: int) -> KeyMade:
    with acting(Role.AUTHORITY):
        return add_key(sender_code="lab", by=BY, at=AT, **more)


def asked(text: str, **later: int) -> KnownKey | None:
    with acting(Role.INTAKE):
        return known_key(text, at=AT + timedelta(**later))


def test_a_key_opens_the_door_for_its_sender_and_only_its_hash_is_kept() -> None:
    made = added()
    found = asked(made.text)
    assert found is not None
    assert (found.sender, found.state, found.prefix) == ("lab", "valid", made.prefix)
    assert made.text not in str(fetch("select to_jsonb(k) from intake_sender_key k"))
    assert made.text not in str(fetch("select body from journal_entry"))


def test_a_key_with_another_end_is_nobodys() -> None:
    made = added()
    other = made.text[:-4] + ("AAAA" if not made.text.endswith("AAAA") else "BBBB")
    assert asked(other) is None


def test_a_key_expires_and_is_revoked() -> None:
    made = added(days=30)
    assert (asked(made.text, days=29).state, asked(made.text, days=30).state) == (
        "valid",
        "expired",
    )  # type: ignore[union-attr]
    with acting(Role.AUTHORITY):
        assert revoke_key(prefix=made.prefix, by=BY, at=AT) == "lab"
        revoke_key(prefix=made.prefix, by=BY, at=AT + timedelta(days=1))
    assert asked(made.text).state == "revoked"  # type: ignore[union-attr]
    assert SenderKey.objects.get().revoked_at == AT
    assert Entry.objects.filter(kind="intake.key_revoked").count() == 1


def test_two_keys_are_valid_at_once_so_that_one_can_be_changed_for_the_next() -> None:
    first, second = added(), added()
    with pytest.raises(KeyRefused, match=f"{first.prefix} and {second.prefix}"):
        added()
    with acting(Role.AUTHORITY):
        revoke_key(prefix=first.prefix, by=BY, at=AT)
    added()
    with acting(Role.AUTHORITY):
        assert [one.state for one in keys_of("lab", at=AT)].count("valid") == 2


def test_a_key_for_nobody_or_for_ever_is_refused() -> None:
    with pytest.raises(UnknownSender, match="'nobody'"), acting(Role.AUTHORITY):
        add_key(sender_code="nobody", by=BY, at=AT)
    with pytest.raises(KeyRefused, match="1 to 1095 are allowed"):
        added(days=5000)
    with pytest.raises(KeyRefused, match="tl_nothing"), acting(Role.AUTHORITY):
        revoke_key(prefix="tl_nothing", by=BY, at=AT)


def test_when_a_key_was_used_is_noted_every_ten_minutes_at_most() -> None:
    found = asked(added().text)
    assert found is not None
    with acting(Role.INTAKE):
        noted = [note_use(key_id=found.id, at=AT + timedelta(minutes=m)) for m in (0, 9, 10)]
    assert noted == [True, False, True]
    assert SenderKey.objects.get().last_used_at == AT + timedelta(minutes=10)


@pytest.mark.parametrize(
    "statement",
    [
        "update intake_sender_key set revoked_at = null",
        "update intake_sender_key set sha256 = ''",
        "insert into intake_sender_key select * from intake_sender_key",
        "delete from intake_sender_key",
    ],
)
def test_the_door_can_make_no_key_and_change_none(statement: str) -> None:
    added()
    with (
        pytest.raises(DatabaseError, match="permission denied"),
        transaction.atomic(),
        acting(Role.INTAKE),
    ):
        fetch(statement)
