"""Filling the town: three weeks of its outbreak, worked by the service's own actions in its own roles."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from throughline.cli.demonstration import calendar
from throughline.cli.demonstration.borrowed import every_role
from throughline.cli.demonstration.line import Handler, Line
from throughline.cli.demonstration.staff import SignIn, found_service, settle
from throughline.cli.demonstration.truth import Truth
from throughline.cli.demonstration.working import Clockwork
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.core.service import DEFAULT_ZONE
from throughline.intake.actions import store
from throughline.rehearsal.results import day_files, message_id
from throughline.rehearsal.streams import Streams
from throughline.rehearsal.town import Town, build
from throughline.workforce.models import Agent, JobRole

PERSONS = 20_000
SEED = 2020
PERSONS_A_HANDLER = 2_000

Say = Callable[[str], None]


def fill(*, now: datetime, say: Say, persons: int = PERSONS, seed: int = SEED) -> list[SignIn]:
    """Fill the empty service and return one sign-in for each role. Killed, it leaves no note and starts over."""
    zone = ZoneInfo(DEFAULT_ZONE)
    days = list(calendar.mornings(now, zone=zone))
    say("Inventing the town")
    town = build(seed=seed, persons=persons, until=days[-1].on)
    with every_role(), _quick_commits():
        say("Appointing its people")
        opening = days[0].files_at.replace(hour=5)
        found_service(town, at=opening)
        with transaction.atomic():
            sign_ins = settle(town, at=opening)
        Weeks(town, days, say).run()
    return sign_ins


class Weeks:
    """The three weeks, one day after the other."""

    def __init__(self, town: Town, days: list[calendar.Morning], say: Say) -> None:
        """Lay out the laboratories' files and call the handlers together."""
        self.town, self.days, self.say = town, days, say
        self.streams = Streams(town.seed)
        self.truth = Truth(town)
        self.clockwork = Clockwork()
        self.line = Line(handlers(), self.truth, self.streams)
        self.files: dict[object, list[tuple[str, bytes]]] = {}
        for laboratory, day, content in day_files(town):
            self.files.setdefault(day, []).append((laboratory, content))

    def run(self) -> None:
        """Let every day happen."""
        for number, day in enumerate(self.days, start=1):
            self.say(f"Day {number} of {len(self.days)}")
            self._files(day)
            duty = self.line.on_duty(day, 2 + len(self.town.persons) // PERSONS_A_HANDLER)
            for shift in day.shifts:
                self.clockwork.until_idle(shift.begins)
                self.truth.look(since=day.files_of)
                self.line.work(shift, duty)
                self.clockwork.until_idle(shift.ends)

    def _files(self, day: calendar.Morning) -> None:
        for laboratory, content in self.files.get(day.files_of, ()):
            store(
                sender_code=laboratory,
                chunks=[content],
                message_id=message_id(laboratory, day.files_of),
                name=f"{laboratory}-{day.files_of}.csv",
                by=None,
                at=day.files_at,
            )
        self.clockwork.until_idle(day.files_at)
        self.truth.look(since=day.files_of)


def handlers() -> list[Handler]:
    """Return those who take conversations for the suppliers."""
    with transaction.atomic(), acting(Role.AUTHORITY):
        found = list(
            Agent.objects.filter(user__role=JobRole.HANDLER)
            .select_related("user")
            .defer("user__password", "user__last_login")
            .order_by("user__username")
        )
    return [
        Handler(
            user=one.user,
            languages=tuple(one.languages),
            skills=tuple(one.skills),
            cases="case" in one.kinds,
        )
        for one in found
    ]


def write_note(path: Path, sign_ins: list[dict[str, str]]) -> None:
    """Write the sign-ins, whole or not at all, for nobody else's eyes: the sign that the town is filled."""
    partial = path.with_suffix(".partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(sign_ins, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)


class _quick_commits:  # noqa: N801 - reads as a phrase
    """Commits need not reach the disk one by one: a fill that is cut short starts over."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("set synchronous_commit = off")

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("reset synchronous_commit")
