"""Six flatmates who each name the other five are six persons, one household, one conversation.

In 2020 such a flat became thirty records for thirty callers, and every flatmate got five calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import transaction

from throughline.calling.models import Attempt, WorkItem
from throughline.calling.tasks import wake_rested
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.people.models import Household, MatchQuestion, Person
from throughline.tracing.actions.resolution import resolve_named
from throughline.tracing.models import Case, Contact, Exposure, NamedContact
from throughline.tracing.tests.world import BRIEFLY, DAY, HOUR, NOON, Desk, World, claim, positives

FLATMATES = (
    ("Priya", "Sharma"), ("Thomas", "Okafor"), ("Zuzanna", "Kowalska"),
    ("Bernard", "Whitlock"), ("Leila", "Haddad"), ("Marcus", "Ellison"),
)  # fmt: skip
MISSPELT = (
    ("Priya", "Sharme"), ("Thomas", "Okafore"), ("Zuzanna", "Kowalski"),
    ("Bernard", "Whitlok"), ("Leila", "Hadad"), ("Marcus", "Elison"),
)  # fmt: skip
SHARED = "07700 900100"

Telling = Callable[[int], Mapping[str, Any]]


def exactly(of: int) -> Mapping[str, Any]:
    return {"given_name": FLATMATES[of][0], "family_name": FLATMATES[of][1]}


def misspelt(of: int) -> Mapping[str, Any]:
    return {"given_name": MISSPELT[of][0], "family_name": MISSPELT[of][1]}


def given_name_and_shared_phone(of: int) -> Mapping[str, Any]:
    return {"given_name": FLATMATES[of][0], "phone": SHARED}


def the_others(of: int, telling: Telling, **more: Any) -> list[Mapping[str, Any]]:
    return [{**telling(other), "same_household": True, **more} for other in range(6) if other != of]


def resolve(at: Any) -> int:
    with transaction.atomic(), acting(Role.MATCH):
        return resolve_named(at)


def flat() -> list[Any]:
    phones = [(f"+4477009001{n:02d}",) for n in range(6)]
    return [claim(given, family, phones=phones[n]) for n, (given, family) in enumerate(FLATMATES)]


TELLINGS = [exactly, misspelt, given_name_and_shared_phone]


@pytest.mark.parametrize("telling", TELLINGS)
def test_all_positive_and_interviewed_in_one_conversation(world: World, telling: Telling) -> None:
    cases = positives(flat())
    assert WorkItem.objects.count() == 1
    desk = Desk.next(world.agent())
    desk.ring()
    for n, case in enumerate(cases):
        desk.talk(case.id, names=the_others(n, telling), **BRIEFLY)
    assert desk.end().action == "close"
    assert resolve(desk.at) == 30
    assert resolve(desk.at) == 0
    assert (Person.objects.count(), Household.objects.count()) == (6, 1)
    assert MatchQuestion.objects.count() == 0
    assert (Contact.objects.count(), Exposure.objects.count()) == (30, 30)
    assert set(Contact.objects.values_list("outcome", flat=True)) == {"reached"}
    assert not Contact.objects.filter(became_case__isnull=True).exists()
    assert WorkItem.objects.exclude(state="closed").count() == 0
    assert Attempt.objects.filter(channel="call").count() == 1


@pytest.mark.parametrize("telling", TELLINGS)
def test_all_positive_and_interviewed_in_six_conversations(world: World, telling: Telling) -> None:
    """Each flatmate comes to the telephone at another hour: six calls, and never two at once."""
    cases = positives(flat())
    moments = [NOON + n * 3 * HOUR for n in (0, 1, 2)]
    moments += [one + DAY for one in moments]
    for n, (case, at) in enumerate(zip(cases, moments, strict=True)):
        with transaction.atomic():
            wake_rested(at)
        desk = Desk.next(world.agent(), at)
        with pytest.raises(AssertionError, match="nothing waits"):
            Desk.next(world.agent(), at)
        desk.ring()
        desk.talk(case.id, names=the_others(n, telling), **BRIEFLY)
        desk.end()
        resolve(desk.at)
        assert WorkItem.objects.exclude(state="closed").count() == (1 if n < 5 else 0)
    assert (Person.objects.count(), Household.objects.count()) == (6, 1)
    assert Case.objects.filter(outcome="reached").count() == 6
    assert (Contact.objects.count(), Contact.objects.filter(outcome="open").count()) == (30, 0)
    assert Attempt.objects.filter(channel="call").count() == 6


@pytest.mark.parametrize("telling", TELLINGS)
def test_one_positive_names_five_who_are_told_in_one_more_call(
    world: World, telling: Telling
) -> None:
    (case,) = positives(flat()[:1])
    desk = Desk.next(world.agent())
    desk.ring()
    desk.talk(case.id, names=the_others(0, telling), **BRIEFLY)
    desk.end()
    assert resolve(desk.at) == 5
    assert (Person.objects.count(), Household.objects.count()) == (6, 1)
    assert WorkItem.objects.exclude(state="closed").count() == 1
    caller = Desk.next(world.agent(), NOON + 3 * HOUR)
    caller.ring()
    first = caller.screen().subjects[0]
    interview = caller.begin(first.id, "contact")
    others = [
        {"ref": str(one.ref), "informed_by": "told_now"}
        for one in _others_of(caller, interview, first)
    ]
    caller.walk(interview, others={"value": others})
    assert caller.end().action == "close"
    assert Contact.objects.filter(outcome="reached").count() == 5
    hows = sorted(Contact.objects.values_list("reached_how", flat=True))
    assert hows == ["household_member"] * 4 + ["self"]
    assert Attempt.objects.filter(channel="call").count() == 2


def test_one_positive_names_five_who_are_told_in_the_same_call(world: World) -> None:
    (case,) = positives(flat()[:1])
    desk = Desk.next(world.agent())
    desk.ring()
    desk.talk(case.id, names=the_others(0, exactly, informed_by="told_now"), **BRIEFLY)
    desk.end()
    resolve(desk.at)
    assert (Person.objects.count(), Household.objects.count()) == (6, 1)
    assert Contact.objects.filter(outcome="reached", reached_how="household_member").count() == 5
    assert WorkItem.objects.exclude(state="closed").count() == 0
    assert Attempt.objects.count() == 1


def test_a_flatmate_named_five_times_waits_in_one_conversation(world: World) -> None:
    """Five of six are positive; the sixth is the contact of five cases and is told once, the latest day."""
    cases = positives(flat()[:5])
    desk = Desk.next(world.agent())
    desk.ring()
    for n, case in enumerate(cases):
        desk.talk(case.id, names=the_others(n, exactly), **BRIEFLY)
    desk.end()
    resolve(desk.at)
    assert (Person.objects.count(), Contact.objects.count()) == (6, 25)
    assert Contact.objects.filter(outcome="open").count() == 5
    caller = Desk.next(world.agent(), NOON + 3 * HOUR)
    (line,) = caller.screen().subjects
    assert line.person.first_name == "Marcus"
    caller.talk(line.id, "contact")
    assert caller.end().action == "close"
    assert Contact.objects.filter(outcome="open").count() == 0


def test_a_result_for_a_flatmate_named_before_is_known_again(world: World) -> None:
    """They were named without a birth date: full name and home are enough to be known by."""
    (case,) = positives(flat()[:1])
    desk = Desk.next(world.agent())
    desk.talk(case.id, names=the_others(0, exactly)[:1], **BRIEFLY)
    desk.end()
    resolve(desk.at)
    (own,) = positives(flat()[1:2], at=NOON + HOUR)
    assert own.household_id == case.household_id
    contact = Contact.objects.get()
    assert own.person_id == contact.person_id
    assert contact.became_case_id == own.id
    assert MatchQuestion.objects.count() == 0
    # What the result tells of them completes what the naming left open.
    assert Person.objects.get(id=own.person_id).birth_date is not None


def test_a_naming_that_is_resolved_again_changes_nothing(world: World) -> None:
    (case,) = positives(flat()[:1])
    desk = Desk.next(world.agent())
    desk.talk(case.id, names=the_others(0, exactly), **BRIEFLY)
    desk.end()
    resolve(desk.at)
    NamedContact.objects.filter(position=0).update(resolved_at=None)
    with pytest.raises(Exception, match="exposure_once_per_naming"), transaction.atomic():
        resolve(desk.at)
    assert Exposure.objects.count() == 5


def _others_of(desk: Desk, interview: Any, line: Any) -> Any:
    desk.answer(interview, "ask_for_person", value="person")
    assert desk.confirm(interview)
    return desk.state(interview).others
