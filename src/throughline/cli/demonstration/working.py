"""What the worker would have done by a moment: every task, again and again, until nothing is due."""

from __future__ import annotations

from datetime import datetime

from throughline.cli.work import all_tasks
from throughline.core.context import transaction_as
from throughline.core.remembering import remembering
from throughline.core.tasks import Task

# A task that finds work for ever would keep the town from being filled.
MOST_TURNS = 200


class Clockwork:
    """The worker's tasks, run by the town's clock instead of the machine's."""

    def __init__(self) -> None:
        """Find the tasks once."""
        # What reads whole tables is for the first worker: here it would read them at every step of three weeks.
        self.tasks: list[Task] = [task for task in all_tasks() if not task.apart]

    def until_idle(self, at: datetime) -> None:
        """Do all that is due at that moment."""
        for _ in range(MOST_TURNS):
            # Not any(): each task has its turn in every round.
            if not sum(self._once(task, at) for task in self.tasks):
                return
        raise RuntimeError(f"After {MOST_TURNS} rounds there is still work due at {at:%F %R}.")

    def _once(self, task: Task, at: datetime) -> int:
        with remembering(), transaction_as(task.role):
            return task.run(at)
