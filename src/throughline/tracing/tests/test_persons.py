"""Two records that are one person are joined, once, when nobody is speaking with them; and can be parted again."""

from __future__ import annotations

import pytest
from django.db import transaction

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.journal.models import Entry
from throughline.people.models import MatchQuestion, PersonLink
from throughline.tracing.actions import persons
from throughline.tracing.errors import CannotJoin
from throughline.tracing.models import Case, Holding
from throughline.tracing.tests.world import HOUR, NOON, Desk, World, claim, positives


@pytest.fixture
def two(world: World) -> list[Case]:
    """One person, recorded twice in two households; the second record is the newer."""
    older = claim("Priya", "Sharma", phones=("+447700900001",))
    newer = claim("Prya", "Sharmah", birth_date=None, home=None, phones=("+447700900002",))
    return [positives([older])[0], positives([newer], at=NOON + HOUR)[0]]


def question(two: list[Case]) -> MatchQuestion:
    return MatchQuestion.objects.create(
        newer_id=two[1].person_id, older_id=two[0].person_id, score=20, asked_at=NOON
    )


def answer(world: World, asked: MatchQuestion, said: str) -> bool:
    with transaction.atomic(), acting(Role.AUTHORITY):
        return persons.answer_question(
            question_id=asked.id, answer=said, by=world.authority().id, at=NOON + 2 * HOUR
        )


def test_a_same_answer_merges_the_cases_and_closes_the_spare_conversation(
    world: World, two: list[Case]
) -> None:
    older, newer = two
    asked = question(two)
    assert answer(world, asked, "same")
    assert answer(world, asked, "same")
    newer.refresh_from_db()
    assert newer.merged_into_id == older.id
    assert Holding.objects.get(subject_id=newer.id).end == "merged"
    states = dict(WorkItem.objects.values_list("household_id", "state"))
    assert (states[older.household_id], states[newer.household_id]) == ("waiting", "closed")
    assert PersonLink.objects.count() == 1
    assert Entry.objects.filter(kind="tracing.persons_joined").count() == 1


def test_a_different_answer_joins_nobody_and_is_not_asked_again(
    world: World, two: list[Case]
) -> None:
    asked = question(two)
    assert not answer(world, asked, "different")
    assert not PersonLink.objects.exists()
    with pytest.raises(CannotJoin, match="different"):
        answer(world, asked, "same")


def test_a_join_waits_for_the_lease_to_end(world: World, two: list[Case]) -> None:
    Desk.next(world.agent())
    assert not answer(world, question(two), "same")
    assert not PersonLink.objects.exists()
    WorkItem.objects.filter(state="leased").update(
        state="waiting", agent_id=None, lease_until=None, leased_at=None
    )
    with transaction.atomic(), acting(Role.MATCH):
        assert persons.join_waiting(NOON + 3 * HOUR) == 1
        assert persons.join_waiting(NOON + 3 * HOUR) == 0
    assert PersonLink.objects.count() == 1


def test_parting_brings_the_case_and_its_conversation_back(world: World, two: list[Case]) -> None:
    answer(world, question(two), "same")
    newer = two[1]
    with transaction.atomic(), acting(Role.AUTHORITY):
        persons.unjoin_persons(
            newer_id=newer.person_id, by=world.authority().id, at=NOON + 3 * HOUR
        )
    newer.refresh_from_db()
    assert (newer.outcome, newer.merged_into_id, newer.closed_at) == ("open", None, None)
    assert Holding.objects.filter(subject_id=newer.id, ended_at=None).count() == 1
    assert WorkItem.objects.filter(household_id=newer.household_id, state="waiting").exists()
    with transaction.atomic(), acting(Role.MATCH):
        assert persons.join_waiting(NOON + 4 * HOUR) == 0
    assert Entry.objects.filter(kind="tracing.persons_unjoined").count() == 1
