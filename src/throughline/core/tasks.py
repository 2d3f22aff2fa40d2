"""A piece of background work: the backlog is the table, and a task does one transaction's worth of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from throughline.core.roles import Role


@dataclass(frozen=True, kw_only=True)
class Task:
    """What is due and the action for it.

    `run` is called inside a transaction, in `role`, with the present moment. It claims rows with SKIP LOCKED
    and returns how many it did; 0 means that nothing is due, and that the task may rest for `every`.
    A task that reads whole tables runs `apart`, on a connection of its own, so that no row waits for it.
    """

    name: str
    role: Role
    every: timedelta
    run: Callable[[datetime], int]
    apart: bool = False
