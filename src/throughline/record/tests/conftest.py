"""A small service that has done a day's work, committed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.tests import world as laboratory
from throughline.tracing.actions.resolution import resolve_named
from throughline.tracing.models import Case
from throughline.tracing.tests.world import BORN, NOON, POSTCODE, Desk, World

PHONE = "07700 900001"
PRIYA = {
    "given_name": "Priya", "family_name": "Sharma", "birth_date": BORN.isoformat(), "phone": PHONE,
    "address_line_1": "Flat 3", "address_line_2": "12 Otterbell Street", "postcode": POSTCODE,
    "area": "zx1", "taken_at": "2020-11-01T09:00:00Z", "reported_at": "2020-11-02T08:00:00Z",
}  # fmt: skip


@pytest.fixture(scope="module")
def day_of_work(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """One positive, one negative, a repeat and a row that cannot be read; a conversation; a flatmate named.

    Made once for a file, which begins with a prepared database: an export wants a transaction of its own.
    """
    with django_db_blocker.unblock():
        laboratory.prepare()
        world = World.made()
        laboratory.load_rows(
            laboratory.row(1, **PRIYA),
            laboratory.row(2, result="negative"),
            laboratory.row(2, result="negative"),
            laboratory.row(3, birth_date="2090-01-01"),
            at=NOON,
        )
        desk = Desk.next(world.agent())
        desk.ring()
        desk.talk(Case.objects.get().id, names=[{"given_name": "Tom", "same_household": True}])
        desk.end()
        with transaction.atomic(), acting(Role.MATCH):
            resolve_named(desk.at)
        yield world
        connection.close()
