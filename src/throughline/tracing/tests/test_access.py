"""Who may see whom: each look is an entry with its reason, and absent looks like not yours."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import transaction

from throughline.core.context import acting
from throughline.core.errors import NotFound
from throughline.core.roles import Role
from throughline.journal.models import Entry, Subject
from throughline.people.models import MatchQuestion
from throughline.tracing import access
from throughline.tracing.actions import conversation
from throughline.tracing.models import Case
from throughline.tracing.queries.cases import open_questions, question, team_cases
from throughline.tracing.queries.conversation import household_in_hand
from throughline.tracing.tests.world import (
    DAY,
    MINUTE,
    NOON,
    Desk,
    World,
    at_the_desk,
    claim,
    positives,
)

PHONE = ("+447700900001",)


@pytest.fixture
def case(world: World) -> Case:
    return positives([claim("Priya", "Sharma", phones=PHONE)])[0]


@pytest.fixture
def desk(world: World, case: Case) -> Desk:
    return Desk.next(world.agent())


def test_each_look_at_a_household_in_hand_is_an_entry_with_its_reason(
    desk: Desk, case: Case
) -> None:
    for _ in range(3):
        desk.screen()
    seen = list(Entry.objects.filter(kind="access.household_seen"))
    assert [(one.actor_id, one.body["why"]) for one in seen] == [(desk.user_id, "conversation")] * 3


def test_an_act_reads_the_household_under_its_own_entry(desk: Desk, case: Case) -> None:
    with at_the_desk(desk.lease, desk.user_id):
        sight = access.sight_in_act(user_id=desk.user_id, lease=desk.lease, at=desk.at)
        assert household_in_hand(sight, lease=desk.lease, at=desk.at).subjects
        with pytest.raises(NotFound):
            access.sight_in_act(user_id=desk.user_id, lease=desk.lease, at=desk.at + DAY)
    assert not Entry.objects.filter(kind="access.household_seen").exists()


def test_another_household_and_an_absent_one_look_the_same_from_the_desk(
    world: World, desk: Desk, case: Case
) -> None:
    from throughline.people.claims import Home

    (other,) = positives(
        [
            claim(
                "Olek",
                "Nowak",
                home=Home(line_1="1 Quillam Road", town="Zexmouth", postcode="ZX1 2BB", area="zx1"),
            )
        ]
    )
    assert other.household_id != case.household_id
    for subject_id in (other.id, uuid4()):
        with pytest.raises(NotFound):
            desk.begin(subject_id)
    other_desk = Desk.next(world.agent(), NOON + MINUTE)
    theirs = other_desk.begin(other.id)
    for ref in (theirs.ref, uuid4()):
        with pytest.raises(NotFound), at_the_desk(desk.lease, desk.user_id):
            conversation.go_to_step(interview_ref=ref, step_id="symptoms", **desk.who)


def test_a_sight_of_one_household_shows_no_other(world: World, desk: Desk, case: Case) -> None:
    sight = access.sight_of_lease(user_id=desk.user_id, lease=desk.lease, at=desk.at)
    (other,) = positives(
        [claim("Una", "Berg", birth_date=None, home=None, phones=("+447700900077",))]
    )
    other_desk = Desk.next(world.agent(), NOON + MINUTE)
    assert other.household_id == other_desk.lease.household_id
    with pytest.raises(NotFound):
        household_in_hand(sight, lease=other_desk.lease, at=desk.at)
    with transaction.atomic(), acting(Role.DESK, user=desk.user_id, household=case.household_id):
        assert set(Case.objects.values_list("id", flat=True)) == {case.id}


def test_only_a_local_team_or_the_authority_opens_a_case_and_absent_looks_like_not_yours(
    world: World, case: Case
) -> None:
    officer = world.officer()
    stranger = world.user("local", organisation=world.team.organisation)
    with transaction.atomic(), acting(Role.LOCAL, team=world.team.id):
        sight = access.sight_of_case(user=officer, ref=case.ref, why="list", at=NOON)
        assert sight.household == case.household_id
    with transaction.atomic(), acting(Role.LOCAL):
        for ref in (case.ref, uuid4()):
            with pytest.raises(NotFound):
                access.sight_of_case(user=stranger, ref=ref, why="list", at=NOON)
    with pytest.raises(NotFound):
        access.sight_of_case(user=world.user("handler"), ref=case.ref, why="list", at=NOON)


def named_by(kind: str, why: str) -> set[UUID]:
    """Everybody whom the entries of a look are about, the person who looked among them."""
    entries = Entry.objects.filter(kind=kind, body__why=why).values_list("id", flat=True)
    return set(
        Subject.objects.filter(entry_id__in=list(entries)).values_list("subject_id", flat=True)
    )


def test_a_question_of_who_is_who_is_a_look_at_both(world: World) -> None:
    newer, older = positives(
        [claim(name, name, birth_date=None, home=None) for name in ("Ada", "Ben")]
    )
    asked = MatchQuestion.objects.create(
        newer_id=newer.person_id, older_id=older.person_id, score=70, reasons=[], asked_at=NOON
    )
    director = world.authority()
    both = {director.id, newer.person_id, older.person_id}
    with transaction.atomic(), acting(Role.AUTHORITY, user=director.id):
        access.look_at_list(
            user=director,
            why="question",
            at=NOON,
            read=lambda sight: [question(sight, question_id=asked.id, at=NOON)],
        )
    assert named_by("access.list_seen", "question") == both
    with transaction.atomic(), acting(Role.AUTHORITY, user=director.id):
        access.look_at_list(
            user=director, why="list", at=NOON, read=lambda sight: open_questions(sight, at=NOON)
        )
    assert named_by("access.list_seen", "list") == both


def test_a_teams_list_is_a_look_at_everybody_who_stands_in_it(world: World) -> None:
    first, second, third = positives(
        [claim(name, name, birth_date=None, home=None) for name in ("Ada", "Ben", "Cem")]
    )
    officer = world.officer()
    with transaction.atomic(), acting(Role.LOCAL, user=officer.id, team=officer.team_id):
        rows = access.look_at_list(
            user=officer,
            why="list",
            at=NOON,
            read=lambda sight: team_cases(sight, team_id=world.team.id, at=NOON, size=2),
        )
    shown = {person for row in rows for person in row.persons}
    assert len(shown) == 2
    assert shown < {first.person_id, second.person_id, third.person_id}
    assert named_by("access.list_seen", "list") == {officer.id} | shown


def test_nobody_looks_at_a_list_whose_role_opens_no_case(world: World) -> None:
    with pytest.raises(NotFound):
        access.look_at_list(user=world.user("handler"), why="list", at=NOON, read=lambda sight: [])
    assert not Entry.objects.filter(kind="access.list_seen").exists()
