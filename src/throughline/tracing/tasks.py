"""What falls due in tracing: names to resolve, answers to turn into rows, clocks, releases."""

from __future__ import annotations

from datetime import timedelta

from throughline.core.roles import Role
from throughline.core.tasks import Task
from throughline.tracing.actions.persons import join_waiting
from throughline.tracing.actions.resolution import resolve_named
from throughline.tracing.actions.responsibility import hand_over_due, release_contacts
from throughline.tracing.actions.settings import resolve_interviews

TASKS: tuple[Task, ...] = (
    # Before the names: contacts of an escalated case are health protection's from the start.
    Task(
        name="tracing.resolve_interviews",
        role=Role.MATCH,
        every=timedelta(seconds=2),
        run=resolve_interviews,
    ),
    Task(
        name="tracing.resolve_named", role=Role.MATCH, every=timedelta(seconds=2), run=resolve_named
    ),
    Task(
        name="tracing.join_waiting", role=Role.MATCH, every=timedelta(seconds=30), run=join_waiting
    ),
    Task(
        name="tracing.hand_over_due",
        role=Role.CLOCK,
        every=timedelta(seconds=30),
        run=hand_over_due,
    ),
    Task(
        name="tracing.release_contacts",
        role=Role.CLOCK,
        every=timedelta(minutes=5),
        run=release_contacts,
    ),
)
