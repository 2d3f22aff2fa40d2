"""Whatever comes by whichever door has one answer and one stored row, and the worker is done with it.

A few on every run; `THROUGHLINE_EXAMPLES=5000 pytest -m storm tests/fuzz/test_through_the_database.py` for as many
as named.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from tests.fuzz.grammars import SENDER, Door, Sending, sendings
from tests.invariants import all_complaints
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions.parsing import parse_next
from throughline.intake.actions.receiving import Arrived, receive
from throughline.intake.errors import OUR_FAULT
from throughline.intake.mllp.frames import Frame
from throughline.intake.models import Message, Quarantined
from throughline.intake.parsing.hl7 import split
from throughline.intake.queries import ledger
from throughline.intake.tests.world import prepare
from throughline.web.door import callers
from throughline.web.door.tests.conftest import Machine, machine

pytestmark = pytest.mark.django_db

ADDRESSES: dict[Door, tuple[str, str]] = {
    "fhir": ("/fhir", "application/fhir+json"),
    "hl7": ("/messages", "application/hl7-v2"),
    "csv": ("/messages", "text/csv"),
    "xlsx": ("/messages", "application/zip"),
}
# Packed files are opened in a process of their own, each of which takes a tenth of a second.
QUICK: tuple[Door, ...] = ("mllp", "fhir", "hl7", "csv")
ALL: tuple[Door, ...] = (*QUICK, "xlsx")

STEPS = 200
"""Batches within which the worker must be done with a handful of messages, or it goes round in circles."""


@pytest.fixture
def lab(settings: Settings) -> Machine:
    """The laboratory's machine, before the process that serves the door."""
    settings.PROCESS = "intake"
    settings.ROOT_URLCONF = "throughline.web.urls.intake"
    prepare()
    return machine(SENDER, per_minute=1_000_000)


few = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
packed = settings(few, max_examples=8)
many = settings(few, max_examples=int(os.environ.get("THROUGHLINE_EXAMPLES", "2000")))


@few
@given(sent=sendings(QUICK), is_alone=st.booleans())
def test_each_message_has_one_answer_one_row_and_one_outcome(
    lab: Machine, sent: list[Sending], is_alone: bool
) -> None:
    follow(lab, sent, is_alone=is_alone)


@packed
@given(sent=sendings(("xlsx", "csv"), most=4))
def test_so_has_each_packed_file(lab: Machine, sent: list[Sending]) -> None:
    follow(lab, sent, is_alone=False)


@pytest.mark.storm
@many
@given(sent=sendings(ALL, most=12), is_alone=st.booleans())
def test_so_has_each_of_as_many_as_named(lab: Machine, sent: list[Sending], is_alone: bool) -> None:
    follow(lab, sent, is_alone=is_alone)


@dataclass
class Seen:
    """What was kept so far, and how each sending was answered."""

    rows: dict[UUID, Row] = field(default_factory=dict)
    answers: dict[Sending, Answer] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """A stored message: under whose name and id, and in which state it was kept."""

    sender: UUID
    message_id: str
    state: str


@dataclass(frozen=True)
class Answer:
    """What the sender was told: `code` is taken, again, refused or conflict; `said` is the rest, without the time."""

    code: str
    said: str


def follow(lab: Machine, sent: Iterable[Sending], *, is_alone: bool) -> None:
    """Send messages, have the worker read them, and look at all that must be true; then take it all back."""
    callers._buckets.clear()
    with transaction.atomic():
        seen = Seen()
        for one in sent:
            _send(lab, one, seen)
        at = clock.now()
        _work(at, is_alone=is_alone)
        _is_settled(seen, at)
        transaction.set_rollback(True)


def _send(lab: Machine, one: Sending, seen: Seen) -> None:
    answer = _over_mllp(one) if one.door == "mllp" else _over_http(lab, one)
    rows = {
        message.id: Row(message.sender_id, message.message_id, message.state)
        for message in Message.objects.all()
    }
    new = [row for key, row in rows.items() if key not in seen.rows]
    if one in seen.answers:
        assert new == [], "a repeat made a second row"
        before = seen.answers[one]
        assert answer.said == before.said
        assert answer.code == before.code or (before.code, answer.code) == ("taken", "again")
        return
    assert len(new) == 1, "one message, one row"
    earlier = [
        row
        for row in seen.rows.values()
        if (row.sender, row.message_id) == (new[0].sender, new[0].message_id)
    ]
    assert (new[0].state == "conflict") == (bool(earlier) and new[0].state != "refused")
    assert answer.code == {"stored": "taken", "refused": "refused"}.get(new[0].state, new[0].state)
    seen.rows, seen.answers[one] = rows, answer


def _over_http(lab: Machine, one: Sending) -> Answer:
    address, media = ADDRESSES[one.door]
    named = {"Idempotency_Key": one.id} if one.id else {}
    found = lab.post(address, one.data, media=media, **named)
    told: Any = found.json()
    assert told, "an answer that says nothing"
    # A resource that is refused alone is kept in quarantine like a row; it is taken.
    is_row = found.status_code == 422 and "in quarantine" in found.text
    code = {202: "taken", 200: "again", 409: "conflict", 422: "refused"}[found.status_code]
    if found.status_code == 200 and '"already":true' not in found.text:
        # A Bundle's answer is 200 whatever its entries are told: that is its own beginning.
        code = "again" if "200 OK" in found.text else "taken"
    return Answer("taken" if is_row else code, found["Location"])


def _over_mllp(one: Sending) -> Answer:
    (answer,) = receive([Arrived(frame=Frame(one.data))], facility="", at=clock.now())
    segments = split(answer).segments
    kinds = Counter(segment[0] for segment in segments)
    assert (kinds["MSH"], kinds["MSA"]) == (1, 1), "one acknowledgement"
    said = next(segment for segment in segments if segment[0] == "MSA")
    code, sentence = said[1], said[3] if len(said) > 3 else ""
    assert code in ("AA", "AE", "AR", "CA", "CE", "CR")
    kind = "taken"
    if code[1] == "R":
        kind = "refused"
    elif "a person decides" in answer.decode("utf-8", "replace"):
        kind = "conflict"
    return Answer(kind, f"{code} {sentence} {said[2]}")


def _work(at: datetime, *, is_alone: bool) -> None:
    """Do what the worker does: small messages together, or each by itself as a large one is read."""
    for _ in range(STEPS):
        waiting = Message.objects.filter(state__in=["stored", "parsing"]).order_by("received_at")
        message = waiting.first() if is_alone else None
        with transaction.atomic(), acting(Role.MATCH):
            if not parse_next(at=at, limit=3, message_id=message and message.id):
                return
    raise AssertionError("the worker finds no end")


def _is_settled(seen: Seen, at: datetime) -> None:
    found = {message.id: message for message in Message.objects.all()}
    assert set(found) == set(seen.rows), "the worker makes no message and loses none"
    for key, message in found.items():
        before = seen.rows[key].state
        allowed = {"stored": {"parsed", "refused"}}.get(before, {before})
        assert message.state in allowed
        assert message.refused != OUR_FAULT, "the reader failed on a message"
        assert bool(message.refused) == (message.state == "refused")
    assert not Quarantined.objects.filter(reason="failed").exists(), "the reader failed on a row"
    assert all_complaints(_ask, at=at) == []
    balance = ledger(days=2, at=at)
    assert balance.alarms == ()
    assert all(one.balances and not one.waiting for one in balance.rows)


def _ask(query: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()
