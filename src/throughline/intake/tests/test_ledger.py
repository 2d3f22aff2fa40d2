"""The balance: to the unit, from the journal, and an alarm for any one row deleted behind the service's back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from throughline.intake.queries import ledger
from throughline.intake.tests.world import AT, as_csv, keep, load_rows, prepare, row

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _loaded() -> None:
    prepare()
    load_rows(row(1), row(2), row(2), row(3, result="perhaps"), row(4, result="negative"))


def test_every_row_is_in_one_place_and_nothing_alarms() -> None:
    found = ledger(days=2, at=AT)
    (day,) = found.rows
    assert (day.received, day.accepted, day.duplicate, day.quarantined) == (5, 3, 1, 1)
    assert (day.positives, day.in_episodes, day.excluded) == (2, 2, 0)
    assert day.balances
    assert found.alarms == ()


@pytest.mark.parametrize(
    ("code", "deletion"),
    [
        ("rows_missing", "delete from intake_row where number = 1"),
        ("rows_missing", "delete from intake_row where place = 'duplicate'"),
        ("result_missing", "delete from tracing_result where result = 'negative'"),
        ("quarantine_missing", "delete from intake_quarantined"),
        ("report_missing", "delete from intake_report where report_id = 'r4'"),
        ("bytes_missing", "delete from intake_chunk where number = 0"),
        ("message_missing", "delete from intake_message"),
        (
            "case_missing",
            "delete from tracing_case where id in (select id from tracing_case limit 1)",
        ),
    ],
)
def test_any_one_row_deleted_by_sql_alarms_with_sender_and_hour(code: str, deletion: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set constraints all deferred")
        cursor.execute("set session_replication_role = replica")
        cursor.execute(deletion)
        cursor.execute("set session_replication_role = origin")
    alarms = ledger(days=2, at=AT).alarms
    (alarm,) = [one for one in alarms if one.code == code]
    assert (alarm.sender, alarm.day) == ("lab", AT.date())
    assert alarm.hour == AT.replace(minute=0)
    assert "lab" in alarm.sentence
    assert "10:00 UTC" in alarm.sentence


def test_each_hour_with_a_gap_alarms_for_itself() -> None:
    later = AT + timedelta(hours=2)
    load_rows(row(7), row(8), at=later, name="later.csv")
    with connection.cursor() as cursor:
        cursor.execute("delete from intake_row where number = 1")
    alarms = [one for one in ledger(days=2, at=later).alarms if one.code == "rows_missing"]
    assert [one.hour for one in alarms] == [AT.replace(minute=0), later.replace(minute=0)]


def test_a_row_moved_to_another_place_by_sql_alarms() -> None:
    with connection.cursor() as cursor:
        cursor.execute("update intake_row set place = 'rejected' where place = 'quarantined'")
    assert "rows_differ" in {alarm.code for alarm in ledger(days=2, at=AT).alarms}


def test_a_message_that_waits_longer_than_a_quarter_of_an_hour_alarms() -> None:
    keep(as_csv([row(9)]), sender="slow")
    assert not ledger(days=2, at=AT + timedelta(minutes=15)).alarms
    (alarm,) = ledger(days=2, at=AT + timedelta(minutes=16)).alarms
    assert (alarm.code, alarm.sender) == ("waiting_long", "slow")
