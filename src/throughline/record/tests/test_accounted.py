"""Whether every record of the running service is accounted for, asked of its export as the bulletin asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions import ask_to_undo, correct_row
from throughline.intake.actions.undoing import undo_next
from throughline.intake.models import Message, Quarantined
from throughline.intake.queries import ledger
from throughline.intake.tests import world as laboratory
from throughline.intake.tests.world import AT, BY, as_csv, keep, load_file, load_rows, row, work
from throughline.measures import open_events
from throughline.measures.bulletin.reconciliation import alarms
from throughline.record.actions import export_events
from throughline.tracing.models import TestResult

WEEK = date(2020, 10, 1)
LATER = AT + timedelta(hours=1)
LINKS = b"from_id,to_id,disease,exposure_kind,exposed_on\np1,p2,covid,direct,2020-10-01\np1,p99,covid,direct,2020-10-01\n"


@pytest.fixture(scope="module", autouse=True)
def busy(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Rows in every place: corrected in their file and in another, twice, faulty, mended, linked, and undone."""
    with django_db_blocker.unblock():
        laboratory.prepare()
        later = {"reported_at": "2020-10-02T12:00:00Z", "status": "corrected"}
        faulty = [row(number, birth_date="2090-01-01") for number in (4, 5)]
        load_rows(
            row(1),
            row(2, result="negative"),
            row(1),
            row(3),
            row(3, **later, result="negative"),
            *faulty,
        )
        load_rows(row(2, **later), row(6, status="withdrawn"))
        load_file(LINKS, mapping="links")
        wrong = keep(as_csv([row(7), row(7), row(8, result="negative"), row(1), row(2, **later)]))
        work()
        undo(wrong)
        mend(Quarantined.objects.order_by("number").first())
        yield
        connection.close()


def mend(held: Quarantined | None) -> None:
    """Mend a row that then waits for the worker."""
    assert held is not None
    with transaction.atomic(), acting(Role.AUTHORITY):
        correct_row(ref=held.ref, values={"birth_date": "1990-01-01"}, by=BY, at=AT)


def undo(message: Any) -> None:
    with transaction.atomic(), acting(Role.AUTHORITY):
        ask_to_undo(message_ref=message, reason="the wrong file", by=BY, at=LATER)
    with transaction.atomic(), acting(Role.MATCH):
        undo_next(at=LATER)


def said(folder: Path, week: date = WEEK) -> list[str]:
    """What the bulletin of a week warns of, made from an export of this moment."""
    export_events(folder, by=None, at=AT + timedelta(days=1))
    return [alarm.sentence for alarm in alarms(open_events(folder), week)]


def test_a_service_in_which_nothing_was_lost_raises_no_alarm(tmp_path: Path) -> None:
    assert said(tmp_path / "healthy") == []
    events = open_events(tmp_path / "healthy")
    places = ("rows_received", "accepted", "duplicates", "quarantined", "rejected")
    found = {place: events.measure(f"intake.{place}", by="week") for place in places}
    assert {place: [one.numerator for one in answers] for place, answers in found.items()} == {
        "rows_received": [14], "accepted": [6], "duplicates": [1], "quarantined": [2], "rejected": [5]
    }  # fmt: skip


@pytest.mark.parametrize("change", ["lost", "more"])
def test_one_result_too_few_or_too_many_is_told_with_its_week(tmp_path: Path, change: str) -> None:
    one = TestResult.objects.get(report_id="r1", result="positive", exclusion=None)
    with connection.cursor() as cursor:
        if change == "lost":
            cursor.execute(
                "update tracing_result set message_id = %s where id = %s", [one.id, one.id]
            )
        else:
            cursor.execute(
                "update intake_row set place = 'duplicate' where result_id = %s and place = 'accepted'",
                [one.id],
            )
    try:
        assert said(tmp_path / change) == [
            "1 batch brought more or fewer results than its rows accepted in the week of 2020-10-01."
        ]
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "update tracing_result set message_id = %s where id = %s", [one.message_id, one.id]
            )
            cursor.execute(
                "update intake_row set place = 'accepted' where message_id = %s and number = %s",
                [one.message_id, one.row_number],
            )


def test_a_row_of_the_ledger_that_is_gone_is_told(tmp_path: Path) -> None:
    message = Message.objects.order_by("received_at", "id").first()
    assert message is not None
    with connection.cursor() as cursor:
        cursor.execute(
            "update intake_message set rows_received = rows_received + 1 where id = %s",
            [message.id],
        )
    try:
        assert said(tmp_path / "short") == [
            "1 batch receives more or fewer rows than it accounts for in the week of 2020-10-01."
        ]
    finally:
        Message.objects.filter(id=message.id).update(rows_received=message.rows_received)


def test_a_list_of_contacts_is_no_batch_of_results(tmp_path: Path) -> None:
    exported = export_events(tmp_path / "events", by=None, at=AT + timedelta(days=1))
    assert Message.objects.filter(mapping="links").count() == 1
    assert exported.rows["batches"] == Message.objects.count() - 1
    assert (
        json.loads((exported.folder / "manifest.json").read_text())["tables"]["batches"]["rows"]
        == 3
    )


@pytest.mark.django_db  # has the test database made; the others commit, and need no transaction around them
def test_the_ledger_of_the_same_service_is_quiet_too() -> None:
    with acting(Role.AUTHORITY):
        assert ledger(days=2, at=AT).alarms == ()
