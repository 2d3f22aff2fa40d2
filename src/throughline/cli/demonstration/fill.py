"""Filling the town: three weeks of its outbreak, worked by the service's own actions in its own roles."""

from __future__ import annotations

import gc
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from throughline.cli.demonstration import calendar
from throughline.cli.demonstration.borrowed import every_role
from throughline.cli.demonstration.councils import Council
from throughline.cli.demonstration.line import Handler, Line
from throughline.cli.demonstration.office import Office
from throughline.cli.demonstration.open_hours import open_around_the_clock
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
from throughline.workforce.models import Agent, JobRole, User

PERSONS = 20_000
SEED = 2020
# A small line for a big outbreak: what it does not reach, the clock gives to the councils.
PERSONS_A_HANDLER = 6_000
BUSY_DAYS = 5
FEW = 2

Say = Callable[[str], None]


def fill(
    *,
    now: datetime,
    say: Say,
    persons: int = PERSONS,
    seed: int = SEED,
    days_of_work: int = calendar.DAYS,
) -> list[SignIn]:
    """Fill the empty service and return one sign-in for each role. Killed, it leaves no note and starts over."""
    zone = ZoneInfo(DEFAULT_ZONE)
    mornings = list(calendar.mornings(now, zone=zone, days=days_of_work))
    say("Inventing the town")
    with _kept_for_good():
        town = build(seed=seed, persons=persons, until=mornings[-1].on)
    with every_role(), _quick_commits():
        say("Appointing its people")
        opening = mornings[0].files_at.replace(hour=5)
        found_service(town, at=opening)
        with transaction.atomic():
            sign_ins = settle(town, at=opening)
        visitor = next(one.username for one in sign_ins if one.role == JobRole.HANDLER.label)
        Weeks(town, mornings, now - calendar.MARGIN, visitor, say).run()
    return sign_ins


class Weeks:
    """The three weeks, one day after the other."""

    def __init__(
        self, town: Town, days: list[calendar.Morning], end: datetime, visitor: str, say: Say
    ) -> None:
        """Lay out the laboratories' files and call together whoever works."""
        self.town, self.days, self.end, self.visitor, self.say = town, days, end, visitor, say
        streams, self.truth = Streams(town.seed), Truth(town)
        self.clockwork = Clockwork()
        self.line = Line(workers(JobRole.HANDLER), self.truth, streams, end=end)
        teams: dict[object, list[Handler]] = {}
        for one in workers(JobRole.LOCAL):
            teams.setdefault(one.user.team_id, []).append(one)
        self.councils = [
            Council(members, self.truth, streams, self.line.talking) for members in teams.values()
        ]
        self.office = Office(self.truth, authority(), end=end)
        self.files: dict[object, list[tuple[str, bytes]]] = {}
        for laboratory, day, content in day_files(town):
            self.files.setdefault(day, []).append((laboratory, content))

    def run(self) -> None:
        """Let every day happen."""
        last = [shift for day in self.days for shift in day.shifts][-1]
        for number, day in enumerate(self.days, start=1):
            self.say(f"Day {number} of {len(self.days)}")
            self._files(day)
            duty = self.line.on_duty(day, 1 + len(self.town.persons) // PERSONS_A_HANDLER)
            busy = number > len(self.days) - BUSY_DAYS
            if not busy:
                # What the visitor looks at is the end; until then a few calls show that there were some.
                self._quiet_shift(day.shifts[-1], self.line.on_duty(day, FEW) if number % 2 else [])
                continue
            for shift in day.shifts:
                if shift is last:
                    open_around_the_clock(on=shift.begins.date(), at=shift.begins)
                    self.line.keep_a_flat(shift, self.visitor)
                    duty = [one for one in duty if one.user.username != self.visitor]
                    if duty:
                        self.line.leave_resting(shift, duty.pop(0))
                self._shift(shift, duty, is_last=shift is last)
            if day.shifts:
                self.clockwork.until_idle(day.shifts[-1].ends)
        self.clockwork.until_idle(self.end)

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
        self.office.work(day.files_at + timedelta(minutes=40))

    def _quiet_shift(self, shift: calendar.Shift, duty: list[Handler]) -> None:
        self.clockwork.until_idle(shift.begins)
        self.truth.look(since=shift.begins.date())
        self.line.work(shift, duty)
        for council in self.councils:
            council.work(shift, rings=False, is_last=False)

    def _shift(self, shift: calendar.Shift, duty: list[Handler], *, is_last: bool) -> None:
        self.clockwork.until_idle(shift.begins)
        self.truth.look(since=shift.begins.date())
        self.line.work(shift, duty)
        for council in self.councils:
            council.work(shift, rings=True, is_last=is_last)


def workers(role: JobRole) -> list[Handler]:
    """Return those who take conversations in that job."""
    with transaction.atomic(), acting(Role.AUTHORITY):
        found = list(
            Agent.objects.filter(user__role=role)
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


def authority() -> User:
    """Return who works the quarantine and the questions."""
    with transaction.atomic(), acting(Role.AUTHORITY):
        return User.objects.defer("password", "last_login").get(role=JobRole.AUTHORITY)


def write_note(path: Path, sign_ins: list[dict[str, str]]) -> None:
    """Write the sign-ins, whole or not at all, for nobody else's eyes: the sign that the town is filled."""
    partial = path.with_suffix(".partial")
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(sign_ins, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """Make what lives as long as this process: looking through it for garbage would take a tenth of the time."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


class _quick_commits:  # noqa: N801 - reads as a phrase
    """Commits need not reach the disk one by one: a fill that is cut short starts over."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("set synchronous_commit = off")

    def __exit__(self, *_: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("reset synchronous_commit")
