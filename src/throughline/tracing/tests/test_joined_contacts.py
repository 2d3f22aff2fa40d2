"""Records that are one person have one conversation about what they are contacts of; parted, each has its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.people.models import ContactDetail, PersonLink
from throughline.tracing.actions import persons
from throughline.tracing.actions.resolution import resolve_named
from throughline.tracing.errors import CannotJoin
from throughline.tracing.models import Case, Contact, Exposure, Holding, NamedContact, TestResult
from throughline.tracing.queries.subjects import open_subjects
from throughline.tracing.tests.world import HOUR, MINUTE, NOON, Desk, World, claim, positives

# Three records of one man, who was named by two cases under different telephones.
PHONES = ("07700 900011", "07700 900012", "07700 900013")
FAMILIES = dict(zip(PHONES, ("Okafor", "Lindqvist", "Berryman"), strict=True))
CASES = (("Priya", "Sharma", "+447700900001"), ("Una", "Berg", "+447700900002"))


def named(case: Case, position: int, phone: str, at: datetime) -> None:
    NamedContact.objects.create(
        case=case,
        household_id=case.household_id,
        position=position,
        given_name="Tom",
        family_name=FAMILIES[phone],
        phone=phone,
        exposure_kind="direct",
        last_met_on=NOON.date(),
        saved_at=at,
        submitted_at=at,
    )


@pytest.fixture
def three(world: World) -> list[Contact]:
    """The contacts of the first case, one for each record; the second case named the latter two."""
    cases = [
        positives([claim(given, family, birth_date=None, home=None, phones=(phone,))])[0]
        for given, family, phone in CASES
    ]
    for n, phone in enumerate(PHONES):
        named(cases[0], n, phone, NOON + n * MINUTE)
        if n:
            named(cases[1], n, phone, NOON + n * MINUTE)
    with transaction.atomic(), acting(Role.MATCH):
        assert resolve_named(NOON + HOUR) == 5
    rows = list(Contact.objects.filter(case=cases[0]).order_by("identified_at"))
    assert len({one.household_id for one in rows}) == 3
    again = Contact.objects.filter(case=cases[1]).order_by("identified_at")
    for spare, known in zip(again, rows[1:], strict=True):
        # Whether a name and a telephone are known again is the room people's to decide; here they are.
        home = {"household_id": known.household_id}
        WorkItem.objects.filter(household_id=spare.household_id).delete()
        Contact.objects.filter(id=spare.id).update(person_id=known.person_id, **home)
        Exposure.objects.filter(contact=spare).update(**home)
        Holding.objects.filter(subject_id=spare.id).update(**home)
    return rows


def join(newer: Contact, older: Contact, by: Any, at: datetime) -> bool:
    with transaction.atomic(), acting(Role.AUTHORITY):
        return persons.join_persons(
            newer_id=newer.person_id, older_id=older.person_id, by=by, at=at
        )


def unjoin(newer: Contact, by: Any, at: datetime) -> None:
    with transaction.atomic(), acting(Role.AUTHORITY):
        persons.unjoin_persons(newer_id=newer.person_id, by=by, at=at)


def waiting() -> set[Any]:
    return set(WorkItem.objects.exclude(state="closed").values_list("household_id", flat=True))


def test_a_joined_contact_has_one_conversation_and_each_case_counts_them_once(
    world: World, three: list[Contact]
) -> None:
    older, newer, _ = three
    assert join(newer, older, world.authority().id, NOON + HOUR)
    assert older.household_id in waiting()
    assert newer.household_id not in waiting()
    (subject,) = open_subjects(older.household_id)
    assert {one.case_id for one in subject.contacts} == set(
        Case.objects.values_list("id", flat=True)
    )
    counted = Contact.objects.filter(case=older.case, merged_into=None)
    assert set(counted.values_list("id", flat=True)) == {older.id, three[2].id}
    assert Holding.objects.get(subject_id=newer.id).end == "merged"
    phones = ContactDetail.objects.filter(person=older.person, wrong_since=None)
    assert phones.count() == 2


def test_one_who_was_told_under_one_record_is_not_rung_again_under_the_other(
    world: World, three: list[Contact]
) -> None:
    older, newer, _ = three
    Contact.objects.filter(id=newer.id).update(outcome="reached", closed_at=NOON + HOUR)
    assert join(newer, older, world.authority().id, NOON + HOUR)
    older.refresh_from_db()
    assert (older.merged_into_id, older.outcome) == (newer.id, "not_reached")


def test_a_join_is_not_undone_under_a_handlers_hands(world: World, three: list[Contact]) -> None:
    by = world.authority().id
    assert join(three[1], three[0], by, NOON + HOUR)
    WorkItem.objects.exclude(household_id=three[0].household_id).exclude(state="closed").update(
        state="closed", closed_at=NOON
    )
    Desk.next(world.agent(), NOON + HOUR)
    with pytest.raises(CannotJoin, match="speaking with"):
        unjoin(three[1], by, NOON + HOUR)


def picture() -> dict[str, Any]:
    """Everything that a join must give back."""
    contacts = {
        one.id: (one.person_id, one.household_id, one.outcome, one.merged_into_id,
                 one.became_case_id, one.moved_by_id)
        for one in Contact.objects.all()
    }  # fmt: skip
    held = Holding.objects.filter(ended_at=None)
    return {
        "contacts": contacts,
        "cases": {
            one.id: (one.person_id, one.household_id, one.outcome, one.merged_into_id)
            for one in Case.objects.all()
        },
        "results": set(TestResult.objects.values_list("id", "person_id", "episode_id")),
        "exposures": set(Exposure.objects.values_list("contact_id", "household_id")),
        "held": set(held.values_list("subject_id", "household_id")),
        "items": waiting(),
    }


def lost() -> list[Any]:
    """Return open contacts of no conversation, and spare ones that lead to no other."""
    wrong: list[Any] = []
    for one in Contact.objects.all():
        end, seen = one, {one.id}
        while end.merged_into is not None and end.merged_into_id not in seen:
            end = end.merged_into
            seen.add(end.id)
        spoken = {row.id for subject in open_subjects(end.household_id) for row in subject.contacts}
        followed = end.became_case_id is not None
        told = end.id in spoken and end.household_id in waiting()
        if end.merged_into_id or (end.outcome == "open" and not (followed or told)):
            wrong.append((one.id, end.outcome))
    return wrong


PAIRS = [(1, 0), (2, 0), (2, 1), (0, 2), (1, 2)]
STEPS = st.lists(
    st.sampled_from([*(("join", *pair) for pair in PAIRS), ("part", 1, 0), ("part", 2, 0)]),
    max_size=8,
)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=STEPS, positive=st.sampled_from([None, 0, 1]))
def test_any_joins_and_partings_lose_nobody_and_all_partings_give_the_start_back(
    world: World, three: list[Contact], steps: list[tuple[str, int, int]], positive: int | None
) -> None:
    by, at = world.authority().id, NOON + HOUR
    saved = transaction.savepoint()
    try:
        if positive is not None:
            phone = "+44" + PHONES[positive].replace(" ", "")[1:]
            positives(
                [
                    claim(
                        "Tom",
                        FAMILIES[PHONES[positive]],
                        birth_date=None,
                        home=None,
                        phones=(phone,),
                    )
                ],
                at=at,
            )
        start = picture()
        assert lost() == []
        for act, newer, older in steps:
            at += MINUTE
            try:
                if act == "join":
                    join(three[newer], three[older], by, at)
                else:
                    unjoin(three[newer], by, at)
            except CannotJoin:
                continue
            assert lost() == []
        for link in PersonLink.objects.filter(undone_at=None).order_by("at", "id"):
            at += MINUTE
            with transaction.atomic(), acting(Role.AUTHORITY):
                persons.unjoin_persons(newer_id=link.from_person_id, by=by, at=at)
        assert picture() == start
    finally:
        transaction.savepoint_rollback(saved)
