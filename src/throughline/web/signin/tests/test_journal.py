"""What the journal says of signing in: who, never which name was tried."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from throughline.web.signin.adapters import SEEN
from throughline.web.signin.tests.people import (
    PASSWORD,
    browser,
    entries,
    sign_in,
    somebody,
    try_password,
)
from throughline.web.signin.tests.test_sessions import age

pytestmark = pytest.mark.django_db


def subjects(entry) -> list[object]:
    with connection.cursor() as cursor:
        cursor.execute("select subject_id from journal_subject where entry_id = %s", [entry.id])
        return [row[0] for row in cursor.fetchall()]


def test_a_sign_in_is_written_down_with_its_second_factor() -> None:
    who = somebody()
    sign_in(browser(), who)
    (entry,) = entries("signed_in")
    assert (entry.actor_id, entry.body, entry.actor_role) == (
        who.user.id,
        {"second_factor": "totp"},
        "r_login",
    )
    assert subjects(entry) == [who.user.id]


def test_the_first_sign_in_and_the_set_up_are_written_down() -> None:
    who, client = somebody(authenticator=False), browser()
    try_password(client, who.user.username, PASSWORD)
    client.get("/sign-in/set-up/")
    now_with = type(who)(user=who.user, secret=client.session["mfa.totp.secret"])
    client.post("/sign-in/set-up/", {"code": now_with.code()})
    assert [entry.body for entry in entries("signed_in")] == [{"second_factor": "none"}]
    assert [entry.actor_id for entry in entries("authenticator_set_up")] == [who.user.id]


def test_a_failed_sign_in_is_written_down_with_the_step_that_failed() -> None:
    who, client = somebody(), browser()
    try_password(client, who.user.username)
    try_password(client, who.user.username, PASSWORD)
    client.post("/sign-in/code/", {"code": f"{(int(who.code()) + 500_000) % 1_000_000:06}"})
    failed = entries("sign_in_failed")
    assert [entry.body["step"] for entry in failed] == ["password", "code"]
    assert [subjects(entry) for entry in failed] == [[who.user.id]] * 2
    # Nobody proved to be that person.
    assert {entry.actor_id for entry in failed} == {None}


def test_a_name_that_nobody_has_is_never_written_into_the_journal() -> None:
    for _ in range(5):
        try_password(browser(), "my-secret-typed-here")
    assert len(entries("sign_in_failed")) == 5
    assert [subjects(entry) for entry in entries("locked_out")] == [[]]
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from journal_entry e where e::text like '%my-secret%'")
        assert cursor.fetchone() == (0,)


def test_a_lock_out_is_written_down_once_however_often_the_door_is_tried() -> None:
    who = somebody()
    for _ in range(9):
        try_password(browser(), who.user.username.upper())
    (entry,) = entries("locked_out")
    assert subjects(entry) == [who.user.id]
    assert len(entries("sign_in_failed")) == 5


def test_a_session_that_ran_out_is_written_down_with_the_reason() -> None:
    who, client = somebody(), browser()
    sign_in(client, who)
    age(client, SEEN, timedelta(minutes=31))
    client.get("/")
    assert [(entry.actor_id, entry.body) for entry in entries("signed_out")] == [
        (who.user.id, {"why": "idle"})
    ]
