"""Sets the stage for the browser tests, by the service's own actions, in a home prepared before.

Run by itself, as the database's superuser, because Django's settings are read once a process:
`python tests/browser/stage.py household`. Prints what the test must know as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import tomllib
from datetime import date, timedelta

from throughline.cli.django import service
from throughline.server import home as homes

PASSWORD = "seven-lanterns-over-zexmouth"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ALL_DAY = {"opens": 0, "closes": 24}
FLATMATES = (
    ("Priya", "Sandhu", 0),
    ("Tom", "Achterberg", 1),
    ("Josie", "Quill", 2),
    ("Marek", "Wren", 3),
    ("Ines", "Leaver", 4),
    ("Sam", "Okonjo", 5),
)


def main(scene: str) -> None:
    home = homes.current()
    os.environ["DATABASE_URL"] = (
        f"postgresql://{home.superuser}@/{home.deployment}?host={home.socket_folder}"
    )
    with service("prepare"):
        print(json.dumps(SCENES[scene]()))  # noqa: T201  # read by the test


def household() -> dict[str, object]:
    """Six flatmates who have all tested positive, in one household with one telephone each, and a handler."""
    from throughline.core import clock
    from throughline.tracing.tests.world import World, claim, positives

    at = clock.now()
    _serve_all_day(at)
    _service()
    world = World.made()
    handler = _signs_in(world, "ada")
    positives(
        [
            claim(
                given,
                family,
                on=at.date(),
                birth_date=date(1999, 4, 5) + timedelta(days=100 * n),
                phones=(f"+4477009000{n + 10}",),
            )
            for given, family, n in FLATMATES
        ],
        at=at - timedelta(hours=2),
    )
    return {"username": handler, "password": PASSWORD, "secret": SECRET}


def _serve_all_day(at) -> None:  # type: ignore[no-untyped-def]
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


def _signs_in(world, username: str) -> str:  # type: ignore[no-untyped-def]
    """A handler with a password and an authenticator."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.utils import encrypt

    user = world.agent().user
    user.username, user.display_name = username, "Ada Handler"
    user.set_password(PASSWORD)
    user.save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": encrypt(SECRET)})
    return username


SCENES = {"household": household}

if __name__ == "__main__":
    main(sys.argv[1])
