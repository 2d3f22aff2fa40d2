"""The worker's loop: ask each room's tasks in turn what is due, and let each do one piece of it.

Nothing is kept in memory that a restart could lose: the backlog is the table.
"""

from __future__ import annotations

import logging
import signal
import time
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from threading import Thread

from django.apps import apps
from django.db import InterfaceError, OperationalError, connection

from throughline.cli import pulse
from throughline.core import clock
from throughline.core.context import transaction_as
from throughline.core.logs import kinds_and_places
from throughline.core.remembering import remembering
from throughline.core.tasks import Task

log = logging.getLogger("throughline.worker")

# A task that fails rests this long, so that the others go on and the log stays readable.
REST_AFTER_FAILURE_SECONDS = 10.0
DATABASE_PAUSE_SECONDS = 0.5
LONGEST_SLEEP_SECONDS = 0.5


@dataclass(kw_only=True)
class Turn:
    """A task and the moment (of the machine's steady clock) from which it may run again."""

    task: Task
    due: float = 0.0
    running: Thread | None = None


class Worker:
    """Runs the tasks until told to stop."""

    def __init__(self, tasks: list[Task]) -> None:
        self.turns = [Turn(task=task) for task in tasks]
        self.stopping = False
        self.shown_on: object = None

    def run(self) -> None:
        """Go round the tasks for ever; a piece of work begun is finished before stopping."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        log.info("The worker starts with %d tasks", len(self.turns))
        while not self.stopping:
            try:
                self._show_pulse()
                did = self.round()
            except (OperationalError, InterfaceError):
                # The database is being restarted: whatever was under way was rolled back and is due.
                connection.close()
                log.warning("The database does not answer; trying again")
                time.sleep(DATABASE_PAUSE_SECONDS)
                continue
            if not did:
                self._sleep()

    def round(self) -> int:
        """Give each task that is due one turn; return how many rows were done."""
        due = [turn for turn in self.turns if turn.due <= time.monotonic()]
        for turn in due:
            if turn.task.apart and (turn.running is None or not turn.running.is_alive()):
                # A daemon, since it can be broken off anywhere: what it had begun is rolled back.
                turn.running = Thread(target=self._run_apart, args=(turn,), daemon=True)
                turn.running.start()
        return sum(self._run(turn) for turn in due if not turn.task.apart)

    def _run_apart(self, turn: Turn) -> None:
        try:
            self._run(turn)
        except (OperationalError, InterfaceError):
            turn.due = time.monotonic() + REST_AFTER_FAILURE_SECONDS
        finally:
            connection.close()

    def _run(self, turn: Turn) -> int:
        if self.stopping:
            return 0
        try:
            with remembering(), transaction_as(turn.task.role):
                did = turn.task.run(clock.now())
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            # Its kind and places only: an error's text may quote a row.
            log.error("Task %s failed\n%s", turn.task.name, "\n".join(kinds_and_places(error)))
            turn.due = time.monotonic() + REST_AFTER_FAILURE_SECONDS
            return 0
        turn.due = 0.0 if did else time.monotonic() + turn.task.every.total_seconds()
        return did

    def _show_pulse(self) -> None:
        """Let `throughline doctor` see this worker; again on each new connection."""
        connection.ensure_connection()
        if connection.connection is not self.shown_on:
            pulse.show()
            self.shown_on = connection.connection

    def _sleep(self) -> None:
        waiting = [
            turn.due for turn in self.turns if not (turn.running and turn.running.is_alive())
        ]
        next_due = min(waiting, default=time.monotonic() + 1)
        time.sleep(min(max(next_due - time.monotonic(), 0.01), LONGEST_SLEEP_SECONDS))

    def _stop(self, _number: int, _frame: object) -> None:
        self.stopping = True


def run() -> None:
    """Run every room's tasks until told to stop."""
    Worker(all_tasks()).run()


def all_tasks() -> list[Task]:
    """Return what each room's tasks.py lists, in the order of the rooms."""
    tasks: list[Task] = []
    for app in apps.get_app_configs():
        name = f"{app.name}.tasks"
        if app.name.startswith("throughline.") and find_spec(name) is not None:
            tasks.extend(getattr(import_module(name), "TASKS", ()))
    return tasks
