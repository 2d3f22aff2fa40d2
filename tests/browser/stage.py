"""Sets the stage for the browser tests, by the service's own actions, in a home prepared before.

A process of its own, the database's superuser, because Django's settings are read once a process. It takes a
scene a line, as `echo one_case_of_six | python tests/browser/stage.py`, and answers each with a line of JSON:
what the test must know.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
import tomllib
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from throughline.cli.django import service
from throughline.server import home as homes

PASSWORD = "seven-lanterns-over-zexmouth"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ALL_DAY = {"opens": 0, "closes": 24}


def main() -> None:
    home = homes.current()
    os.environ["DATABASE_URL"] = (
        f"postgresql://{home.superuser}@/{home.deployment}?host={home.socket_folder}"
    )
    with service("prepare"):
        for scene in sys.stdin:
            print(json.dumps(SCENES[scene.strip()]()), flush=True)  # noqa: T201  # read by the test


def one_case_of_six() -> dict[str, object]:
    """A flat of which only one person is known, who has tested positive; the other five are to be named."""
    from throughline.core import clock
    from throughline.tracing.tests.world import claim, positives

    at = clock.now()
    known = _world(at)
    priya = claim("Priya", "Sandhu", on=at.date(), phones=("+447700900110",))
    positives([priya], at=at - timedelta(hours=2))
    return known


def one_adult() -> dict[str, object]:
    """Somebody who lives alone and has tested positive."""
    return _at_home(("Leila", date(1980, 1, 1)))


def two_of_one_home() -> dict[str, object]:
    """A parent and a child who have tested positive."""
    return _at_home(("Leila", date(1980, 1, 1)), ("Otto", date(2018, 1, 1)))


def _at_home(*people: tuple[str, date]) -> dict[str, object]:
    """People in a home that no other scene has used, with two telephones of the first."""
    from throughline.core import clock
    from throughline.people.claims import Home
    from throughline.tracing.tests.world import claim, positives

    at = clock.now()
    known = _world(at)
    n = secrets.randbelow(390) * 2
    home = Home(line_1=f"{n + 1} Larkspur Lane", town="Zexmouth", postcode="ZX1 9ZZ", area="zx1")
    phones = (f"+447700900{n + 200}", f"+447700900{n + 201}")
    positives(
        [
            claim(
                given,
                "Haddad",
                on=at.date(),
                home=home,
                birth_date=born + timedelta(days=n),
                phones=() if number else phones,
            )
            for number, (given, born) in enumerate(people)
        ],
        at=at - timedelta(hours=2),
    )
    return known


def resolve() -> dict[str, object]:
    """What the worker does with the people named."""
    from django.db import transaction

    from throughline.core import clock
    from throughline.core.context import acting
    from throughline.core.roles import Role
    from throughline.tracing.actions.resolution import resolve_named

    with transaction.atomic(), acting(Role.MATCH):
        return {"resolved": resolve_named(clock.now())}


def tally() -> dict[str, object]:
    """What became of the flat."""
    from throughline.calling.models import Attempt, WorkItem
    from throughline.people.models import Person
    from throughline.tracing.queries.subjects import open_subjects

    flat = Person.objects.filter(given_name="Priya").latest("created_at").household_id
    return {
        "open_items": WorkItem.objects.exclude(state="closed").count(),
        "persons_in_flat": Person.objects.filter(household_id=flat).count(),
        "calls": Attempt.objects.filter(household_id=flat).count(),
        "open_in_flat": len(open_subjects(flat)),
    }


def steal() -> dict[str, object]:
    """Every conversation in hand is taken up by somebody else."""
    from django.db.models import F

    from throughline.calling.models import WorkItem
    from throughline.tracing.tests.world import World

    held = list(WorkItem.objects.filter(state="leased").values_list("id", flat=True))
    world = World.made()
    for item_id in held:
        # One each: an agent holds one conversation, and an earlier scene may have left its own in hand.
        other = world.agent()
        WorkItem.objects.filter(id=item_id).update(fence=F("fence") + 1, agent_id=other.id)
    return {"taken": len(held)}


def _world(at: datetime) -> dict[str, object]:
    """A service that is open now, with nothing left of the scene before, and one handler."""
    from django.db import transaction

    from throughline.calling.actions import close_items
    from throughline.calling.models import WorkItem
    from throughline.core.context import acting
    from throughline.core.roles import Role
    from throughline.tracing.tests.world import World

    _serve_all_day(at)
    _service()
    world = World.made()
    left = WorkItem.objects.exclude(state="closed").values_list("household_id", flat=True)
    with transaction.atomic(), acting(Role.MATCH):
        close_items(list(left), reason="next scene", by=None, at=at)
    return {"username": _signs_in(world), "password": PASSWORD, "secret": SECRET}


def _serve_all_day(at: datetime) -> None:
    """Terms of calling without closing time, so that the tests may run at night."""
    from throughline.definitions import load
    from throughline.definitions.actions import adopt

    path = load.FILES / "calling" / "england-2020.toml"
    text = path.read_text()
    text = text.replace("version = 1", "version = 2").replace("opens = 8", "opens = 0")
    text = text.replace("closes = 20", "closes = 24")
    hours = tomllib.loads(text)["answer"]["by_hour"]
    missing = "".join(f"{hour} = 0.2\n" for hour in range(24) if str(hour) not in hours)
    adopt([load.parse(text + missing, file=path.name)], by=None, at=at)


def _service() -> None:
    from throughline.core.models import Service

    Service.objects.update_or_create(
        id=1,
        defaults={
            "name": "Zexmouth Tracing",
            "telephone": "01632 960960",
            "demonstration": True,
            "accepts_drama_numbers": True,
        },
    )


def _signs_in(world: Any) -> str:
    """A handler with a password and an authenticator."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import encrypt

    user = world.agent().user
    user.username = f"ada{uuid4().hex[:8]}"
    user.set_password(PASSWORD)
    user.save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": encrypt(SECRET)})
    return str(user.username)


SCENES = {
    one.__name__: one
    for one in (one_case_of_six, one_adult, two_of_one_home, resolve, tally, steal)
}

if __name__ == "__main__":
    main()
