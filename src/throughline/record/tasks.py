"""What falls due in record: the figures on the pages, computed anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from throughline.core.roles import Role
from throughline.core.tasks import Task
from throughline.record.actions import compute_figures

EVERY = timedelta(minutes=10)


def refresh_figures(at: datetime) -> int:
    """Compute the figures once; the next time is due after `EVERY`, whatever the time this one took."""
    compute_figures(at=at)
    return 0


TASKS: tuple[Task, ...] = (
    Task(
        name="record.refresh_figures",
        role=Role.EXPORT,
        every=EVERY,
        run=refresh_figures,
        apart=True,
    ),
)
