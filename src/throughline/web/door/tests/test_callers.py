"""Who is let in: a valid key, not too often; and nobody learns of another's messages."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from throughline.core import clock
from throughline.core.context import acting
from throughline.core.copying import fetch
from throughline.core.roles import Role
from throughline.intake.actions.keys import revoke_key
from throughline.intake.models import Message, Sender, SenderKey
from throughline.intake.tests.fhir import alone
from throughline.intake.tests.world import as_csv, row, work
from throughline.web.door.operations import OPERATIONS
from throughline.web.door.tests.conftest import Machine, machine

pytestmark = pytest.mark.django_db

FHIR_ADDRESSES = ("/fhir", "/fhir/Observation", "/fhir/DiagnosticReport")


@pytest.mark.parametrize(
    "given", ["", "Basic abc", "Bearer", "Bearer x", f"Bearer tl_00000000_{'a' * 43}"]
)
def test_without_a_key_nothing_is_read_or_kept(lab: Machine, given: str) -> None:
    for address in (*FHIR_ADDRESSES, "/messages"):
        found = Client().post(
            address,
            b"{}",
            content_type="application/json",
            headers={"Authorization": given} if given else {},
        )
        assert found.status_code == 401
        assert found["WWW-Authenticate"].startswith("Bearer")
    assert not Message.objects.exists()


def test_a_revoked_and_an_expired_key_open_nothing_and_say_so(lab: Machine) -> None:
    key = SenderKey.objects.get()
    with acting(Role.AUTHORITY):
        revoke_key(prefix=key.prefix, by=None, at=clock.now())
    found = lab.post("/fhir/Observation", alone())
    assert (found.status_code, "was revoked" in found.content.decode()) == (401, True)
    SenderKey.objects.update(
        revoked_at=None,
        created_at=clock.now() - timedelta(days=2),
        expires_at=clock.now() - timedelta(days=1),
    )
    found = lab.post("/fhir/Observation", alone())
    assert (found.status_code, "has expired" in found.content.decode()) == (401, True)


def test_who_comes_too_often_is_told_when_to_come_again(lab: Machine) -> None:
    slow = machine("slow", per_minute=12)
    answers = [slow.post("/fhir/Observation", alone()) for _ in range(4)]
    assert [one.status_code for one in answers] == [202, 200, 429, 429]
    assert 1 <= int(answers[2]["Retry-After"]) <= 5
    assert lab.post("/fhir/Observation", alone()).status_code == 202, "another's limit is another's"


def test_a_receipt_is_for_the_same_sender_alone(lab: Machine, other: Machine) -> None:
    sent = lab.post(
        "/messages", as_csv([row(1), row(2, birth_date="2090-01-01")]), media="text/csv"
    )
    work(at=clock.now())
    mine = lab.get(sent["Location"])
    told = mine.json()
    assert (told["places"]["accepted"], told["places"]["quarantined"]) == (1, 1)
    assert told["faults"][0]["column"] == "birth_date"
    assert b"2090" not in mine.content, "values stay in quarantine"
    theirs, absent = other.get(sent["Location"]), other.get(f"/messages/{uuid4()}")
    assert (theirs.status_code, theirs.content) == (404, absent.content)
    assert absent.status_code == 404


def test_the_database_itself_shows_the_door_no_row_of_another_sender(
    lab: Machine, other: Machine
) -> None:
    lab.post("/messages", as_csv([row(1), row(2, birth_date="2090-01-01")]), media="text/csv")
    work(at=clock.now())
    northgate, southgate = (Sender.objects.get(code=code).id for code in ("northgate", "southgate"))

    def seen(sender: UUID | None) -> list[int]:
        with acting(Role.INTAKE, sender=sender):
            return [
                len(fetch(f"select number from {table}"))
                for table in ("intake_row", "intake_quarantined")
            ]

    assert (seen(northgate), seen(southgate), seen(None)) == ([2, 1], [0, 0], [0, 0])
    for statement in (
        "select value from intake_quarantined",
        "select bytes from intake_chunk",
        "select * from intake_row",
    ):
        with (
            pytest.raises(DatabaseError, match="permission denied"),
            transaction.atomic(),
            acting(Role.INTAKE, sender=northgate),
        ):
            fetch(statement)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_another_method_is_named_with_the_right_one(lab: Machine, method: str) -> None:
    for one in OPERATIONS:
        if one.method == method:
            continue
        address = one.address.replace("<uuid:ref>", str(uuid4()))
        found = Client().generic(method, address, headers={"Authorization": f"Bearer {lab.key}"})
        assert (found.status_code, found["Allow"]) == (405, one.method)
