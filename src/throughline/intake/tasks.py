"""What is due in intake: messages to read, rows to take up (mended, or links whose persons have come), trials, and a look at the ledger."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection

from throughline.core.roles import Role
from throughline.core.tasks import Task
from throughline.intake.actions.alarms import note_alarms
from throughline.intake.actions.found import take_up_links
from throughline.intake.actions.parsing import parse_next, take_up_mended
from throughline.intake.actions.trying import answer_next
from throughline.intake.actions.undoing import undo_next

GATHER = timedelta(seconds=0.5)
"""How long a small message waits for others: to read a few costs hardly more than to read one."""


def parse_messages(at: datetime) -> int:
    """Read the next batch of the oldest message that nobody else is reading; small ones first gather for a moment."""
    return parse_next(at=at, gather=GATHER)


def take_up_mended_rows(at: datetime) -> int:
    """Send rows that a person mended in quarantine the ordinary way."""
    return take_up_mended(at=at)


def take_up_links_found(at: datetime) -> int:
    """Take up the links that waited for persons or cases which have come since."""
    return take_up_links(at=at)


def undo_loads(at: datetime) -> int:
    """Undo the next batch of a load that a person asked to undo."""
    return undo_next(at=at)


def answer_trials(at: datetime) -> int:
    """Try a file, or the undoing of a load, as a person asked, and take it all back."""
    return answer_next(at=at)


def watch_ledger(at: datetime) -> int:
    """Note the ledger's alarms that are new or over; the next look is due after its time, whatever this one found."""
    # Before the first query: every statement after it sees what the first one saw.
    with connection.cursor() as cursor:
        cursor.execute("set transaction isolation level repeatable read")
    note_alarms(at=at)
    return 0


TASKS: tuple[Task, ...] = (
    Task(
        name="intake.parse_messages",
        role=Role.MATCH,
        every=timedelta(seconds=1),
        run=parse_messages,
    ),
    Task(
        name="intake.take_up_mended_rows",
        role=Role.MATCH,
        every=timedelta(seconds=2),
        run=take_up_mended_rows,
    ),
    Task(
        name="intake.take_up_links",
        role=Role.MATCH,
        every=timedelta(seconds=10),
        run=take_up_links_found,
    ),
    Task(
        name="intake.undo_loads",
        role=Role.MATCH,
        every=timedelta(seconds=2),
        run=undo_loads,
    ),
    Task(
        name="intake.answer_trials",
        role=Role.MATCH,
        every=timedelta(seconds=1),
        run=answer_trials,
    ),
    Task(
        name="intake.watch_ledger",
        role=Role.MATCH,
        every=timedelta(minutes=10),
        run=watch_ledger,
        apart=True,
    ),
)
