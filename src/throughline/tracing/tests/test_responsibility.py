"""Responsibility handed on: by the clock, accepted, returned, handed back; somebody always has it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.errors import NotFound, Stale
from throughline.core.roles import Role
from throughline.journal.models import Entry
from throughline.tracing import access
from throughline.tracing.actions import responsibility
from throughline.tracing.actions.resolution import resolve_named
from throughline.tracing.actions.settings import resolve_interviews
from throughline.tracing.errors import HandoverMoved, ReasonMissing
from throughline.tracing.models import Case, Contact, Escalation, Holding, Setting, Visit
from throughline.tracing.queries import cases as queries
from throughline.tracing.queries import front
from throughline.tracing.tests.world import (
    BRIEFLY,
    DAY,
    HOUR,
    NOON,
    Desk,
    World,
    claim,
    positives,
)
from throughline.workforce.models import Team, User

DUE = NOON + DAY


@pytest.fixture
def case(world: World) -> Case:
    return positives([claim("Priya", "Sharma", phones=("+447700900001",))])[0]


def by_the_clock(at: Any = DUE) -> int:
    with transaction.atomic(), acting(Role.CLOCK):
        return responsibility.hand_over_due(at)


def item() -> WorkItem:
    return WorkItem.objects.get()


def as_local(user: User, act: Any, **more: Any) -> None:
    with transaction.atomic(), acting(Role.LOCAL, user=user.id, team=user.team_id):
        act(user=user, **more)


def spells(case: Case) -> list[tuple[str, str | None]]:
    rows = Holding.objects.filter(subject_id=case.id).order_by("offered_at", "id")
    return [(one.managed_by, one.end) for one in rows]


def test_what_is_not_reached_in_24_hours_goes_to_the_local_team_by_the_clock(
    world: World, case: Case
) -> None:
    assert by_the_clock(DUE - HOUR) == 0
    assert by_the_clock() == 1
    assert by_the_clock() == 0
    assert (item().state, item().team_id) == ("local", world.team.id)
    assert spells(case) == [("national", "handed_over"), ("local", None)]
    case.refresh_from_db()
    assert (case.managed_by, case.managed_by_first) == ("local", "national")


def test_a_conversation_in_hand_is_not_interrupted_by_the_clock(world: World, case: Case) -> None:
    Desk.next(world.agent())
    assert by_the_clock() == 0
    assert spells(case) == [("national", None)]


def test_a_team_accepts_once_and_an_older_page_is_refused(world: World, case: Case) -> None:
    by_the_clock()
    officer = world.officer()
    accept = responsibility.accept_handover
    with pytest.raises(Stale):
        as_local(officer, accept, item_ref=item().ref, expecting=item().revision - 1, at=DUE)
    for _ in range(2):
        as_local(officer, accept, item_ref=item().ref, expecting=item().revision, at=DUE + HOUR)
    assert Holding.objects.get(ended_at=None).accepted_at == DUE + HOUR
    assert Entry.objects.filter(kind="tracing.handover_accepted").count() == 1


def test_nothing_is_accepted_before_it_was_offered(world: World, case: Case) -> None:
    by_the_clock()
    Holding.objects.filter(ended_at=None).update(offered_at=DUE + HOUR, due_at=DUE + DAY)
    accept = responsibility.accept_handover
    as_local(world.officer(), accept, item_ref=item().ref, expecting=None, at=DUE)
    assert Holding.objects.get(ended_at=None).accepted_at == DUE + HOUR


def test_acceptance_after_the_time_for_it_shows_late(world: World, case: Case) -> None:
    by_the_clock()
    officer = world.officer()

    def inbox(at: Any) -> queries.InboxRow:
        with transaction.atomic(), acting(Role.LOCAL, user=officer.id, team=officer.team_id):
            sight = access.sight_of_lists(user=officer, why="list", at=at)
            (row,) = queries.team_inbox(sight, team_id=world.team.id, at=at)
            return row

    assert (inbox(DUE + HOUR).late, inbox(DUE + HOUR).names) == (False, ("Priya Sharma",))
    assert inbox(DUE + 5 * HOUR).late


def late(world: World, at: Any) -> bool:
    officer = world.officer()
    with transaction.atomic(), acting(Role.LOCAL, user=officer.id, team=officer.team_id):
        sight = access.sight_of_lists(user=officer, why="list", at=at)
        (row,) = queries.team_inbox(sight, team_id=world.team.id, at=at)
    waiting = front.handovers_waiting(at=at)
    assert (waiting.waiting, waiting.late) == (1, int(row.late))
    return row.late


def test_a_case_that_is_local_from_the_start_has_as_long_to_be_accepted_as_any(
    world: World,
) -> None:
    Team.objects.filter(id=world.team.id).update(handover_hours=0)
    positives([claim("Priya", "Sharma", phones=("+447700900001",))])
    assert Holding.objects.get().team_id == world.team.id
    assert not late(world, NOON)
    assert not late(world, NOON + 4 * HOUR)
    assert late(world, NOON + 5 * HOUR)


def test_what_an_outcome_gives_to_a_team_shows_late_as_well(world: World, case: Case) -> None:
    assert Desk.next(world.agent()).end("in_hospital").action == "hand_over"
    assert not late(world, NOON + HOUR)
    assert late(world, NOON + 5 * HOUR)


@pytest.mark.parametrize("due", [None, NOON])
def test_no_team_is_given_anything_without_time_to_accept_it(
    world: World, case: Case, due: Any
) -> None:
    with pytest.raises(IntegrityError, match="team_has_time_to_accept"), transaction.atomic():
        Holding.objects.create(
            subject="contact", subject_id=uuid4(), household_id=case.household_id,
            team_id=world.team.id, managed_by="local", offered_at=NOON, due_at=due,
        )  # fmt: skip


def test_what_a_team_refuses_goes_back_to_the_national_pool_and_not_by_the_clock_again(
    world: World, case: Case
) -> None:
    by_the_clock()
    officer = world.officer()
    give_back = responsibility.return_handover
    with pytest.raises(ReasonMissing):
        as_local(officer, give_back, item_ref=item().ref, reason="", expecting=None, at=DUE)
    as_local(
        officer, give_back, item_ref=item().ref, reason="wrong_area", expecting=None, at=DUE + HOUR
    )
    assert spells(case) == [("national", "handed_over"), ("local", "refused"), ("national", None)]
    assert (item().state, by_the_clock(DUE + DAY)) == ("waiting", 0)


def test_what_a_team_returns_after_accepting_it_is_a_return(world: World, case: Case) -> None:
    by_the_clock()
    officer = world.officer()
    as_local(officer, responsibility.accept_handover, item_ref=item().ref, expecting=None, at=DUE)
    as_local(
        officer,
        responsibility.return_handover,
        item_ref=item().ref,
        reason="no_capacity",
        expecting=None,
        at=DUE + HOUR,
    )
    assert ("local", "returned") in spells(case)


def test_a_hand_back_closes_the_case_with_what_came_of_it(world: World, case: Case) -> None:
    by_the_clock()
    officer = world.officer()
    as_local(
        officer,
        responsibility.hand_back,
        item_ref=item().ref,
        outcome="reached",
        how="institution",
        expecting=None,
        at=DUE + HOUR,
    )
    case.refresh_from_db()
    assert (case.outcome, case.reached_how) == ("reached", "institution")
    assert case.reached_by == world.team.organisation_id
    assert (item().state, spells(case)[-1]) == ("closed", ("local", "reached"))
    with pytest.raises(HandoverMoved):
        as_local(
            officer,
            responsibility.return_handover,
            item_ref=item().ref,
            reason="not_ours",
            expecting=None,
            at=DUE + HOUR,
        )


def test_another_teams_item_and_an_absent_one_look_the_same(world: World, case: Case) -> None:
    by_the_clock()
    elsewhere = Team.objects.create(
        code="nether", name="Nether team", organisation=world.team.organisation, areas=["zx9"]
    )
    stranger = world.user("local", organisation=world.team.organisation, team=elsewhere)
    for ref in (item().ref, uuid4()):
        with pytest.raises(NotFound):
            as_local(stranger, responsibility.accept_handover, item_ref=ref, expecting=None, at=DUE)


def test_a_complex_place_sends_the_case_and_its_contacts_to_health_protection(
    world: World, case: Case
) -> None:
    desk = Desk.next(world.agent())
    desk.ring()
    desk.talk(
        case.id,
        names=[{"given_name": "Tom", "same_household": True}],
        special_places={"value": ["care_home"]},
        visits={"rows": [{"kind": "care_home", "name": "Larkspindle House"}], "value": [
            {"kind": "care_home", "name": "Larkspindle House", "from_on": "2020-10-30"}
        ]},
    )  # fmt: skip
    desk.end()
    for task in (resolve_interviews, resolve_named):
        with transaction.atomic(), acting(Role.MATCH):
            assert task(desk.at) == 1
            assert task(desk.at) == 0
    case.refresh_from_db()
    assert case.managed_by == "health_protection"
    assert Setting.objects.get().name == "Larkspindle House"
    assert Visit.objects.get().case_id == case.id
    escalation = Escalation.objects.get()
    assert (escalation.suppressed, escalation.team_id) == (False, world.team.id)
    contact = Contact.objects.get()
    assert (contact.managed_by_first, contact.tier) == ("health_protection", "1")
    assert WorkItem.objects.get(state="local").team_id == world.team.id


def test_a_rule_that_asks_for_more_cases_is_suppressed_and_counted(world: World) -> None:
    """From 14 December a workplace needs two cases within its days; one alone is counted as held back."""
    (case,) = positives(
        [claim("Una", "Berg", phones=("+447700900002",))],
        at=NOON.replace(month=12, day=16),
        setting="Kettlebeck Works",
        setting_kind="workplace",
    )
    assert Escalation.objects.filter(case=case, suppressed=True).count() == 1
    ((_, _, _, raised, suppressed),) = queries.escalation_counts()
    assert (raised, suppressed) == (0, 1)


def test_contacts_are_released_the_day_after_their_last(world: World, case: Case) -> None:
    desk = Desk.next(world.agent())
    desk.ring()
    desk.talk(case.id, names=[{"given_name": "Tom", "same_household": True}], **BRIEFLY)
    desk.end()
    with transaction.atomic(), acting(Role.MATCH):
        resolve_named(desk.at)
    contact = Contact.objects.get()
    last = NOON.replace(day=contact.isolate_until.day, month=contact.isolate_until.month)

    def release(at: Any) -> int:
        with transaction.atomic(), acting(Role.CLOCK):
            return responsibility.release_contacts(at)

    assert (release(last), release(last + DAY), release(last + DAY)) == (0, 1, 0)
    contact.refresh_from_db()
    assert (contact.outcome, contact.released_at) == ("not_reached", last + DAY)
    assert not WorkItem.objects.exclude(state="closed").exists()


def test_every_step_of_responsibility_leaves_an_entry(world: World, case: Case) -> None:
    by_the_clock()
    officer = world.officer()
    as_local(officer, responsibility.accept_handover, item_ref=item().ref, expecting=None, at=DUE)
    as_local(
        officer,
        responsibility.hand_back,
        item_ref=item().ref,
        outcome="not_reached",
        how=None,
        expecting=None,
        at=DUE + HOUR,
    )
    kinds = set(Entry.objects.filter(kind__startswith="tracing.").values_list("kind", flat=True))
    assert {
        "tracing.handed_over",
        "tracing.handover_accepted",
        "tracing.handed_back",
        "tracing.case_closed",
    } <= kinds
