"""The lists of escalations name a setting once, however many of its cases were escalated."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from throughline.core.context import acting
from throughline.core.ids import edge
from throughline.core.roles import Role
from throughline.tracing.access import sight_of_lists
from throughline.tracing.models import Case, Escalation, Setting
from throughline.tracing.queries.cases import SettingLine, escalations
from throughline.tracing.tests.world import MINUTE, NOON, World, claim, positives

pytestmark = pytest.mark.django_db


def escalate(case: Case, setting: Setting, *, rule: str, minutes: int, why: str = "") -> None:
    at = NOON + minutes * MINUTE
    # Keys made in one millisecond have no order: each has that of its minute.
    Escalation.objects.create(
        id=edge(at), case=case, setting=setting, household_id=case.household_id, rule=rule,
        protocol=case.protocol, protocol_version=case.protocol_version, suppressed=bool(why), why=why, at=at,
    )  # fmt: skip


def listed(*, suppressed: bool = False, size: int = 50) -> list[SettingLine]:
    user = World.made().authority()
    with transaction.atomic(), acting(Role.AUTHORITY):
        sight = sight_of_lists(user=user, why="list", at=NOON)
        return escalations(sight, at=NOON, suppressed=suppressed, size=size)


def test_a_setting_stands_once_with_its_rules_its_cases_and_the_newest_of_them() -> None:
    World.made()
    one, two, three = positives(
        [claim(name, "Example", home=None, birth_date=NOON.date() - timedelta(days=days))
         for name, days in (("Ana", 9000), ("Bo", 10000), ("Cy", 12000))]
    )  # fmt: skip
    home = Setting.objects.create(
        kind="care_home", name="Larkspindle House", name_key="larkspindle"
    )
    school = Setting.objects.create(kind="school", name="Quill School", name_key="quill")
    escalate(one, home, rule="care", minutes=1)
    escalate(two, home, rule="care", minutes=2)
    escalate(three, school, rule="schools", minutes=3)
    escalate(two, home, rule="crowded", minutes=4)
    escalate(three, home, rule="care", minutes=5, why="too few cases")
    newest, older = listed()
    assert (newest.setting, newest.rules, newest.cases) == (
        "Larkspindle House",
        ("care", "crowded"),
        2,
    )
    assert (newest.at, newest.case_ref) == (NOON + 4 * MINUTE, two.ref)
    assert (older.setting, older.cases) == ("Quill School", 1)
    (held,) = listed(suppressed=True)
    assert (held.setting, held.cases, held.why) == ("Larkspindle House", 1, "too few cases")
    assert [one.setting for one in listed(size=1)] == ["Larkspindle House"]
