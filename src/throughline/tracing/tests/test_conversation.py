"""A conversation: who may hear what, every answer on the server, and an end that happens once."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import transaction

from throughline.calling.errors import LeaseLost
from throughline.calling.models import Attempt, WorkItem
from throughline.calling.tasks import wake_rested
from throughline.core.errors import Stale
from throughline.core.ids import new_ref
from throughline.journal.models import Entry
from throughline.people.models import Person
from throughline.tracing.actions import conversation
from throughline.tracing.errors import AnswerRefused, NotConfirmed, RowSubmitted
from throughline.tracing.models import Case, Holding, Interview, NamedContact
from throughline.tracing.tests.world import (
    BORN,
    BRIEFLY,
    HOUR,
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


def test_before_identity_is_confirmed_only_name_and_telephone_leave_the_query(
    desk: Desk, case: Case
) -> None:
    desk.begin(case.id)
    screen = desk.screen()
    card = screen.subjects[0].person
    assert (card.display_name, [one.display for one in card.phones]) == (
        "Priya Sharma",
        ["07700 900 001"],
    )
    assert (card.birth_date, card.address_lines, card.age, card.revealed) == (None, (), None, False)
    assert BORN.isoformat() not in repr(screen)
    assert "Otterbell" not in repr(screen)
    assert not screen.subjects[0].interview.derived.known


def test_two_identifiers_that_match_open_the_rest(desk: Desk, case: Case) -> None:
    interview = desk.begin(case.id)
    assert desk.confirm(interview, birth_date=BORN.isoformat(), postcode="zx11aa")
    card = desk.screen().subjects[0].person
    assert (card.birth_date, card.revealed) == (BORN, True)
    assert card.address_lines[0] == "Flat 3"


def test_one_identifier_is_not_enough_and_which_one_failed_is_not_said(
    desk: Desk, case: Case
) -> None:
    interview = desk.begin(case.id)
    assert not desk.confirm(interview, birth_date=BORN.isoformat(), postcode="ZX9 9ZZ")
    state = desk.state(interview)
    assert (state.identity_confirmed, state.answers["identity"]) == (False, "failed")


def test_no_question_after_the_identity_check_is_answered_before_it(desk: Desk, case: Case) -> None:
    interview = desk.begin(case.id)
    with pytest.raises(NotConfirmed):
        desk.answer(interview, "symptoms", value=["cough"])
    with pytest.raises(NotConfirmed):
        desk.name(interview, 0, given_name="Tom")
    desk.answer(interview, "ask_for_person", value="person")
    with pytest.raises(AnswerRefused):
        desk.answer(interview, "identity", value="matched")


def test_a_killed_browser_goes_on_at_the_same_question(desk: Desk, case: Case) -> None:
    interview = desk.begin(case.id)
    desk.answer(interview, "ask_for_person", value="person")
    desk.confirm(interview)
    desk.answer(interview, "why_we_ring", value="yes")
    again = desk.begin(case.id)
    assert (again.id, desk.state(again).step_id) == (interview.id, "danger_signs")
    assert desk.state(again).identity_confirmed


def test_the_next_handler_asks_again_who_is_on_the_line_and_keeps_the_answers(
    world: World, desk: Desk, case: Case
) -> None:
    interview = desk.begin(case.id)
    desk.answer(interview, "ask_for_person", value="person")
    desk.confirm(interview)
    desk.answer(interview, "why_we_ring", value="yes")
    desk.answer(interview, "danger_signs", value="no")
    WorkItem.objects.update(state="waiting", agent_id=None, lease_until=None, leased_at=None)
    other = Desk.next(world.agent(), NOON + HOUR)
    assert other.screen().subjects[0].person.revealed is False
    assert other.screen().subjects[0].interview is None
    taken = other.begin(case.id)
    state = other.state(taken)
    assert (taken.id, state.step_id, state.identity_confirmed) == (
        interview.id,
        "ask_for_person",
        False,
    )
    assert "danger_signs" not in state.answers
    other.answer(taken, "ask_for_person", value="person")
    other.confirm(taken)
    other.answer(taken, "why_we_ring", value="yes")
    assert other.state(taken).step_id == "symptoms"


def test_an_act_with_a_lost_lease_is_refused(world: World, desk: Desk, case: Case) -> None:
    interview = desk.begin(case.id)
    WorkItem.objects.update(fence=desk.lease.fence + 1)
    with pytest.raises(LeaseLost):
        desk.answer(interview, "ask_for_person", value="person")
    with pytest.raises(LeaseLost):
        desk.end("no_answer")


def test_a_save_over_a_newer_revision_is_refused(desk: Desk, case: Case) -> None:
    interview = desk.begin(case.id)
    desk.answer(interview, "ask_for_person", value="person")
    with pytest.raises(Stale), at_the_desk(desk.lease, desk.user_id):
        conversation.save_answer(
            interview_ref=interview.ref,
            step_id="ask_for_person",
            values={"value": "not_now"},
            expecting=1,
            **desk.who,
        )


def test_an_onset_still_to_come_is_refused_with_a_sentence(desk: Desk, case: Case) -> None:
    interview = desk.begin(case.id)
    desk.answer(interview, "ask_for_person", value="person")
    desk.confirm(interview)
    desk.answer(interview, "why_we_ring", value="yes")
    desk.answer(interview, "danger_signs", value="no")
    desk.answer(interview, "symptoms", value=["cough"])
    with pytest.raises(AnswerRefused, match="still to come"):
        desk.answer(interview, "onset", value="2020-11-09")


def test_an_onset_told_moves_the_last_day_and_a_day_in_the_past_is_told_to_nobody(
    desk: Desk, case: Case
) -> None:
    interview = desk.begin(case.id)
    desk.answer(interview, "ask_for_person", value="person")
    desk.confirm(interview)
    desk.answer(interview, "why_we_ring", value="yes")
    desk.answer(interview, "danger_signs", value="no")
    assert desk.state(interview).derived.until_long == "11 November 2020"
    desk.answer(interview, "symptoms", value=["cough"])
    desk.answer(interview, "onset", value="2020-10-15")
    state = desk.state(interview)
    assert (state.derived.over, state.derived.until_long) == (True, "")
    assert "isolate_until_long" not in state.values
    assert state.derived.steps[0] == "Onset 15 October 2020 (as told)"


def test_a_finished_conversation_closes_the_case_once_whatever_is_clicked_twice(
    desk: Desk, case: Case
) -> None:
    desk.ring()
    desk.talk(case.id, symptoms={"value": ["cough"]}, onset={"value": "2020-10-30"})
    key = uuid4()
    assert desk.end(key=key).action == "close"
    entries = Entry.objects.count()
    assert desk.end(key=key).action == "already"
    assert Entry.objects.count() == entries
    case.refresh_from_db()
    assert (case.outcome, case.reached_how, case.onset_on.isoformat()) == (
        "reached",
        "self",
        "2020-10-30",
    )
    assert case.isolate_until.isoformat() == "2020-11-09"
    assert case.reached_by is not None
    assert case.first_attempt_at is not None
    holding = Holding.objects.get(subject_id=case.id)
    assert (holding.end, holding.provider_id) == ("reached", case.reached_by)
    assert WorkItem.objects.get().state == "closed"
    assert Attempt.objects.get().reached


def test_nobody_is_recorded_as_told_whose_identity_was_not_confirmed(
    desk: Desk, case: Case
) -> None:
    desk.begin(case.id)
    with pytest.raises(AnswerRefused, match="identity"):
        desk.end("completed")
    case.refresh_from_db()
    assert case.outcome == "open"


def test_an_unanswered_call_leaves_the_case_open_and_rests_the_household(
    desk: Desk, case: Case
) -> None:
    desk.ring()
    ended = desk.end("no_answer")
    assert (ended.action, ended.open_subjects) == ("rest", 1)
    case.refresh_from_db()
    assert (case.outcome, case.reached_at) == ("open", None)
    assert WorkItem.objects.get().state == "resting"


def test_a_wrong_number_is_never_rung_again(desk: Desk, case: Case) -> None:
    desk.ring()
    desk.end("wrong_number")
    assert WorkItem.objects.get().skill == "data_fix"


def test_a_number_put_right_can_be_rung(desk: Desk, case: Case) -> None:
    person = Person.objects.get(id=case.person_id)
    with at_the_desk(desk.lease, desk.user_id):
        conversation.correct_number(person_ref=person.ref, phone="07700 900 002", **desk.who)
    detail = desk.screen().subjects[0].person.phones[0].detail_id
    with at_the_desk(desk.lease, desk.user_id):
        conversation.mark_number_wrong(detail_id=detail, **desk.who)
    assert [one.wrong for one in desk.screen().subjects[0].person.phones] == [True, False]


def test_a_loose_end_comes_back_with_the_person_who_was_told(
    world: World, desk: Desk, case: Case
) -> None:
    desk.ring()
    desk.talk(case.id, **BRIEFLY)
    assert desk.end("loose_end").action == "rest"
    case.refresh_from_db()
    assert case.outcome == "reached"
    with transaction.atomic():
        wake_rested(NOON + 26 * HOUR)
    later = Desk.next(world.agent(), NOON + 26 * HOUR)
    (line,) = later.screen().subjects
    assert line.id == case.id
    later.talk(case.id, **BRIEFLY)
    assert later.end().action == "close"


def test_a_row_that_was_passed_on_is_not_changed_any_more(
    world: World, desk: Desk, case: Case
) -> None:
    desk.ring()
    desk.talk(case.id, names=[{"given_name": "Tom"}], **BRIEFLY)
    desk.end("partial")
    with transaction.atomic():
        wake_rested(NOON + 5 * HOUR)
    later = Desk.next(world.agent(), NOON + 5 * HOUR)
    interview = later.begin(case.id)
    assert later.state(interview).named == ()
    later.confirm(interview)
    assert later.state(interview).named[0].locked
    with pytest.raises(RowSubmitted):
        later.name(interview, 0, given_name="Tim")


def test_a_death_silences_the_person_and_closes_the_case(desk: Desk, case: Case) -> None:
    desk.ring()
    assert desk.end("died").action == "close"
    case.refresh_from_db()
    assert case.outcome == "not_reached"
    assert Person.objects.get(id=case.person_id).deceased


def test_a_refusal_is_asked_once_more_by_somebody_else_and_then_closed(
    world: World, desk: Desk, case: Case
) -> None:
    desk.ring()
    assert desk.end("declined").action == "move"
    other = Desk.next(world.agent(), NOON + 3 * HOUR)
    assert other.end("declined").action == "close"
    case.refresh_from_db()
    assert case.outcome == "not_reached"


def test_an_outcome_that_hands_over_begins_a_spell_of_the_local_team(
    world: World, desk: Desk, case: Case
) -> None:
    assert desk.end("in_hospital").action == "hand_over"
    first, second = Holding.objects.filter(subject_id=case.id).order_by("offered_at")
    assert (first.end, second.team_id, second.managed_by) == ("handed_over", world.team.id, "local")
    case.refresh_from_db()
    assert (case.outcome, case.managed_by) == ("open", "local")


def test_a_reason_that_is_asked_for_must_be_given_and_is_kept(desk: Desk, case: Case) -> None:
    with pytest.raises(AnswerRefused, match="reason"):
        desk.end("system_error")
    desk.end("system_error", note="The line fell silent.")
    assert Interview.objects.get().note == "The line fell silent."


def test_each_row_of_the_grid_is_saved_as_it_is_typed_with_its_problem(
    desk: Desk, case: Case
) -> None:
    interview = desk.begin(case.id)
    desk.confirm(interview)
    kept = desk.name(interview, 0, given_name="Tom")
    desk.name(interview, 0, ref=kept.ref, phone="07700 9")
    row = desk.state(interview).named[0]
    assert (row.given_name, row.phone, row.revision) == ("Tom", "07700 9", 2)
    assert "cannot be rung" in row.problems[0]
    with at_the_desk(desk.lease, desk.user_id):
        conversation.remove_named(interview_ref=interview.ref, position=0, ref=kept.ref, **desk.who)
    assert not NamedContact.objects.exists()


def test_two_windows_never_give_two_people_one_row(desk: Desk, case: Case) -> None:
    interview = desk.begin(case.id)
    desk.confirm(interview)
    here, there = new_ref(), new_ref()
    desk.name(interview, 0, ref=here, given_name="Tom")
    desk.name(interview, 0, ref=here, given_name="Tomasz")  # sent again: the same row
    with pytest.raises(Stale):
        desk.name(interview, 0, ref=there, given_name="Josie")
    with pytest.raises(Stale), at_the_desk(desk.lease, desk.user_id):
        conversation.remove_named(interview_ref=interview.ref, position=0, ref=there, **desk.who)
    assert [one.given_name for one in desk.state(interview).named] == ["Tomasz"]


def test_every_act_of_a_conversation_leaves_an_entry_without_names_or_health(
    desk: Desk, case: Case
) -> None:
    desk.screen()
    desk.ring()
    interview = desk.talk(case.id, names=[{"given_name": "Tomasz", "phone": "07700900009"}])
    ivo = new_ref()
    with at_the_desk(desk.lease, desk.user_id):
        conversation.go_to_step(interview_ref=interview.ref, step_id="symptoms", **desk.who)
        conversation.save_named(
            interview_ref=interview.ref,
            position=1,
            ref=ivo,
            values={"given_name": "Ivo"},
            **desk.who,
        )
        conversation.remove_named(interview_ref=interview.ref, position=1, ref=ivo, **desk.who)
    desk.end()
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {
        "access.household_seen",
        "tracing.conversation_begun",
        "tracing.identity_checked",
        "tracing.answer_saved",
        "tracing.step_shown",
        "tracing.contact_named",
        "tracing.contact_unnamed",
        "tracing.case_closed",
        "tracing.conversation_ended",
    } <= kinds
    bodies = repr(list(Entry.objects.values_list("body", flat=True)))
    for secret in ("Tomasz", "Ivo", "Priya", "Sharma", "cough", BORN.isoformat(), "7700900009"):
        assert secret not in bodies
