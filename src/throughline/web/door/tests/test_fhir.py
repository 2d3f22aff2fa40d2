"""Results sent as FHIR: stored before they are answered, refused with an outcome, and found again as cases."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection

from throughline.intake.models import Chunk, IncomingRow, Message, Quarantined
from throughline.intake.parsing.fhir.document import MOST_BYTES
from throughline.intake.tests.fhir import (
    SNOMED,
    Json,
    alone,
    answer,
    bundle,
    observation,
    one_and,
    patient,
)
from throughline.intake.tests.world import work
from throughline.journal.models import Entry, Subject
from throughline.tracing.models import Case
from throughline.web.door.tests.conftest import Machine

pytestmark = pytest.mark.django_db

UNKNOWN = {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "1"}]}}


def issues(found: Any) -> list[tuple[str, str]]:
    """An outcome's codes and where; each issue has a sentence."""
    told = found.json() if hasattr(found, "json") else found
    assert told["resourceType"] == "OperationOutcome"
    for one in told["issue"]:
        assert one["diagnostics"].endswith("."), one
    return [(one["code"], one.get("expression", [""])[0]) for one in told["issue"]]


def read() -> None:
    """What the worker does."""
    from throughline.core import clock

    work(at=clock.now())


def test_one_observation_becomes_a_case(lab: Machine) -> None:
    found = lab.post("/fhir/Observation", alone())
    assert found.status_code == 202
    assert issues(found) == [("informational", "")]
    message = Message.objects.get()
    assert found["Location"] == f"/messages/{message.ref}"
    assert (message.sender.code, message.mapping, message.state) == (
        "northgate",
        "fhir-r4",
        "stored",
    )
    read()
    assert Case.objects.get().person.family_name == "Family1"
    told = lab.get(found["Location"]).json()
    assert (told["state"], told["rows"], told["places"]["accepted"]) == ("parsed", 1, 1)


def test_the_bytes_are_kept_as_they_came(lab: Machine) -> None:
    sent = b' {"resourceType" : "Observation", "a":1}\n'
    lab.post("/fhir/Observation", sent)
    assert bytes(Chunk.objects.get().bytes) == sent


def test_a_transaction_is_answered_entry_by_entry(lab: Machine) -> None:
    sent = one_and(observation(1), answer("65222-2", {"valueDateTime": "2020-09-28"}))
    found = lab.post("/fhir", sent)
    told = found.json()
    assert (found.status_code, told["type"]) == (200, "transaction-response")
    assert [one["response"]["status"] for one in told["entry"]] == ["202 Accepted"] * 3
    read()
    assert str(Case.objects.get().onset_on) == "2020-09-28"


@pytest.mark.parametrize("type_", ["message", "collection"])
def test_a_message_or_collection_is_answered_as_one(lab: Machine, type_: str) -> None:
    found = lab.post("/fhir", one_and(observation(), type=type_))
    assert (found.status_code, issues(found)) == (202, [("informational", "")])


def test_a_batch_takes_what_is_in_order_and_keeps_the_rest_in_quarantine(lab: Machine) -> None:
    sent = one_and(
        observation(1), observation(2, status="banana"), observation(3, **UNKNOWN), type="batch"
    )
    found = lab.post("/fhir", sent)
    told = [one["response"] for one in found.json()["entry"]]
    assert [one["status"][:3] for one in told] == ["202", "202", "422", "422"]
    assert issues(told[2]["outcome"])[0] == ("code-invalid", "Bundle.entry[2].resource.status")
    assert issues(told[3]["outcome"])[0][0] == "code-invalid"
    read()
    assert sorted(IncomingRow.objects.values_list("place", flat=True)) == ["accepted", "quarantined", "quarantined"]  # fmt: skip
    faults = lab.get(found["Location"]).json()["faults"]
    assert [one["row"] for one in faults] == [2, 3]


@pytest.mark.parametrize("bad", [{"status": "banana"}, UNKNOWN])
def test_a_transaction_with_one_fault_is_refused_whole_and_kept(lab: Machine, bad: Json) -> None:
    found = lab.post("/fhir", one_and(observation(1), observation(2, **bad)))
    assert found.status_code == 422
    assert issues(found)[0][0] == "code-invalid"
    assert issues(found)[-1][0] == "processing"
    message = Message.objects.get()
    assert message.state == "refused"
    assert message.refused in found.content.decode()
    assert message.chunks.exists()
    read()
    assert not IncomingRow.objects.exists()


@pytest.mark.parametrize(
    ("more", "code", "where"),
    [
        ({"status": "banana"}, "code-invalid", "Observation.status"),
        ({"status": None}, "required", "Observation.status"),
        ({"colour": "red"}, "structure", "Observation.colour"),
        ({"issued": "2020-10-02"}, "value", "Observation.issued"),
        ({"subject": {"reference": "#nobody"}}, "not-found", "Observation.subject"),
        ({"identifier": None}, "required", "Observation.identifier.value"),
        (UNKNOWN, "code-invalid", f"Observation.value.coding.where(system='{SNOMED}').code"),
        ({"issued": "2095-10-02T09:00:00Z"}, "value", "Observation.issued"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place_and_the_row_waits_in_quarantine(
    lab: Machine, more: Json, code: str, where: str
) -> None:
    sent = {k: v for k, v in alone(**more).items() if v is not None}
    found = lab.post("/fhir/Observation", sent)
    assert found.status_code == 422
    assert issues(found)[0] == (code, where)
    read()
    assert IncomingRow.objects.get().place == "quarantined"
    assert Quarantined.objects.get().state == "open"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"<Bundle/>", 422, "structure"),
        (b"[1]", 422, "structure"),
        (b'{"a":' * 100_000, 422, "too-costly"),
        (b"[" * 4_000_000, 422, "too-costly"),
        (b" " * (MOST_BYTES + 1), 413, "too-long"),
        ({"resourceType": "Patient"}, 422, "not-supported"),
        ({"resourceType": "Bundle", "type": "searchset"}, 422, "code-invalid"),
        (bundle(patient()), 422, "required"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_within_two_seconds(
    lab: Machine, body: Json | bytes, status: int, code: str
) -> None:
    begun = time.monotonic()
    found = lab.post("/fhir", body)
    assert time.monotonic() - begun < 2
    assert found.status_code == status
    assert issues(found)[0][0] == code
    kept = Message.objects.filter(state="refused").count()
    assert kept == (0 if status == 413 else 1)
    assert lab.post("/fhir", one_and(observation())).status_code == 200


def test_a_resource_at_anothers_address_is_shown_its_own(lab: Machine) -> None:
    found = lab.post("/fhir", alone())
    assert found.status_code == 422
    assert "send it to /fhir/Observation" in found.content.decode()


@pytest.mark.parametrize("media", ["application/fhir+xml", "text/xml", "text/plain", ""])
def test_only_json_is_taken(lab: Machine, media: str) -> None:
    found = lab.post("/fhir", b"<Bundle/>", media=media)
    assert found.status_code == 415
    assert ("XML is not taken" in found.content.decode()) == ("xml" in media)
    assert not Message.objects.exists()


def test_the_same_again_is_stored_once_and_gets_the_same_place(lab: Machine) -> None:
    first, again = (lab.post("/fhir/Observation", alone()) for _ in range(2))
    assert (first.status_code, again.status_code) == (202, 200)
    assert first["Location"] == again["Location"]
    assert Message.objects.count() == 1


def test_the_same_id_with_other_content_is_kept_aside(lab: Machine) -> None:
    lab.post("/fhir/Observation", alone(1), Idempotency_Key="day-1")
    found = lab.post("/fhir/Observation", alone(2), Idempotency_Key="day-1")
    assert (found.status_code, issues(found)) == (409, [("conflict", "")])
    assert sorted(Message.objects.values_list("state", flat=True)) == ["conflict", "stored"]


@pytest.mark.parametrize("bad", ["", "x" * 201, "Zoë", "a\x01b"])
def test_an_id_that_is_none_is_refused(lab: Machine, bad: str) -> None:
    found = lab.post("/fhir/Observation", alone(), Idempotency_Key=bad)
    assert (found.status_code, issues(found)) == (400, [("value", "")])


def test_a_result_sent_as_entered_in_error_takes_it_back(lab: Machine) -> None:
    lab.post("/fhir/Observation", alone())
    read()
    lab.post("/fhir/Observation", alone(status="entered-in-error"))
    read()
    assert Case.objects.get().outcome == "in_error"


def test_the_journal_says_by_which_key_a_message_came(lab: Machine) -> None:
    lab.post("/fhir/Observation", alone())
    entry = Entry.objects.get(kind="intake.message_stored")
    used = Entry.objects.get(kind="intake.key_used")
    assert Subject.objects.filter(entry_id=used.id, subject_id=entry.actor_id).exists()


def test_when_the_database_is_gone_nothing_is_acknowledged(
    lab: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> Iterator[None]:
        with connection.cursor() as cursor:
            cursor.execute(
                """create function full_disk() returns trigger language plpgsql as
                $$ begin raise disk_full; end $$"""
            )
            cursor.execute(
                "create trigger full_disk before insert on intake_chunk for each row execute function full_disk()"
            )
        yield

    next(full())
    found = lab.post("/fhir/Observation", alone())
    assert (found.status_code, found["Retry-After"]) == (503, "5")
    assert issues(found) == [("transient", "")]
    assert not Message.objects.exists()


def test_a_fault_of_ours_tells_nothing_of_the_message(
    lab: Machine, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*given: object, **more: object) -> None:
        raise ValueError("Family1 was born on 1951-05-06")

    monkeypatch.setattr("throughline.web.door.fhir.judged", broken)
    found = lab.post("/fhir/Observation", alone())
    assert (found.status_code, issues(found)) == (500, [("exception", "")])
    assert b"Family1" not in found.content


def test_a_moment_of_no_database_is_said_and_not_taken_for_a_fault(
    lab: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*given: object, **more: object) -> None:
        raise OperationalError("the connection was closed")

    monkeypatch.setattr("throughline.web.door.guard.caller", gone)
    assert lab.post("/fhir/Observation", alone()).status_code == 503
