"""The case page shows how each date came about and links both ways; lists begin at what is shared."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from throughline.core.context import acting
from throughline.core.errors import NotFound
from throughline.core.roles import Role
from throughline.tracing import access
from throughline.tracing.actions.resolution import resolve_named
from throughline.tracing.models import Case, Contact
from throughline.tracing.queries import cases as queries
from throughline.tracing.tests.world import BRIEFLY, NOON, Desk, World, claim, positives


@pytest.fixture
def case(world: World) -> Case:
    (case,) = positives([claim("Priya", "Sharma", phones=("+447700900001",))])
    desk = Desk.next(world.agent())
    desk.ring()
    desk.talk(
        case.id,
        names=[
            {"given_name": "Tom", "family_name": "Okafor", "same_household": True},
            {"given_name": "Late", "phone": "07700 900003", "last_met_on": "2020-10-01"},
        ],
        **BRIEFLY,
    )
    desk.end()
    with transaction.atomic(), acting(Role.MATCH):
        resolve_named(desk.at)
    case.refresh_from_db()
    return case


def page(world: World, case: Case) -> queries.CasePage:
    officer = world.officer()
    with transaction.atomic(), acting(Role.LOCAL, user=officer.id, team=officer.team_id):
        sight = access.sight_of_case(user=officer, ref=case.ref, why="list", at=NOON)
        return queries.case_page(sight, case.ref, NOON)


def test_each_date_of_a_case_says_how_it_came_about(world: World, case: Case) -> None:
    shown = page(world, case)
    assert [one.title.split(":")[0] for one in shown.dates] == [
        "Day 0",
        "Infectious",
        "Isolates until",
    ]
    # Nobody told a first symptom, so that the page must not speak of one.
    assert shown.dates[0].title == "Day 0: the test"
    assert "Test taken 1 November 2020" in shown.dates[0].steps
    assert shown.dates[2].on == case.isolate_until


def test_a_name_outside_the_infectious_days_is_kept_with_its_reason(
    world: World, case: Case
) -> None:
    (untraced,) = page(world, case).untraced
    assert (untraced.name, untraced.waiting) == ("Late", False)
    assert "before the infectious days began" in untraced.reason


def test_contact_and_case_are_linked_both_ways_once_the_contact_tests_positive(
    world: World, case: Case
) -> None:
    contact = Contact.objects.get()
    (own,) = positives(
        [claim("Tom", "Okafor", birth_date=None, identifiers=(("nhs", "9434765919"),))],
        at=NOON + timedelta(days=2),
    )
    if own.person_id != contact.person_id:
        # Whether intake knows him again is the room people's to decide; what follows from it is ours.
        Contact.objects.filter(id=contact.id).update(became_case=own, person_id=own.person_id)
    assert page(world, case).contacts[0].became_case_ref == own.ref
    (came_from,) = page(world, own).contact_of
    assert (came_from.case_ref, came_from.name) == (case.ref, "Priya Sharma")


def test_the_authority_also_reads_the_journal_of_a_case_and_a_local_team_does_not(
    world: World, case: Case
) -> None:
    director = world.authority()
    with transaction.atomic(), acting(Role.AUTHORITY, user=director.id):
        sight = access.sight_of_case(user=director, ref=case.ref, why="reference", at=NOON)
        titles = [one.title for one in queries.case_page(sight, case.ref, NOON).timeline]
    assert "Case closed" in titles
    assert "Case closed" not in [one.title for one in page(world, case).timeline]


def test_a_sight_of_one_case_opens_no_other(world: World, case: Case) -> None:
    officer = world.officer()
    (other,) = positives([claim("Una", "Berg", birth_date=None, home=None)])
    with transaction.atomic(), acting(Role.AUTHORITY, user=officer.id):
        sight = access.sight_of_case(user=officer, ref=case.ref, why="list", at=NOON)
        for ref in (other.ref, uuid4()):
            with pytest.raises(NotFound):
                queries.case_page(sight, ref, NOON)
        with pytest.raises(NotFound):
            queries.team_cases(sight, team_id=world.team.id, at=NOON)


def test_a_teams_list_goes_on_from_its_last_row_and_holds_nobody_elses(world: World) -> None:
    for n in range(5):
        positives(
            [claim(f"Nr{n}", f"Family{n}", birth_date=None, home=None)],
            at=NOON + timedelta(minutes=n),
        )
    officer = world.officer()
    with transaction.atomic(), acting(Role.LOCAL, user=officer.id, team=officer.team_id):
        sight = access.sight_of_lists(user=officer, why="list", at=NOON)
        first = queries.team_cases(sight, team_id=world.team.id, at=NOON, size=2)
        second = queries.team_cases(
            sight, team_id=world.team.id, at=NOON, after=first[-1].after, size=10
        )
        nobody = queries.team_cases(sight, team_id=uuid4(), at=NOON)
    assert [one.name for one in (*first, *second)] == [f"Nr{n} Family{n}" for n in (4, 3, 2, 1, 0)]
    assert nobody == []


@pytest.mark.parametrize(
    "count", [20_000, pytest.param(1_000_000, marks=pytest.mark.storm)], ids=["small", "nation"]
)
def test_each_list_of_a_team_is_read_by_an_index_on_its_key(world: World, count: int) -> None:
    _many(world, count)
    officer = world.officer()
    with (
        transaction.atomic(),
        acting(Role.LOCAL, user=officer.id, team=officer.team_id),
        CaptureQueriesContext(connection) as captured,
    ):
        sight = access.sight_of_lists(user=officer, why="list", at=NOON)
        first = queries.team_cases(sight, team_id=world.team.id, at=NOON)
        queries.team_cases(sight, team_id=world.team.id, at=NOON, after=first[-1].after)
        queries.team_inbox(sight, team_id=world.team.id, at=NOON)
        statements = [one["sql"] for one in captured if one["sql"].startswith("SELECT")]
        plans = [_plan(one) for one in statements]
    assert sum("shares_of_team" in plan for plan in plans) == 2
    assert sum("local_items_by_team" in plan for plan in plans) == 1
    for plan in plans:
        assert "Seq Scan on tracing" not in plan
        assert "Seq Scan on people" not in plan


def _plan(statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"explain {statement}")
        return "\n".join(row[0] for row in cursor.fetchall())


def _many(world: World, count: int) -> None:
    """Cases of other persons, shared with the team, made by the database itself."""
    with connection.cursor() as cursor:
        for statement in MANY:
            cursor.execute(statement, {"count": count, "team": world.team.id, "at": NOON})
        # Every table that was filled: what checks the references at the end goes by what is known of them.
        cursor.execute(
            "analyze tracing_case_share, tracing_case, tracing_episode, people_person, people_household,"
            " calling_work_item"
        )


MANY = (
    "create temporary table n as select g, uuidv7() as h, uuidv7() as p, uuidv7() as e, uuidv7() as c"
    " from generate_series(1, %(count)s) g",
    "insert into people_household (id, ref, area, joins_address) select h, gen_random_uuid(), '', false from n",
    "insert into people_person (id, ref, household_id, given_name, family_name, given_norm, family_norm,"
    " family_phonetic, sex, language, interpreter, deceased, source, created_at, revision)"
    " select p, gen_random_uuid(), h, '', '', '', '', '', '', '', false, false, 'test', %(at)s, 1 from n",
    "insert into tracing_episode (id, person_id, household_id, disease, number, first_on, last_on, opened_at)"
    " select e, p, h, 'covid', 1, '2020-11-01', '2020-11-01', %(at)s from n",
    "insert into tracing_case (id, ref, episode_id, person_id, household_id, disease, protocol,"
    " protocol_version, area, region, managed_by_first, managed_by, tier, transferred_at, details_given,"
    " outcome, revision) select c, gen_random_uuid(), e, p, h, 'covid', 'covid-england', 2, '', '',"
    " 'national', 'national', '2', %(at)s, false, 'open', 1 from n",
    "insert into calling_work_item (id, ref, household_id, state, kind, tier, skill, language, area, queue,"
    " rank, rank_reasons, facts, callable_from, attempts, tried_hours, more_work, fence, opened_at,"
    " close_reason, revision, team_id) select uuidv7(), gen_random_uuid(), h, 'local', 'case', '2',"
    " 'interview', 'en', '', 'case/2/interview/en/', g, '{}', '{}', %(at)s, 0, '{}', false, 0, %(at)s, '', 1,"
    " case when g %% 100 = 0 then %(team)s else uuidv7() end from n",
    "insert into tracing_case_share (id, case_id, household_id, team_id, why, from_at)"
    " select uuidv7(), c, h, %(team)s, 'area', %(at)s - g * interval '1 second' from n",
)
