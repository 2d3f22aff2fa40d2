"""Load for a service under test, each kind in a process of its own with the login of its own.

    python -m tests.process.load found|send|handle FOLDER [SEED]

Everything goes through the real actions. What was acknowledged is written down, one JSON line each, only after
the action has come back; the checks compare these lines with the database. A file `stop` in the folder ends it.
"""

from __future__ import annotations

import csv
import io
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count, islice
from pathlib import Path
from threading import Lock, Thread
from typing import Any, TypeVar
from uuid import UUID, uuid4

HANDLERS = 8
ROWS = 40
LEASE_SECONDS = 30
T = TypeVar("T")

# Round the clock, and nobody has been called too often: a storm has no office hours.
TERMS = {
    "opens = 8": "opens = 0",
    "closes = 20": "closes = 24",
    "calls = 6": "calls = 10000",
    "calls_a_day = 3": "calls_a_day = 10000",
    "gap_minutes = 60": "gap_minutes = 0",
    "seconds = 300": f"seconds = {LEASE_SECONDS}",
    "heartbeat_seconds = 60": "heartbeat_seconds = 10",
    "version = 1": "version = 2",
    "valid_from = 2020-05-28": "valid_from = 2020-06-01",
}


def django(process: str) -> None:
    os.environ["THROUGHLINE_PROCESS"] = process
    os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.settings"
    import django

    django.setup()


class Notes:
    """Lines that survive the process that wrote them."""

    def __init__(self, path: Path) -> None:
        self.file, self.lock = path.open("a"), Lock()

    def add(self, **said: object) -> None:
        with self.lock:
            self.file.write(json.dumps(said, default=str) + "\n")
            self.file.flush()


def until_it_answers(act: Callable[[], T], stop: Path) -> T | None:
    """Do it again until the database answers: whether the last try took effect, nobody was told."""
    from django.db import Error, connection
    from psycopg_pool import PoolTimeout

    from throughline.intake.errors import NotStored

    patience = time.monotonic() + 60
    while time.monotonic() < patience:
        try:
            return act()
        except (Error, PoolTimeout, NotStored):
            connection.close()
            time.sleep(0.2)
        if stop.exists():
            return None
    raise RuntimeError("the database did not come back in a minute")


def found() -> None:
    """Terms for a storm, a supplier, and handlers."""
    django("authority")
    from django.db import transaction

    from throughline.core import clock
    from throughline.core.context import acting
    from throughline.core.models import Service
    from throughline.core.roles import Role
    from throughline.definitions import load
    from throughline.definitions.actions import adopt
    from throughline.suppliers.actions import register_organisation
    from throughline.suppliers.models import Kind
    from throughline.workforce.actions import Reach, appoint
    from throughline.workforce.models import JobRole

    at = clock.now()
    text = (load.FILES / "calling" / "england-2020.toml").read_text()
    for usual, here in TERMS.items():
        text = text.replace(usual, here)
    nights = "".join(f"{hour} = 0.3\n" for hour in range(24) if not 8 <= hour < 20)
    with transaction.atomic(), acting(Role.AUTHORITY):
        Service.objects.update_or_create(
            id=1,
            defaults={
                "name": "Zexmouth Tracing",
                "telephone": "01632 960960",
                "demonstration": True,
                "accepts_drama_numbers": True,
            },
        )
        adopt([load.parse(text + nights, file="storm.toml")], by=None, at=at)
        supplier = register_organisation(
            code="storm", name="Fernquill Calling", kind=Kind.SUPPLIER, by=None, at=at
        )
        reach = Reach(
            kinds=["case", "contact"],
            tiers=["1", "2", "3"],
            skills=["interview", "data_fix", "expert"],
            languages=["en"],
        )
        for number in range(HANDLERS):
            appoint(
                username=f"storm{number}",
                display_name=f"Handler {number}",
                role=JobRole.HANDLER,
                organisation=supplier,
                team=None,
                password="",
                encoded="!",
                reach=reach,
                by=None,
                at=at,
            )


def send(folder: Path, seed: int) -> None:
    """Store messages one after the other; now and then one again, or its rows under another id."""
    django("intake")
    from throughline.core import clock
    from throughline.intake.actions import Stored, store

    notes, stop, draw = Notes(folder / "sent.jsonl"), folder / "stop", random.Random(seed)  # noqa: S311 - no secret
    for number, content in enumerate(_messages(seed)):
        if stop.exists():
            return
        ids = [f"storm-{number}"]
        if draw.random() < 0.1:
            ids.append(ids[0])
        if draw.random() < 0.1:
            ids.append(f"storm-{number}-again")
        for message_id in ids:

            def keep(message_id: str = message_id, content: bytes = content) -> Stored:
                return store(
                    sender_code="storm",
                    chunks=[content],
                    message_id=message_id,
                    name="storm.csv",
                    mapping="standard",
                    by=None,
                    at=clock.now(),
                )

            stored = until_it_answers(keep, stop)
            if stored is not None:
                notes.add(ref=stored.message_ref, rows=ROWS)
        time.sleep(0.1)


def _messages(seed: int) -> Iterator[bytes]:
    """Files of a few rows each, fresh enough that their cases are still called."""
    from throughline.rehearsal import bulk
    from throughline.rehearsal.layout import COLUMNS, MOMENT

    now = datetime.now(UTC)
    fresh = {
        "reported_at": (now - timedelta(hours=2)).strftime(MOMENT),
        "taken_at": (now - timedelta(hours=20)).strftime(MOMENT),
        "onset_on": "",
    }
    shares = bulk.Shares(positive=0.5, repeated_person=0.2, duplicate=0.02, faulty=0.03)
    rows = bulk.rows(1_000_000, seed, shares=shares, until=date(2020, 10, 21))
    for _ in count():
        text = io.StringIO()
        writer = csv.DictWriter(text, COLUMNS)
        writer.writeheader()
        writer.writerows(row | fresh for row in islice(rows, ROWS))
        yield text.getvalue().encode()


OUTCOMES = ("no_answer",) * 4 + ("busy", "voicemail_left", "wrong_number", "abandoned", "declined")


class Handler(Thread):
    """One handler: claims, rings, ends; now and then falls silent until after the lease, and then acts on."""

    def __init__(self, user: UUID, folder: Path, notes: Notes, seed: int) -> None:
        super().__init__()
        self.user, self.notes, self.stop = user, notes, folder / "stop"
        self.draw = random.Random(seed)  # noqa: S311 - no secret

    def run(self) -> None:
        from throughline.calling.actions import claim_next
        from throughline.core import clock

        while not self.stop.exists():
            lease = until_it_answers(
                lambda: claim_next(user_id=self.user, at=clock.now()), self.stop
            )
            if lease is None:
                time.sleep(0.2)
                continue
            self._note("claimed", lease)
            self._converse(lease)

    def _converse(self, lease: Any) -> None:
        from throughline.calling.errors import AllowanceSpent, LeaseLost

        try:
            attempt = until_it_answers(lambda: self._ring(lease), self.stop)
            if attempt is not None:
                self._note("attempted", lease, result=attempt)
            if self.draw.random() < 0.02:
                time.sleep(LEASE_SECONDS + 8)
            key, outcome = uuid4(), self.draw.choice(OUTCOMES)
            if until_it_answers(lambda: self._end(lease, outcome, key), self.stop):
                self._note("ended", lease)
        except (LeaseLost, AllowanceSpent) as refused:
            self._note(f"refused {refused.code}", lease)

    def _ring(self, lease: Any) -> UUID | None:
        from django.db import transaction

        from throughline.calling.actions import start_attempt
        from throughline.core import clock
        from throughline.core.context import acting
        from throughline.core.roles import Role
        from throughline.people.models import ContactDetail
        from throughline.tracing.actions.conversation import begin
        from throughline.tracing.models import Case

        at, desk = clock.now(), {"user": self.user, "household": lease.household_id}
        with transaction.atomic(), acting(Role.DESK, **desk):
            case = Case.objects.filter(household_id=lease.household_id, outcome="open").first()
            phone = ContactDetail.objects.filter(
                household_id=lease.household_id, kind="phone", wrong_since=None
            ).first()
            if case is None:
                return None
            attempt = start_attempt(
                lease=lease,
                person_id=case.person_id,
                subject="case",
                subject_id=case.id,
                endpoint_id=phone.endpoint_id if phone else None,
                channel="call",
                by=self.user,
                at=at,
            )
            if self.draw.random() < 0.5:
                begin(lease=lease, subject_kind="case", subject_id=case.id, by=self.user, at=at)
        return attempt

    def _end(self, lease: Any, outcome: str, key: UUID) -> Any:
        from django.db import transaction

        from throughline.core import clock
        from throughline.core.context import acting
        from throughline.core.roles import Role
        from throughline.tracing.actions.conversation import end_conversation

        desk = {"user": self.user, "household": lease.household_id}
        with transaction.atomic(), acting(Role.DESK, **desk):
            return end_conversation(
                lease=lease,
                outcome=outcome,
                callback_at=None,
                callback_mine=False,
                note="",
                by=self.user,
                at=clock.now(),
                key=key,
            )

    def _note(self, what: str, lease: Any, result: object = "") -> None:
        self.notes.add(
            what=what, item=lease.item_id, fence=lease.fence, agent=lease.agent_id, result=result
        )


def handle(folder: Path, seed: int) -> None:
    """Be all handlers, until told to stop."""
    django("desk")
    from django.db import transaction

    from throughline.core.context import acting
    from throughline.core.roles import Role
    from throughline.workforce.models import User

    def users() -> list[UUID]:
        with transaction.atomic(), acting(Role.LOGIN):
            named = User.objects.filter(username__startswith="storm").order_by("username")
            return list(named.values_list("id", flat=True))

    found = until_it_answers(users, folder / "stop") or []
    notes = Notes(folder / "handled.jsonl")
    handlers = [Handler(user, folder, notes, seed + n) for n, user in enumerate(found)]
    for handler in handlers:
        handler.start()
    for handler in handlers:
        handler.join()


def main() -> None:
    what = sys.argv[1]
    if what == "found":
        found()
        return
    run = {"send": send, "handle": handle}[what]
    run(Path(sys.argv[2]), int(sys.argv[3]))


if __name__ == "__main__":
    main()
