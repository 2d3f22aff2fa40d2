"""A correction takes a result away: the case closes as opened in error, and whoever was told is told that it was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from throughline.calling.models import Attempt, WorkItem
from throughline.core.context import acting
from throughline.core.ids import new_id
from throughline.core.roles import Role
from throughline.people.claims import Home
from throughline.people.models import Person
from throughline.tracing.access import sight_of_case
from throughline.tracing.actions.resolution import resolve_named
from throughline.tracing.actions.results import accept_results
from throughline.tracing.arrivals import Arrival
from throughline.tracing.models import Case, Contact, Holding, NamedContact, TestResult
from throughline.tracing.queries.case_page import case_page
from throughline.tracing.queries.subjects import open_subjects
from throughline.tracing.tests.world import HOUR, NOON, Desk, World, claim, positives

PHONE, OTHER, THIRD = "+447700900001", "+447700900002", "+447700900003"
AWAY = Home(line_1="9 Larkspindle Way", town="Zexmouth", postcode="ZX1 9ZZ", area="zx1")
NAMES = (
    {"given_name": "Una", "family_name": "Berg", "phone": "07700 900011", "exposure_kind": "direct",
     "last_met_on": "2020-11-01"},
    {"given_name": "Tom", "family_name": "Quill", "phone": "07700 900012", "exposure_kind": "direct",
     "last_met_on": "2020-11-01"},
)  # fmt: skip


def corrected(case: Case, *, at: datetime, **more: Any) -> None:
    """The laboratory says something else of the newest version of the case's result."""
    first = TestResult.objects.get(id=case.result_id)
    old = TestResult.objects.get(report_id=first.report_id, superseded_by__isnull=True)
    same = {
        name: getattr(old, name)
        for name in Arrival.__dataclass_fields__
        if hasattr(old, name) and name not in ("excluded", "supersedes", "superseded_by")
    }
    changed: Mapping[str, Any] = {
        "result_id": new_id(), "result": "negative", "reported_at": at, "received_at": at,
        "status": "corrected", "supersedes": old.id,
    } | more  # fmt: skip
    with transaction.atomic(), acting(Role.MATCH):
        accept_results([Arrival(**(same | changed))], at=at)
    case.refresh_from_db()


@pytest.fixture
def case(world: World) -> Case:
    return positives([claim("Priya", "Sharma", phones=(PHONE,))])[0]


def interviewed(world: World, case: Case) -> datetime:
    """The case is told, and names two people elsewhere, of whom the first is told too."""
    desk = Desk.next(world.agent())
    desk.ring()
    desk.talk(case.id, names=NAMES)
    desk.end()
    resolved(desk.at)
    return rung(world, "Una", desk.at + HOUR)


def resolved(at: datetime) -> None:
    with transaction.atomic(), acting(Role.MATCH):
        resolve_named(at)


def rung(world: World, given: str, at: datetime) -> datetime:
    """Somebody rings this contact and tells them what to do; all others wait."""
    contact = Contact.objects.get(person__given_name=given)
    others = WorkItem.objects.filter(state="waiting").exclude(household_id=contact.household_id)
    rest = list(others.values_list("id", flat=True))
    WorkItem.objects.filter(id__in=rest).update(state="resting")
    desk = Desk.next(world.agent(), at)
    desk.ring()
    desk.talk(contact.id, "contact")
    desk.end()
    WorkItem.objects.filter(id__in=rest).update(state="waiting")
    return desk.at + HOUR


def items() -> dict[str, tuple[str, str]]:
    """The newest item of each household, by the given names of those who live there."""
    names = {one.household_id: one.given_name for one in Person.objects.all()}
    return {
        names[one.household_id]: (one.kind, one.state)
        for one in WorkItem.objects.order_by("opened_at")
    }


def test_a_case_that_nobody_reached_is_closed_with_its_conversation_and_nobody_is_rung(
    world: World, case: Case
) -> None:
    desk = Desk.next(world.agent())
    desk.ring()
    desk.end("no_answer")
    corrected(case, at=desk.at)
    assert (case.outcome, case.retraction) == ("in_error", None)
    assert items() == {"Priya": ("case", "closed")}
    assert Attempt.objects.count() == 1
    assert Holding.objects.get().end == "withdrawn"


def test_whoever_was_told_is_owed_that_it_was_wrong_and_nobody_else_is(
    world: World, case: Case
) -> None:
    at = interviewed(world, case)
    corrected(case, at=at)
    contacts = {one.person.given_name: one for one in Contact.objects.select_related("person")}
    assert (case.outcome, case.retraction) == ("in_error", "owed")
    assert {name: one.retraction for name, one in contacts.items()} == {"Una": "owed", "Tom": None}
    assert {one.outcome for one in contacts.values()} == {"in_error"}
    assert all(one.released_at == at for one in contacts.values())
    assert items() == {
        "Priya": ("retraction", "waiting"),
        "Una": ("retraction", "waiting"),
        "Tom": ("contact", "closed"),
    }


def test_a_handler_says_that_it_was_wrong_and_then_nobody_is_left(world: World, case: Case) -> None:
    at = interviewed(world, case)
    corrected(case, at=at)
    for given in ("Priya", "Una"):
        desk = Desk.next(world.agent(kinds=["contact"]), at)
        line = desk.screen().subjects[0]
        assert line.kind == "retraction"
        desk.ring()
        desk.talk(line.id, "retraction")
        ended = desk.end()
        assert (ended.action, ended.open_subjects) == ("close", 0), given
    case.refresh_from_db()
    assert (case.retraction, case.outcome) == ("told", "in_error")
    assert not WorkItem.objects.exclude(state="closed").exists()


def test_who_cannot_be_reached_to_be_told_so_is_rung_as_anybody_is(
    world: World, case: Case
) -> None:
    at = interviewed(world, case)
    corrected(case, at=at)
    desk = Desk.next(world.agent(), at)
    desk.ring()
    assert desk.end("no_answer").action == "rest"
    desk = Desk.next(world.agent(), at)
    desk.ring()
    desk.talk(desk.screen().subjects[0].id, "retraction", taken_back={"value": "no"})
    assert desk.end("already_told").action == "close"


def test_a_contact_of_another_case_too_stays_one_and_is_told_nothing(
    world: World, case: Case
) -> None:
    at = interviewed(world, case)
    other = positives([claim("Ivo", "Marsh", home=AWAY, phones=(OTHER,))], at=at)[0]
    una = Contact.objects.get(person__given_name="Una")
    kept = Contact.objects.create(
        case=other, person_id=una.person_id, household_id=una.household_id, protocol=una.protocol,
        protocol_version=una.protocol_version, exposure_kind="direct", identified_at=at,
        managed_by_first="national", managed_by="national", tier="3", isolate_until=una.isolate_until,
    )  # fmt: skip
    corrected(case, at=at + HOUR)
    una.refresh_from_db()
    kept.refresh_from_db()
    assert (una.outcome, una.retraction) == ("in_error", None)
    assert (kept.outcome, kept.released_at) == ("open", None)
    assert [one.id for one in open_subjects(una.household_id)] == [kept.id]


def test_a_contact_who_had_become_the_case_is_a_contact_again(world: World, case: Case) -> None:
    at = interviewed(world, case)
    una = Contact.objects.get(person__given_name="Una")
    WorkItem.objects.exclude(state="closed").update(state="closed", closed_at=at)
    Contact.objects.filter(id=una.id).update(outcome="open", closed_at=None, reached_at=None)
    with transaction.atomic(), acting(Role.MATCH):
        arrival = dict(TestResult.objects.filter(id=case.result_id).values().get())
        own = {
            name: arrival[name] for name in Arrival.__dataclass_fields__ if name in arrival
        } | {
            "result_id": new_id(), "person_id": una.person_id, "household_id": una.household_id,
            "report_id": "una",
        }  # fmt: skip
        accept_results([Arrival(**own)], at=at)
    una.refresh_from_db()
    own_case = Case.objects.get(person_id=una.person_id)
    assert una.became_case_id == own_case.id
    corrected(own_case, at=at + HOUR)
    una.refresh_from_db()
    assert (una.outcome, una.became_case_id) == ("open", None)
    assert items()["Una"][1] == "waiting"


def test_a_result_that_is_reinstated_brings_the_case_back_and_its_conversation(
    world: World, case: Case
) -> None:
    corrected(case, at=NOON + HOUR)
    corrected(case, at=NOON + 2 * HOUR, result="positive")
    assert (case.outcome, case.closed_at) == ("open", None)
    assert Case.objects.count() == 1
    assert Holding.objects.filter(subject_id=case.id, ended_at=None).count() == 1
    assert items() == {"Priya": ("case", "waiting")}


def test_who_was_told_that_it_was_wrong_is_told_again_when_it_was_right_after_all(
    world: World, case: Case
) -> None:
    at = interviewed(world, case)
    corrected(case, at=at)
    Case.objects.filter(id=case.id).update(retraction="told", retracted_at=at)
    corrected(case, at=at + HOUR, result="positive")
    una = Contact.objects.get(person__given_name="Una")
    assert (case.outcome, case.retraction) == ("open", None)
    # She was not told otherwise yet: what she was told the first time stands.
    assert (una.outcome, una.retraction, una.released_at) == ("reached", None, None)
    assert items()["Una"] == ("retraction", "closed")


def test_a_correction_that_comes_while_they_talk_is_told_in_another_call(
    world: World, case: Case
) -> None:
    desk = Desk.next(world.agent())
    desk.ring()
    desk.talk(case.id, names=NAMES[:1])
    corrected(case, at=desk.at)
    line = desk.screen().subjects[0]
    assert "corrected this result" in line.title
    assert desk.end().open_subjects == 1
    case.refresh_from_db()
    assert (case.outcome, case.retraction) == ("in_error", "owed")
    resolved(desk.at)
    assert not Contact.objects.exists()
    assert "corrected the result" in NamedContact.objects.get().unresolved_reason


def test_a_conversation_about_nothing_any_more_ends_with_its_lease(
    world: World, case: Case
) -> None:
    desk = Desk.next(world.agent())
    desk.ring()
    corrected(case, at=desk.at)
    assert WorkItem.objects.get().state == "leased"
    desk.end("no_answer")
    assert WorkItem.objects.get().state == "closed"


def test_the_page_of_the_case_shows_what_was_corrected_from_what_to_what(
    world: World, case: Case
) -> None:
    corrected(case, at=NOON + HOUR, result="void", status="withdrawn")
    officer = world.officer()
    with transaction.atomic(), acting(Role.LOCAL, user=officer.id, team=officer.team_id):
        sight = sight_of_case(user=officer, ref=case.ref, why="list", at=NOON + HOUR)
        page = case_page(sight, case.ref, NOON + HOUR)
    first, second = page.results
    assert first.correction is not None
    assert (first.result, first.correction.result) == ("positive", "withdrawn")
    assert first.correction.received_at == NOON + HOUR
    assert (second.correction, second.exclusion) == (None, "withdrawn")
