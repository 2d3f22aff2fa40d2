"""The town is filled by the service's own acts: what holds for every service holds for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from throughline.calling.actions import claim_next
from throughline.calling.tasks import wake_rested
from throughline.cli.demonstration import calendar
from throughline.cli.demonstration.calendar import Shift
from throughline.cli.demonstration.fill import fill, write_note
from throughline.cli.demonstration.line import Handler, Line
from throughline.cli.demonstration.starting import what_is_there
from throughline.cli.demonstration.truth import Truth
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.gate import differences
from throughline.core.models import Service
from throughline.core.roles import Role
from throughline.people.claims import Home
from throughline.rehearsal.streams import Streams
from throughline.rehearsal.town import build
from throughline.tracing.queries.subjects import open_subjects
from throughline.tracing.tests.world import DAY, HOUR, NOON, World, claim, positives
from throughline.workforce.models import JobRole

LONDON = ZoneInfo("Europe/London")


def rows(query: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


@pytest.mark.django_db
def test_a_filled_town_keeps_every_promise_of_the_service(tmp_path: Path) -> None:
    now = clock.now()
    said: list[str] = []
    sign_ins = fill(now=now, say=said.append, persons=800, days_of_work=6)
    assert {one.role for one in sign_ins} == {str(role.label) for role in JobRole}
    # Every row received is in exactly one place, and every positive has a case or a reason.
    assert not rows(
        """select m.name from intake_message m where m.state <> 'parsed' or m.rows_received <>
        (select count(*) from intake_row r where r.message_id = m.id and r.place <> 'waiting')"""
    )
    assert not rows(
        """select report_id from tracing_result
        where result = 'positive' and episode_id is null and exclusion is null"""
    )
    assert not rows(
        """select household_id from calling_work_item where state <> 'closed'
        group by household_id having count(*) > 1"""
    )
    assert rows("select count(*) from tracing_case") != [(0,)]
    assert rows("select count(*) from calling_attempt") != [(0,)]
    # Nothing happened that has yet to happen, and nobody is left in a conversation.
    assert rows("select max(at) <= now() from journal_entry") == [(True,)]
    assert not rows("select id from calling_work_item where state = 'leased'")
    assert not rows("select id from calling_attempt where ended_at is null")
    assert differences() == []
    note = tmp_path / "demonstration.json"
    assert what_is_there(note) == "half filled"
    write_note(note, [])
    assert what_is_there(note) == "filled"
    assert note.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_the_visitors_first_conversation_is_with_the_fullest_home_that_may_be_rung() -> None:
    world = World.made()
    Service.objects.create(id=1, name="Zexmouth", accepts_drama_numbers=True, demonstration=True)
    for number, people in enumerate((1, 5, 4, 2)):
        home = Home(
            line_1=f"{number} Larkspur Lane", town="Zexmouth", postcode="ZX1 9ZZ", area="zx1"
        )
        phone = (f"+44770090010{number}",) if people != 5 else ()
        names = ("Ada", "Otto", "Leila", "Tom", "Ines")[:people]
        positives([claim(one, f"Quill{number}", home=home, phones=phone) for one in names])
    user, _ = world.agent().user, world.user("leader")
    handler = Handler(user=user, languages=("en",), skills=("interview",), cases=True)
    line = Line([handler], Truth(build(persons=1, until=NOON.date())), Streams(1), end=NOON + DAY)
    line.keep_a_flat(Shift(begins=NOON, ends=NOON + 4 * HOUR), user.username)
    with transaction.atomic(), acting(Role.CLOCK):
        wake_rested(NOON + DAY)
    lease = claim_next(user_id=user.id, at=NOON + DAY)
    assert lease is not None
    assert len(open_subjects(lease.household_id)) == 4, "the home of five has no telephone"


@pytest.mark.django_db
def test_an_empty_service_may_be_filled_and_one_in_use_may_not(tmp_path: Path) -> None:
    note = tmp_path / "demonstration.json"
    assert what_is_there(note) == "empty"
    Service.objects.create(id=1, name="Elmbridge Tracing")
    assert what_is_there(note) == "in use"
    write_note(note, [])
    assert what_is_there(note) == "in use"


@pytest.mark.parametrize("hour", [0, 3, 7, 9, 13, 18, 23])
def test_whenever_the_town_is_filled_nothing_in_it_lies_ahead(hour: int) -> None:
    now = datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
    days = list(calendar.mornings(now, zone=LONDON))
    assert len(days) == calendar.DAYS
    assert all(day.files_at < now for day in days)
    assert all(shift.ends < now for day in days for shift in day.shifts)
    assert days[-1].on == now.astimezone(LONDON).date()


def test_shifts_of_a_day_follow_its_files_and_each_other() -> None:
    now = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    for day in calendar.mornings(now, zone=LONDON):
        moments = [day.files_at, *(m for one in day.shifts for m in (one.begins, one.ends))]
        assert moments == sorted(moments)
