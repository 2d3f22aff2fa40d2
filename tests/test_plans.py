"""Every list, work list and claim goes by an index on its key, in its role, in a world with real statistics.

The statements are those that the real functions run. 20,000 persons here; a million with `-m storm`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from uuid import UUID, uuid4

import pytest
from bench import world as big_world
from django.apps import apps
from django.db import connection, transaction

from tests.plans import explaining
from throughline.calling import queries as calling
from throughline.calling.actions import claim_next, heartbeat, start_attempt
from throughline.core.clock import now
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.core.tasks import Task
from throughline.intake.queries import held, messages, quarantine
from throughline.journal.queries import pages as journal
from throughline.people.actions import find_or_add
from throughline.people.claims import Home, PersonClaim
from throughline.people.models import ContactDetail, Person
from throughline.tracing import access
from throughline.tracing.actions import conversation
from throughline.tracing.models import Case, CaseShare
from throughline.tracing.queries import cases
from throughline.tracing.queries.case_page import case_page
from throughline.tracing.queries.conversation import household_in_hand
from throughline.workforce.models import User
from throughline.workforce.queries import names_of
from throughline.workforce.queries.staff import members, state_board

NOON = datetime(2020, 11, 2, 11, 0, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class World:
    """Some of the people who work in it."""

    handler: User
    leader: User
    local: User
    authority: User
    case: UUID  # one of the local team's

    def of_team(self) -> dict[str, Any]:
        return {"user": self.local.id, "team": self.local.team_id}


@pytest.fixture
def many(db: None) -> World:
    """20,000 persons and all that hangs on them."""
    return filled(20_000)


def filled(persons: int) -> World:
    with connection.cursor() as cursor:
        big_world.fill(cursor, persons=persons, at=NOON)
    found = {
        role: User.objects.filter(role=role, display_name__startswith="Ada").first()
        for role in ("handler", "leader", "local", "authority")
    }
    shared = CaseShare.objects.filter(team_id=found["local"].team_id).select_related("case")
    return World(**found, case=shared[0].case.ref)


def team_lists(world: World) -> None:
    with acting(Role.LOCAL, **world.of_team()):
        sight = access.sight_of_lists(user=world.local, why="list", at=NOON)
        first = cases.team_cases(sight, team_id=world.local.team_id, at=NOON)
        assert len(first) == cases.PAGE
        cases.team_cases(sight, team_id=world.local.team_id, at=NOON, after=first[-1].after)
        assert cases.team_inbox(sight, team_id=world.local.team_id, at=NOON)


def a_case_of_the_team(world: World) -> None:
    with acting(Role.LOCAL, **world.of_team()):
        sight = access.sight_of_case(user=world.local, ref=world.case, why="list", at=NOON)
        assert case_page(sight, world.case, NOON)


def a_case_of_the_authority(world: World) -> None:
    with acting(Role.AUTHORITY, user=world.authority.id):
        sight = access.sight_of_case(user=world.authority, ref=world.case, why="reference", at=NOON)
        assert case_page(sight, world.case, NOON)


def lists_of_the_authority(world: World) -> None:
    with acting(Role.AUTHORITY, user=world.authority.id):
        sight = access.sight_of_lists(user=world.authority, why="list", at=NOON)
        assert cases.open_questions(sight, at=NOON)
        assert cases.escalations(sight, at=NOON, suppressed=False)
        first = quarantine.open_quarantine()
        assert quarantine.open_quarantine(after=(first[-1].at, first[-1].ref))
        quarantine.oldest_open()
        held.open_held()
        assert messages.senders()
        assert journal.entries(since=now() - timedelta(days=1), until=now()).lines


def a_supplier_board(world: World) -> None:
    supplier = world.leader.organisation_id
    with acting(Role.SUPPLIER, user=world.leader.id, supplier=supplier):
        assert members(organisation_id=supplier, team_id=None)
        assert state_board(supplier_id=supplier, team_id=None)
        assert calling.attempt_counts(since=NOON - timedelta(days=1), supplier_id=supplier)
        names_of([world.handler.id])


def a_conversation(world: World) -> None:
    by = world.handler.id
    lease = claim_next(user_id=by, at=NOON)
    assert lease is not None
    with acting(Role.DISPATCH, user=by):
        assert calling.lease_in_hand(user_id=by, at=NOON) == lease
    with acting(Role.DESK, user=by, household=lease.household_id):
        sight = access.sight_of_lease(user_id=by, lease=lease, at=NOON)
        subject = household_in_hand(sight, lease=lease, at=NOON).subjects[0]
        talk = conversation.begin(
            lease=lease, subject_kind=subject.kind, subject_id=subject.id, by=by, at=NOON
        )
        phone = ContactDetail.objects.filter(household_id=lease.household_id)[0]
        start_attempt(
            lease=lease,
            person_id=phone.person_id,
            subject=subject.kind,
            subject_id=subject.id,
            endpoint_id=phone.endpoint_id,
            channel="call",
            by=by,
            at=NOON,
        )
        conversation.go_to_step(
            lease=lease, interview_ref=talk.ref, step_id=talk.step, by=by, at=NOON
        )
        heartbeat(item_id=lease.item_id, fence=lease.fence, by=by, at=NOON)
        conversation.end_conversation(
            lease=lease,
            outcome="no_answer",
            callback_at=None,
            callback_mine=False,
            note="",
            by=by,
            at=NOON,
            key=uuid4(),
        )


def an_empty_hand(world: World) -> None:
    with acting(Role.DISPATCH, user=world.handler.id):
        assert calling.why_empty(world.handler.id, NOON).sentence
        calling.queue_waiting(world.handler.id, NOON)
        calling.handovers_due(NOON + timedelta(hours=1), 100)


def matching(world: World) -> None:
    claims = [
        PersonClaim(
            on=NOON.date(),
            given_name=f"Given{n}",
            family_name=f"Family{n * 7}",
            birth_date=NOON.date() - timedelta(days=9000 + n),
            phones=("01632960001",),
            identifiers=(("sender:world-lab", f"world{n * 3}"),),
            home=Home(line_1=f"{n} Otterbell Street", town="Zexmouth", postcode="ZX1 1AA"),
        )
        for n in range(1, 60)
    ]
    with acting(Role.MATCH):
        assert find_or_add(claims, source="world", at=NOON)


READS: tuple[Callable[[World], None], ...] = (
    team_lists,
    a_case_of_the_team,
    a_case_of_the_authority,
    lists_of_the_authority,
    a_supplier_board,
    a_conversation,
    an_empty_hand,
    matching,
)


def _tasks() -> list[Task]:
    found: list[Task] = []
    for app in apps.get_app_configs():
        name = f"{app.name}.tasks"
        if app.name.startswith("throughline.") and find_spec(name) is not None:
            found.extend(getattr(import_module(name), "TASKS", ()))
    # What runs apart reads whole tables by its nature, and nothing waits for it.
    return [task for task in found if not task.apart]


def complaints_of(world: World) -> dict[str, list[str]]:
    """What is wrong with the plans of each read and task; what one does is undone before the next."""
    acts: dict[str, Callable[[], object]] = {read.__name__: partial(read, world) for read in READS}
    acts |= {task.name: partial(_run, task) for task in _tasks()}
    found = {}
    for name, act in acts.items():
        savepoint = transaction.savepoint()
        with explaining() as plans:
            act()
        transaction.savepoint_rollback(savepoint)
        assert plans.explained, name
        found[name] = plans.complaints
    return {name: wrong for name, wrong in found.items() if wrong}


def _run(task: Task) -> None:
    with acting(task.role):
        task.run(NOON + timedelta(minutes=30))


def test_lists_work_lists_and_claims_go_by_an_index_on_their_key(many: World) -> None:
    found = complaints_of(many)
    assert found == {}, json.dumps(found, indent=1)


def test_a_search_without_an_index_is_found_out(db: None) -> None:
    world = filled(3_000)
    with explaining() as plans, acting(Role.AUTHORITY, user=world.authority.id):
        assert list(Person.objects.filter(given_name="Given7")[:5])
    (complaint,) = plans.complaints
    assert complaint.startswith("people_person is read from end to end")


def test_a_list_that_sorts_all_its_rows_is_found_out(db: None) -> None:
    world = filled(3_000)
    with connection.cursor() as cursor:
        cursor.execute("drop index case_by_transfer")
    with explaining() as plans, acting(Role.AUTHORITY, user=world.authority.id):
        assert list(Case.objects.order_by("-transferred_at", "id")[:5])
    (complaint,) = plans.complaints
    assert complaint.startswith("tracing_case is read from end to end")


@pytest.mark.storm
def test_they_do_so_at_a_million_persons(db: None) -> None:
    persons = int(os.environ.get("THROUGHLINE_PERSONS", "1000000"))
    assert complaints_of(filled(persons)) == {}
