"""The worker's loop: one turn after another, and what reads whole tables beside them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

import pytest
from django.db import connection

from throughline.cli.work import Worker
from throughline.core.context import current
from throughline.core.roles import Role
from throughline.core.tasks import Task

pytestmark = pytest.mark.django_db(transaction=True)


def task(name: str, run: Callable[[datetime], int], *, apart: bool = False) -> Task:
    return Task(
        name=f"test.{name}", role=Role.CLOCK, every=timedelta(hours=1), run=run, apart=apart
    )


def ended(worker: Worker) -> None:
    for turn in worker.turns:
        if turn.running is not None:
            turn.running.join(20)
            assert not turn.running.is_alive()


def test_a_task_that_runs_apart_keeps_no_other_from_its_turn() -> None:
    go_on, begun, done = Event(), Event(), []

    def long(at: datetime) -> int:
        begun.set()
        assert go_on.wait(20)
        done.append("long")
        return 0

    def short(at: datetime) -> int:
        done.append("short")
        return 0

    worker = Worker([task("long", long, apart=True), task("short", short)])
    worker.round()
    assert begun.wait(20)
    assert done == ["short"]
    go_on.set()
    ended(worker)
    assert done == ["short", "long"]


def test_it_runs_in_its_role_on_a_connection_of_its_own_and_not_twice_at_once() -> None:
    seen: list[tuple[Role | None, int]] = []
    go_on = Event()

    def look(at: datetime) -> int:
        context = current()
        with connection.cursor() as cursor:
            cursor.execute("select pg_backend_pid()")
            seen.append((context.role if context else None, cursor.fetchone()[0]))
        assert go_on.wait(20)
        return 0

    worker = Worker([task("look", look, apart=True)])
    worker.round()
    worker.round()
    go_on.set()
    ended(worker)
    with connection.cursor() as cursor:
        cursor.execute("select pg_backend_pid()")
        mine = cursor.fetchone()[0]
    assert [role for role, _ in seen] == [Role.CLOCK]
    assert seen[0][1] != mine


def test_one_that_fails_rests_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    def fail(at: datetime) -> int:
        raise ValueError("a word of a person")

    worker = Worker([task("fail", fail, apart=True)])
    worker.round()
    ended(worker)
    (turn,) = worker.turns
    assert turn.due > time.monotonic()
    assert "test.fail failed" in caplog.text
    assert "a word of a person" not in caplog.text
