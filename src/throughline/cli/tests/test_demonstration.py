"""The town is filled by the service's own acts: what holds for every service holds for it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from throughline.calling.actions import claim_next
from throughline.calling.models import WorkItem
from throughline.cli.demonstration import calendar
from throughline.cli.demonstration.fill import fill, write_note
from throughline.cli.demonstration.line import Handler, fullest_homes
from throughline.cli.demonstration.starting import what_is_there
from throughline.core import clock
from throughline.core.gate import differences
from throughline.core.models import Service
from throughline.people.claims import Home
from throughline.tracing.queries.subjects import open_subjects
from throughline.tracing.tests.world import World, claim, positives
from throughline.workforce.models import JobRole, User

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
    visitor = next(one.username for one in sign_ins if one.role == JobRole.HANDLER.label)
    first = claim_next(user_id=User.objects.get(username=visitor).id, at=now)
    assert first is not None
    item = WorkItem.objects.get(id=first.item_id)
    assert (item.kind, item.callback_agent_id) == ("case", item.agent_id), "they promised to ring"
    assert differences() == []
    note = tmp_path / "demonstration.json"
    assert what_is_there(note) == "half filled"
    write_note(note, [])
    assert what_is_there(note) == "filled"
    assert note.stat().st_mode & 0o777 == 0o600


@pytest.mark.django_db
def test_the_first_conversation_is_sought_in_the_fullest_home_that_may_be_rung() -> None:
    world = World.made()
    for number, people in enumerate((1, 4, 2)):
        home = Home(
            line_1=f"{number} Larkspur Lane", town="Zexmouth", postcode="ZX1 9ZZ", area="zx1"
        )
        phone = (f"+44770090010{number}",)
        names = ("Ada", "Otto", "Leila", "Tom")[:people]
        positives([claim(one, f"Quill{number}", home=home, phones=phone) for one in names])
    agent = world.agent()
    handler = Handler(user=agent.user, languages=("en",), skills=("interview",), cases=True)
    homes = [WorkItem.objects.get(id=one).household_id for one in fullest_homes(handler)]
    assert [len(open_subjects(one)) for one in homes] == [4, 2, 1]
    WorkItem.objects.filter(household_id=homes[0]).update(skill="data_fix")
    assert len(fullest_homes(handler)) == 2


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
