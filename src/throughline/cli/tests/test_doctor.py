"""Each check of the doctor says what is wrong and what to do, and starts nothing."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from typer.testing import CliRunner

from throughline.cli import pulse
from throughline.cli.doctor import inside, outside
from throughline.cli.doctor.finding import Finding, State
from throughline.cli.exits import ExitCode
from throughline.cli.main import app
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.models import Service
from throughline.core.roles import Role
from throughline.intake.queries.alarms import BEGAN, ENDED
from throughline.journal.actions import record
from throughline.server import home as homes

NOW = clock.now()


def wrong(finding: Finding, *, said: str, do: str, state: State = State.FAIL) -> None:
    assert finding.state == state, finding
    assert said in finding.what
    assert do in finding.do


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> homes.Home:
    """A home with nothing in it."""
    for name in list(os.environ):
        if name == "DATABASE_URL" or name.startswith("THROUGHLINE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("THROUGHLINE_HOME", str(tmp_path))
    return homes.current()


def test_without_a_database_the_doctor_says_how_to_start_one(nowhere: homes.Home) -> None:
    result = CliRunner().invoke(app, ["doctor", "--json"])
    assert result.exit_code == ExitCode.DOWN
    found = {row["name"]: row for row in json.loads(result.stdout)}
    assert found["database"]["what"] == "embedded, not running"
    assert "throughline db start" in found["database"]["do"]
    assert found["inside"]["state"] == "fail"
    assert not (nowhere.folder / "database").exists()


def test_for_a_reader_what_to_do_stands_below_what_is_wrong(nowhere: homes.Home) -> None:
    lines = CliRunner().invoke(app, ["doctor"]).stdout.splitlines()
    place = next(i for i, line in enumerate(lines) if line.startswith("FAIL database"))
    assert "throughline db start" in lines[place + 1]


def test_a_managed_database_that_does_not_answer_is_down(
    nowhere: homes.Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THROUGHLINE_DATABASE_HOST", str(nowhere.folder))
    wrong(outside.check_database(nowhere), said="does not let throughline_worker in", do="prepare")
    wrong(outside.check_logins(nowhere), said="does not let throughline_desk in", do="prepare")
    wrong(outside.check_clock(nowhere), said="not compared", do="database")


def test_too_little_room_is_said(nowhere: homes.Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "ENOUGH_BYTES", 10**18)
    wrong(outside.check_disk(nowhere), said="GB free", do="Free some")


@pytest.mark.parametrize(("seconds", "state"), [(0.0, State.OK), (2.5, State.FAIL)])
def test_clocks_apart_are_said(seconds: float, state: State) -> None:
    assert outside.judged_clock(seconds).state == state


@pytest.mark.django_db
def test_a_prepared_database_passes_every_outside_check(embedded_server: None) -> None:
    found = [check(homes.current()) for check in outside.OUTSIDE]
    assert {finding.state for finding in found} == {State.OK}, found


@pytest.mark.django_db
class TestInside:
    """What the tables say."""

    def test_a_prepared_and_founded_service_lacks_only_its_worker(self) -> None:
        Service.objects.create(name="Dale")
        found = {finding.name: finding.state for finding in inside.look()}
        assert found.pop("worker") == State.FAIL
        with connection.cursor() as cursor:
            for table in inside.PARTITIONED:
                cursor.execute("select make_partitions(%s, now(), 6)", [table])
        assert inside.check_partitions(clock.now()).state == State.OK
        found.pop("partitions")
        assert set(found.values()) == {State.OK}

    def test_a_changed_right_is_named(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("grant select on people_person to throughline_r_supplier")
        wrong(inside.check_grants(NOW), said="may select people_person", do="db prepare")

    def test_few_months_ahead_are_a_warning(self) -> None:
        with connection.cursor() as cursor:
            for table in inside.PARTITIONED:
                cursor.execute("select make_partitions(%s, '2031-05-01', 3)", [table])
        at = datetime(2031, 5, 20, tzinfo=UTC)
        assert inside.months_ahead("journal_entry", at) == 2
        wrong(inside.check_partitions(at), said="for 2 months", do="db prepare", state=State.WARN)

    def test_december_is_followed_by_january(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select make_partitions('journal_entry', '2031-11-01', 4)")
        at = datetime(2031, 11, 20, tzinfo=UTC)
        assert inside.months_ahead("journal_entry", at) == 3

    def test_a_kind_without_a_rule_in_force_is_named(self) -> None:
        # Before any of them was valid.
        at = datetime(1800, 1, 1, tzinfo=UTC)
        wrong(inside.check_definitions(at), said="outcomes", do="definitions adopt")

    def test_a_service_not_founded_is_a_warning(self) -> None:
        wrong(inside.check_service(NOW), said="not founded", do="service found", state=State.WARN)

    def test_a_table_that_is_not_there_is_a_finding(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("drop table core_service")
        found = {finding.name: finding for finding in inside.look()}
        wrong(found["service"], said="could not be looked at", do="db prepare")
        assert found["definitions"].state == State.OK

    def test_alarms_that_stand_are_counted(self) -> None:
        assert inside.check_alarms(NOW).what == "none of the ledger stands"
        body = {"code": "rows_missing", "sender": "lab", "day": "2020-10-03", "hour": None}
        began = datetime(2020, 10, 3, 10, 5, tzinfo=UTC)
        with acting(Role.MATCH):
            record(BEGAN, at=began, by=None, **body)
        said = "1 of the ledger stands, the oldest since 2020-10-03 10:05 UTC"
        wrong(inside.check_alarms(NOW), said=said, do="intake ledger", state=State.WARN)
        with acting(Role.MATCH):
            record(ENDED, at=NOW, by=None, **body, because="mended")
        assert inside.check_alarms(NOW).state == State.OK

    def test_no_worker_is_said(self) -> None:
        wrong(inside.check_worker(NOW), said="not running", do="throughline worker")


@pytest.fixture
def other_worker(db: None) -> Iterator[None]:
    """A worker with a connection of its own, which does nothing more."""
    ready, done = threading.Event(), threading.Event()

    def live() -> None:
        pulse.show()
        ready.set()
        done.wait()
        connection.close()

    thread = threading.Thread(target=live)
    thread.start()
    ready.wait()
    yield
    done.set()
    thread.join()


def test_a_worker_is_seen_while_its_connection_lives(other_worker: None) -> None:
    finding = inside.check_worker(NOW)
    assert (finding.state, finding.what.startswith("running")) == (State.OK, True)


def test_a_worker_that_hangs_is_said(other_worker: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inside, "SILENT", timedelta(0))
    wrong(inside.check_worker(NOW), said="last heard", do="It hangs")
