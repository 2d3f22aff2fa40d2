"""Alarms are noted in the journal when they begin and when they end, whoever looks or does not."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from throughline.core.context import acting, transaction_as
from throughline.core.roles import Role
from throughline.intake.actions.alarms import note_alarms
from throughline.intake.models import IncomingRow
from throughline.intake.queries.alarms import DAYS, standing
from throughline.intake.tasks import TASKS
from throughline.intake.tests.world import AT, as_csv, keep, load_rows, prepare, row, work
from throughline.journal.models import Entry

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def look(at: datetime) -> int:
    with transaction.atomic(), acting(Role.MATCH):
        return note_alarms(at=at)


def noted() -> list[tuple[str, datetime, dict[str, Any]]]:
    entries = Entry.objects.filter(kind__startswith="intake.alarm_").order_by("at", "id")
    return [(one.kind, one.at, one.body) for one in entries]


def test_an_alarm_is_noted_once_from_when_to_when_it_stood() -> None:
    prepare()
    keep(as_csv([row(1)]))
    assert look(AT + 15 * MINUTE) == 0
    began, ended = AT + 20 * MINUTE, AT + 40 * MINUTE
    assert (look(began), look(AT + 30 * MINUTE)) == (1, 0)
    assert list(standing().values()) == [began]
    work(at=ended)
    assert (look(ended), look(AT + HOUR)) == (1, 0)
    alarm = {
        "code": "waiting_long",
        "sender": "lab",
        "day": "2020-10-03",
        "hour": "2020-10-03T10:00:00+00:00",
    }
    assert noted() == [
        ("intake.alarm_began", began, alarm),
        ("intake.alarm_ended", ended, alarm | {"because": "mended"}),
    ]
    assert standing() == {}


def test_an_alarm_that_comes_back_begins_again() -> None:
    prepare()
    load_rows(row(1), row(2))
    for number in range(4):
        moved = IncomingRow.objects.filter(number=1)
        moved.update(place="rejected" if number % 2 == 0 else "accepted")
        assert look(AT + number * HOUR) == 1
    kinds = [(kind, body["code"]) for kind, _, body in noted()]
    assert (
        kinds == [("intake.alarm_began", "rows_differ"), ("intake.alarm_ended", "rows_differ")] * 2
    )


def test_one_that_is_older_than_the_days_looked_at_ends_without_being_called_mended() -> None:
    prepare()
    load_rows(row(1), row(2))
    IncomingRow.objects.filter(number=1).update(place="rejected")
    assert look(AT + (DAYS - 1) * DAY) == 1
    assert look(AT + DAYS * DAY) == 1
    assert [body.get("because") for _, _, body in noted()] == [None, "older"]


def test_a_message_that_waits_stands_whatever_its_age() -> None:
    prepare()
    keep(as_csv([row(1)]))
    assert (look(AT + DAYS * DAY), look(AT + 2 * DAYS * DAY)) == (1, 0)
    assert len(standing()) == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_looks_at_one_moment_and_rests_then() -> None:
    prepare()
    keep(as_csv([row(1)]))
    (task,) = [one for one in TASKS if one.name == "intake.watch_ledger"]
    with transaction_as(task.role):
        assert task.run(AT + HOUR) == 0
        with connection.cursor() as cursor:
            cursor.execute("show transaction_isolation")
            assert cursor.fetchone() == ("repeatable read",)
    with transaction_as(Role.CLOCK):
        assert len(standing()) == 1
