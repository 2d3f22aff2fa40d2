"""Every act of the rooms, each with a scene in which it changes something and the entry that it leaves."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from throughline.calling import actions as calling
from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.ids import new_id
from throughline.core.models import Service
from throughline.core.roles import Role
from throughline.definitions import load
from throughline.intake import actions as intake
from throughline.intake.actions import (
    certificates,
    found,
    keys,
    looking,
    manifests,
    mapping,
    parsing,
    quarantine,
    receiving,
    refused,
    senders,
    trying,
    undoing,
    unpacking,
)
from throughline.intake.actions.alarms import note_alarms
from throughline.intake.errors import OUR_FAULT
from throughline.intake.mllp.frames import Frame
from throughline.intake.models import Message, Quarantined, Sender, SenderKey
from throughline.intake.tests.world import as_csv, keep, load_rows, row, work
from throughline.people.actions import find_or_add, take_back, unsay
from throughline.people.actions.proposing import propose
from throughline.people.models import ContactDetail, MatchQuestion, Person
from throughline.people.rules.linkage import Pair
from throughline.record.actions import compute_figures
from throughline.server.certificates import self_signed
from throughline.suppliers import actions as suppliers
from throughline.suppliers.models import Kind
from throughline.tracing.actions import (
    conversation,
    links,
    persons,
    resolution,
    responsibility,
    settings,
)
from throughline.tracing.arrivals import Met
from throughline.tracing.models import Case, Interview
from throughline.tracing.tests.world import BRIEFLY, DAY, HOUR, NOON, Desk, World, claim, positives
from throughline.workforce import actions as workforce
from throughline.workforce.actions import sign_in, states
from throughline.workforce.models import JobRole, User

Act = Callable[[], Any]
Scene = Callable[[World], Act]
PHONE, OTHER_PHONE = "+447700900001", "+447700900002"


@dataclass(frozen=True, kw_only=True)
class Row:
    """An act: the scene that leads up to it, and the kinds of entry it must leave."""

    scene: Scene
    kinds: frozenset[str]


ACTS: dict[str, Row] = {}


def leaves(name: str, *kinds: str) -> Callable[[Scene], Scene]:
    """Put a scene into the table, under the act's full name without the package's."""

    def put(scene: Scene) -> Scene:
        ACTS[name] = Row(scene=scene, kinds=frozenset(kinds))
        return scene

    return put


# Calling.


def a_case(phone: str = PHONE) -> Case:
    return positives([claim("Priya", "Sharma", phones=(phone,))])[0]


def desk_of(world: World) -> Desk:
    return Desk.next(world.agent())


@leaves("calling.actions.offers.offer", "calling.item_opened")
def _offer(world: World) -> Act:
    home = a_case()
    one = calling.Offer(
        household_id=new_id(),
        kind="case",
        tier="2",
        skill="interview",
        language="en",
        area=home.area,
    )
    return lambda: calling.offer([one], by=None, at=NOON)


@leaves("calling.actions.claims.claim_next", "calling.item_claimed")
def _claim_next(world: World) -> Act:
    a_case()
    agent = world.agent()
    return lambda: calling.claim_next(user_id=agent.user_id, at=NOON)


@leaves("calling.actions.assign.assign", "calling.item_assigned")
def _assign(world: World) -> Act:
    a_case()
    agent, leader = world.agent(), world.authority()
    item = WorkItem.objects.get()
    return lambda: calling.assign(item_id=item.id, user_id=agent.user_id, by=leader.id, at=NOON)


def with_team(world: World) -> tuple[WorkItem, User]:
    """A household that the clock gave to the local team, and somebody of that team."""
    a_case()
    assert responsibility.hand_over_due(NOON + DAY) == 1
    return WorkItem.objects.get(), world.officer()


@leaves("calling.actions.claims.claim_local", "calling.item_claimed")
def _claim_local(world: World) -> Act:
    item, officer = with_team(world)
    return lambda: calling.claim_local(user_id=officer.id, item_id=item.id, at=NOON + DAY)


@leaves("calling.actions.attempts.start_attempt", "calling.attempt_started")
def _start_attempt(world: World) -> Act:
    a_case()
    return desk_of(world).ring


@leaves("calling.actions.leases.heartbeat", "calling.lease_extended")
def _heartbeat(world: World) -> Act:
    a_case()
    desk = desk_of(world)
    lease = desk.lease
    return lambda: calling.heartbeat(
        item_id=lease.item_id, fence=lease.fence, by=desk.user_id, at=desk.at
    )


@leaves("calling.actions.leases.put_down", "calling.item_put_down")
def _put_down(world: World) -> Act:
    a_case()
    desk = desk_of(world)
    return lambda: calling.put_down(**desk.who)


@leaves("calling.actions.finish.finish", "calling.item_finished")
def _finish(world: World) -> Act:
    a_case()
    desk = desk_of(world)
    attempt = desk.ring()
    return lambda: calling.finish(
        outcome="no_answer", open_subjects=1, attempt_id=attempt, **desk.who
    )


@leaves("calling.actions.handover.hand_over", "calling.item_handed_over")
def _hand_over(world: World) -> Act:
    a_case()
    item = WorkItem.objects.get()
    return lambda: calling.hand_over([item.id], team_id=world.team.id, by=None, at=NOON)


@leaves("calling.actions.handover.accept", "calling.item_accepted")
def _accept(world: World) -> Act:
    item, officer = with_team(world)
    return lambda: calling.accept(item.id, team_id=world.team.id, by=officer.id, at=NOON + DAY)


@leaves("calling.actions.handover.give_back", "calling.item_given_back")
def _give_back(world: World) -> Act:
    item, officer = with_team(world)
    return lambda: calling.give_back(
        item.id, team_id=world.team.id, reason="not_ours", by=officer.id, at=NOON + DAY
    )


@leaves("calling.actions.handover.close_items", "calling.item_closed")
def _close_items(world: World) -> Act:
    case = a_case()
    return lambda: calling.close_items([case.household_id], reason="released", by=None, at=NOON)


# People.


@leaves("people.actions.find.find_or_add", "people.persons_added")
def _find_or_add(world: World) -> Act:
    return lambda: find_or_add([claim("Una", "Berg")], source="intake", at=NOON)


# Tracing: results, conversations, responsibility, joins.


@leaves("tracing.actions.results.accept_results", "tracing.results_accepted", "tracing.case_opened")
def _accept_results(world: World) -> Act:
    return a_case


def talking(world: World) -> tuple[Desk, Interview]:
    case = a_case()
    desk = desk_of(world)
    desk.ring()
    return desk, desk.begin(case.id)


@leaves("tracing.actions.conversation.answers.begin", "tracing.conversation_begun")
def _begin(world: World) -> Act:
    case = a_case()
    desk = desk_of(world)
    return lambda: desk.begin(case.id)


@leaves("tracing.actions.conversation.answers.confirm_identity", "tracing.identity_checked")
def _confirm_identity(world: World) -> Act:
    desk, interview = talking(world)
    return lambda: desk.confirm(interview)


@leaves("tracing.actions.conversation.answers.save_answer", "tracing.answer_saved")
def _save_answer(world: World) -> Act:
    desk, interview = talking(world)
    step = desk.state(interview).step_id
    return lambda: desk.answer(interview, step, value="person")


@leaves("tracing.actions.conversation.answers.go_to_step", "tracing.step_shown")
def _go_to_step(world: World) -> Act:
    desk, interview = talking(world)
    return lambda: conversation.go_to_step(
        interview_ref=interview.ref, step_id="ask_for_person", **desk.who
    )


def at_the_grid(world: World) -> tuple[Desk, Interview]:
    desk, interview = talking(world)
    desk.walk(interview, **BRIEFLY)
    return desk, interview


@leaves("tracing.actions.conversation.grid.save_named", "tracing.contact_named")
def _save_named(world: World) -> Act:
    desk, interview = at_the_grid(world)
    return lambda: desk.name(interview, 0, given_name="Tom", same_household=True)


@leaves("tracing.actions.conversation.grid.remove_named", "tracing.contact_unnamed")
def _remove_named(world: World) -> Act:
    desk, interview = at_the_grid(world)
    row = desk.name(interview, 0, given_name="Tom", same_household=True)
    return lambda: conversation.remove_named(
        interview_ref=interview.ref, position=0, ref=row.ref, **desk.who
    )


@leaves("tracing.actions.conversation.numbers.mark_number_wrong", "people.number_marked_wrong")
def _mark_number_wrong(world: World) -> Act:
    desk, _ = talking(world)
    detail = ContactDetail.objects.get(kind="phone")
    return lambda: conversation.mark_number_wrong(detail_id=detail.id, **desk.who)


@leaves("tracing.actions.conversation.numbers.correct_number", "people.number_given")
def _correct_number(world: World) -> Act:
    desk, interview = talking(world)
    ref = Person.objects.get(id=interview.person_id).ref
    return lambda: conversation.correct_number(person_ref=ref, phone="07700 900002", **desk.who)


@leaves(
    "tracing.actions.conversation.ending.end_conversation",
    "tracing.conversation_ended",
    "calling.item_finished",
)
def _end_conversation(world: World) -> Act:
    desk, _ = talking(world)
    return lambda: desk.end("no_answer")


def told_of_tom(world: World, **more: Any) -> Desk:
    """A conversation in which somebody at home was named, ended and not yet resolved."""
    case = a_case()
    desk = desk_of(world)
    desk.ring()
    desk.talk(case.id, names=[{"given_name": "Tom", "same_household": True}], **(more or BRIEFLY))
    desk.end()
    return desk


@leaves("tracing.actions.resolution.resolve_named", "tracing.contact_identified")
def _resolve_named(world: World) -> Act:
    desk = told_of_tom(world)
    return lambda: resolution.resolve_named(desk.at)


CARE_HOME = {
    "special_places": {"value": ["care_home"]},
    "visits": {
        "value": [{"kind": "care_home", "name": "Larkspindle House", "from_on": "2020-10-30"}]
    },
}


@leaves(
    "tracing.actions.settings.resolve_interviews",
    "tracing.interview_resolved",
    "tracing.case_escalated",
)
def _resolve_interviews(world: World) -> Act:
    desk = told_of_tom(world, **CARE_HOME)
    return lambda: settings.resolve_interviews(desk.at)


@leaves("tracing.actions.responsibility.hand_over_due", "tracing.handed_over")
def _hand_over_due(world: World) -> Act:
    a_case()
    return lambda: responsibility.hand_over_due(NOON + DAY)


def of_team(act: Callable[..., None], **more: Any) -> Scene:
    def scene(world: World) -> Act:
        item, officer = with_team(world)
        return lambda: act(item_ref=item.ref, user=officer, expecting=None, at=NOON + DAY, **more)

    return scene


leaves("tracing.actions.responsibility.accept_handover", "tracing.handover_accepted")(
    of_team(responsibility.accept_handover)
)
leaves("tracing.actions.responsibility.return_handover", "tracing.handover_returned")(
    of_team(responsibility.return_handover, reason="not_ours")
)
leaves("tracing.actions.responsibility.hand_back", "tracing.handed_back", "tracing.case_closed")(
    of_team(responsibility.hand_back, outcome="reached", how="self")
)


@leaves("tracing.actions.responsibility.release_contacts", "tracing.contact_released")
def _release_contacts(world: World) -> Act:
    desk = told_of_tom(world)
    assert resolution.resolve_named(desk.at) == 1
    return lambda: responsibility.release_contacts(NOON + 30 * DAY)


def two_records(world: World) -> MatchQuestion:
    older = a_case()
    newer = positives(
        [claim("Prya", "Sharmah", birth_date=None, home=None, phones=(OTHER_PHONE,))],
        at=NOON + HOUR,
    )[0]
    return MatchQuestion.objects.create(
        newer_id=newer.person_id, older_id=older.person_id, score=20, asked_at=NOON
    )


@leaves("people.actions.proposing.propose", "people.questions_proposed")
def _propose(world: World) -> Act:
    asked = two_records(world)
    pair = Pair(newer=asked.newer_id, older=asked.older_id, probability=0.99, weight=9, reasons=())
    asked.delete()
    return lambda: propose([pair], most=1, at=NOON + HOUR)


@leaves("tracing.actions.persons.answer_question", "tracing.question_answered")
def _answer_question(world: World) -> Act:
    question, by = two_records(world), world.authority().id
    return lambda: persons.answer_question(
        question_id=question.id, answer="different", by=by, at=NOON + HOUR
    )


@leaves("tracing.actions.persons.join_waiting", "tracing.persons_joined")
def _join_waiting(world: World) -> Act:
    question, by = two_records(world), world.authority().id
    MatchQuestion.objects.filter(id=question.id).update(
        answer="same", answered_by=by, answered_at=NOON
    )
    return lambda: persons.join_waiting(NOON + HOUR)


@leaves("tracing.actions.persons.join_persons", "tracing.persons_joined")
def _join_persons(world: World) -> Act:
    pair, by = two_records(world), world.authority().id
    return lambda: persons.join_persons(
        newer_id=pair.newer_id, older_id=pair.older_id, by=by, at=NOON + HOUR
    )


@leaves("tracing.actions.persons.unjoin_persons", "tracing.persons_unjoined")
def _unjoin_persons(world: World) -> Act:
    pair, by = two_records(world), world.authority().id
    assert persons.join_persons(
        newer_id=pair.newer_id, older_id=pair.older_id, by=by, at=NOON + HOUR
    )
    return lambda: persons.unjoin_persons(newer_id=pair.newer_id, by=by, at=NOON + 2 * HOUR)


# Intake.


@leaves("intake.actions.store.store", "intake.message_stored")
def _store(world: World) -> Act:
    return lambda: keep(as_csv([row(1)]), at=NOON)


@leaves("intake.actions.parsing.parse_next", "intake.rows_parsed", "tracing.results_accepted")
def _parse_next(world: World) -> Act:
    keep(as_csv([row(1)]), at=NOON)
    return lambda: parsing.parse_next(at=NOON)


@leaves("intake.actions.gathering.parse_small", "intake.rows_parsed")
def _parse_small(world: World) -> Act:
    load_rows(row(1), at=NOON)
    message = (
        b"MSH|^~\\&|LIMS|lab|||20201102||ORU^R01|1|P|2.5.1\rPID|1||p1||Sharma^Priya||19800203\r"
        b"OBR|1||f1|94500-6^^LN|||20201101\rOBX|1|CWE|94500-6^^LN||260373001^^SCT||||||F\r"
    )
    receiving.receive([receiving.Arrived(frame=Frame(data=message))], facility="", at=NOON)
    return lambda: parsing.parse_next(at=NOON)


@leaves("intake.actions.unpacking.unpack", "intake.message_unpacked")
def _unpack(world: World) -> Act:
    ref = keep(gzip.compress(as_csv([row(1)])), at=NOON)
    return lambda: unpacking.unpack(Message.objects.get(ref=ref), at=NOON)


@leaves("intake.actions.undoing.ask_to_undo", "intake.undo_asked")
def _ask_to_undo(world: World) -> Act:
    load_rows(row(1), at=NOON)
    ref, by = Message.objects.get().ref, world.authority().id
    return lambda: intake.ask_to_undo(message_ref=ref, reason="a test", by=by, at=NOON)


@leaves("intake.actions.undoing.undo_next", "intake.rows_moved", "tracing.results_accepted")
def _undo_next(world: World) -> Act:
    _ask_to_undo(world)()
    return lambda: undoing.undo_next(at=NOON)


@leaves("intake.actions.trying.ask_to_try", "intake.trial_asked")
def _ask_to_try(world: World) -> Act:
    by = world.authority().id
    return lambda: trying.ask_to_try(
        sender_code="lab", chunks=[as_csv([row(1)])], name="a", mapping="standard", by=by, at=NOON
    )


@leaves("intake.actions.trying.ask_to_try_undoing", "intake.trial_asked")
def _ask_to_try_undoing(world: World) -> Act:
    load_rows(row(1), at=NOON)
    ref, by = Message.objects.get().ref, world.authority().id
    return lambda: trying.ask_to_try_undoing(message_ref=ref, by=by, at=NOON)


@leaves("intake.actions.trying.answer_next", "intake.trial_answered")
def _answer_next(world: World) -> Act:
    _ask_to_try(world)()
    return lambda: trying.answer_next(at=NOON)


@leaves("intake.actions.found.take_up_links", "intake.rows_moved", "tracing.links_added")
def _take_up_links(world: World) -> Act:
    keep(b"from,to,disease\np1,p2,covid\n", mapping="links", at=NOON)
    work(at=NOON)
    load_rows(row(1), row(2), mapping="standard", at=NOON)
    return lambda: found.take_up_links(at=NOON)


@leaves("people.actions.unsaying.take_back", "people.details_taken_back")
def _take_back(world: World) -> Act:
    load_rows(row(1, phone=PHONE), at=NOON)
    detail = ContactDetail.objects.get()
    return lambda: take_back({"phone": [detail.id]}, of=[detail.person_id], by=None, at=NOON)


@leaves("people.actions.unsaying.unsay", "people.persons_unsaid")
def _unsay(world: World) -> Act:
    load_rows(row(1), at=NOON)
    person = Person.objects.get(family_name="Family1").id
    return lambda: unsay([person], by=None, at=NOON)


def a_file_of_nobodys() -> UUID:
    """A file that waits for a person to say how it is read."""
    data = b"Lab no,Outcome,Surname\nA1,POS,Example\n"
    return intake.store(
        sender_code="dale", chunks=[data], name="dale.csv", held=True, by=None, at=NOON
    ).message_ref


@leaves("intake.actions.looking.look_at_file", "access.file_seen")
def _look_at_file(world: World) -> Act:
    ref, by = a_file_of_nobodys(), world.authority().id
    return lambda: looking.look_at_file(message_ref=ref, by=by, at=NOON)


@leaves("intake.actions.mapping.choose_mapping", "intake.mapping_chosen")
def _choose_mapping(world: World) -> Act:
    ref, by = a_file_of_nobodys(), world.authority().id
    definition = next(one for one in load.shipped() if one.kind == "mapping")
    return lambda: mapping.choose_mapping(message_ref=ref, definition=definition, by=by, at=NOON)


def a_bad_row() -> Quarantined:
    load_rows(row(1, birth_date="2090-01-01"), at=NOON)
    return Quarantined.objects.get()


@leaves("intake.actions.quarantine.correct_row", "intake.row_corrected")
def _correct_row(world: World) -> Act:
    bad, by = a_bad_row(), world.authority().id
    return lambda: intake.correct_row(
        ref=bad.ref, values={"birth_date": "1990-01-01"}, by=by, at=NOON
    )


@leaves("intake.actions.quarantine.reject_row", "intake.row_rejected")
def _reject_row(world: World) -> Act:
    bad, by = a_bad_row(), world.authority().id
    return lambda: intake.reject_row(ref=bad.ref, reason="a test of the line", by=by, at=NOON)


@leaves("intake.actions.mended.load_mended", "intake.row_corrected")
def _load_mended(world: World) -> Act:
    by, lines = world.authority().id, exported(a_bad_row(), world.authority().id)
    mended = lines.replace("2090-01-01", "1990-01-01")
    return lambda: intake.load_mended(lines=io.StringIO(mended), by=by, at=NOON)


def exported(bad: Quarantined, by: UUID) -> str:
    file = io.StringIO(newline="")
    looking.export_rows(file, message_ref=bad.message.ref, by=by, at=NOON)
    return file.getvalue()


@leaves("intake.actions.parsing.take_up_mended", "tracing.results_accepted")
def _take_up_mended(world: World) -> Act:
    _correct_row(world)()
    return lambda: parsing.take_up_mended(at=NOON)


@leaves("intake.actions.quarantine.decide_conflict", "intake.conflict_decided")
def _decide_conflict(world: World) -> Act:
    for number in (1, 2):
        keep(as_csv([row(number)]), at=NOON, message_id="m1")
    other, by = Message.objects.get(state="conflict"), world.authority().id
    return lambda: intake.decide_conflict(message_ref=other.ref, take=True, by=by, at=NOON)


@leaves("intake.actions.looking.look_at_rows", "access.list_seen")
def _look_at_rows(world: World) -> Act:
    a_bad_row()
    by = world.authority().id
    return lambda: looking.look_at_rows(by=by, at=NOON)


@leaves("intake.actions.looking.look_at_row", "access.row_seen")
def _look_at_row(world: World) -> Act:
    bad, by = a_bad_row(), world.authority().id
    return lambda: looking.look_at_row(ref=bad.ref, by=by, at=NOON)


@leaves("intake.actions.looking.export_rows", "access.rows_exported")
def _export_rows(world: World) -> Act:
    bad, by = a_bad_row(), world.authority().id
    return lambda: exported(bad, by)


@leaves("intake.actions.senders.add_sender", "intake.sender_added")
def _add_sender(world: World) -> Act:
    load_rows(row(1), at=NOON)
    mapping = Sender.objects.get().mapping
    return lambda: senders.add_sender(
        code="lab-2", name="Second", mapping=mapping, organisation=None, by=None, at=NOON
    )


def a_key() -> keys.KeyMade:
    load_rows(row(1), at=NOON)
    return keys.add_key(sender_code="lab", by=None, at=NOON)


@leaves("intake.actions.keys.add_key", "intake.key_added")
def _add_key(world: World) -> Act:
    load_rows(row(1), at=NOON)
    return lambda: keys.add_key(sender_code="lab", by=None, at=NOON)


@leaves("intake.actions.keys.revoke_key", "intake.key_revoked")
def _revoke_key(world: World) -> Act:
    prefix = a_key().prefix
    return lambda: keys.revoke_key(prefix=prefix, by=None, at=NOON)


@leaves("intake.actions.manifests.declare_count", "intake.count_declared")
def _declare_count(world: World) -> Act:
    load_rows(row(1), at=NOON)
    return lambda: manifests.declare_count(
        sender_code="lab", day=NOON.date(), hour=9, rows=1, by=None, at=NOON
    )


@leaves("intake.actions.quarantine.take_on_row", "intake.row_taken_on")
def _take_on_row(world: World) -> Act:
    bad, by = a_bad_row(), world.authority().id
    return lambda: quarantine.take_on_row(ref=bad.ref, by=by, at=NOON)


def a_refusal(*, refused: str = "It has no id.") -> UUID:
    return intake.store(
        sender_code="lab", chunks=[b"x"], name="", refused=refused, by=None, at=NOON
    ).message_ref


@leaves("intake.actions.refused.take_on_refused", "intake.refused_taken_on")
def _take_on_refused(world: World) -> Act:
    ref, by = a_refusal(), world.authority().id
    return lambda: refused.take_on_refused(ref=ref, by=by, at=NOON)


@leaves("intake.actions.refused.read_again", "intake.message_read_again")
def _read_again(world: World) -> Act:
    ref, by = a_refusal(refused=OUR_FAULT), world.authority().id
    return lambda: refused.read_again(ref=ref, by=by, at=NOON)


@leaves("intake.actions.alarms.note_alarms", "intake.alarm_began")
def _note_alarms(world: World) -> Act:
    intake.store(sender_code="lab", chunks=[b"x"], name="", by=None, at=NOON)
    return lambda: note_alarms(at=NOON + HOUR)


@leaves("intake.actions.refused.settle_refused", "intake.refused_settled")
def _settle_refused(world: World) -> Act:
    ref, by = a_refusal(), world.authority().id
    return lambda: refused.settle_refused(ref=ref, reason="sent again", alike=False, by=by, at=NOON)


@leaves("intake.actions.keys.note_use", "intake.key_used")
def _note_use(world: World) -> Act:
    key = SenderKey.objects.get(prefix=a_key().prefix)
    return lambda: keys.note_use(key_id=key.id, at=NOON)


def a_certificate() -> bytes:
    return self_signed("lab", at=NOON)[0]


@leaves("intake.actions.certificates.add_certificate", "intake.certificate_added")
def _add_certificate(world: World) -> Act:
    load_rows(row(1), at=NOON)
    return lambda: certificates.add_certificate(
        sender_code="lab", pem=a_certificate(), by=None, at=NOON
    )


@leaves("intake.actions.certificates.end_certificate", "intake.certificate_ended")
def _end_certificate(world: World) -> Act:
    load_rows(row(1), at=NOON)
    added = certificates.add_certificate(sender_code="lab", pem=a_certificate(), by=None, at=NOON)
    return lambda: certificates.end_certificate(sha256=added.sha256, by=None, at=NOON)


@leaves("intake.actions.receiving.receive", "intake.message_stored", "intake.sender_added")
def _receive(world: World) -> Act:
    message = b"MSH|^~\\&|LIMS|NOBODY-KNOWN|||20201102||ORU^R01|1|P|2.5.1\r"
    arrived = [receiving.Arrived(frame=Frame(data=message))]
    return lambda: receiving.receive(arrived, facility="", at=NOON)


# Organisations and the people who work.


@leaves("suppliers.actions.register_organisation", "suppliers.organisation_registered")
def _register_organisation(world: World) -> Act:
    return lambda: suppliers.register_organisation(
        code="tern", name="Ternwick Calling", kind=Kind.SUPPLIER, by=None, at=NOON
    )


@leaves("suppliers.actions.found_service", "suppliers.service_founded")
def _found_service(world: World) -> Act:
    Service.objects.update(demonstration=False)
    return lambda: suppliers.found_service(
        name="Zexmouth Tracing",
        code="zexmouth",
        telephone="01632 960960",
        zone="Europe/London",
        by=None,
        at=NOON,
    )


@leaves("workforce.actions.states.set_state", "workforce.state_changed")
def _set_state(world: World) -> Act:
    agent = world.agent()
    return lambda: states.set_state(user_id=agent.user_id, state="available", at=NOON)


@leaves("workforce.actions.appointments.form_team", "workforce.team_formed")
def _form_team(world: World) -> Act:
    return lambda: workforce.form_team(
        code="nether", name="Nether team", organisation=world.supplier, by=None, at=NOON
    )


@leaves("workforce.actions.appointments.appoint", "workforce.user_appointed")
def _appoint(world: World) -> Act:
    return lambda: workforce.appoint(
        username="bo",
        display_name="Bo",
        role=JobRole.HANDLER,
        organisation=world.supplier,
        team=None,
        password="",
        encoded="!",
        reach=None,
        by=None,
        at=NOON,
    )


def of_user(act: Callable[..., Any], *kinds: str, **more: Any) -> None:
    def scene(world: World) -> Act:
        user = world.user()
        return lambda: act(user_id=user.id, at=NOON, **more)

    leaves(f"workforce.actions.sign_in.{act.__name__}", *kinds)(scene)


of_user(sign_in.note_signed_in, "workforce.signed_in", second_factor="totp")
of_user(sign_in.note_sign_in_failed, "workforce.sign_in_failed", step="code")
of_user(sign_in.note_locked_out, "workforce.locked_out")
of_user(sign_in.note_signed_out, "workforce.signed_out", why="idle")
of_user(sign_in.note_authenticator_set_up, "workforce.authenticator_set_up")


@leaves("workforce.actions.sign_in.disable_user", "workforce.user_disabled")
def _disable_user(world: World) -> Act:
    user = world.user()
    return lambda: sign_in.disable_user(user=user, by=None, at=NOON)


@leaves("workforce.actions.sign_in.reset_authenticator", "workforce.authenticator_reset")
def _reset_authenticator(world: World) -> Act:
    user = world.user()
    return lambda: sign_in.reset_authenticator(user=user, by=None, at=NOON)


# What is made of it all.


@leaves("record.actions.figures.compute_figures", "record.figures_computed")
def _compute_figures(world: World) -> Act:
    a_case()

    def act() -> None:
        with acting(Role.EXPORT):
            compute_figures(at=NOON)

    return act


@leaves("tracing.actions.links.add_links", "tracing.links_added", "tracing.contact_identified")
def _add_links(world: World) -> Act:
    case, other = positives([claim("Priya", "Sharma"), claim("Ivo", "Instance", home=None)])
    met = Met(
        case_of=frozenset({case.person_id}),
        person_id=other.person_id,
        household_id=other.household_id,
        records=frozenset({other.person_id}),
        disease=case.disease,
        exposure_kind="direct",
        lives_with=False,
        exposed_on=None,
    )
    return lambda: links.add_links([met], at=NOON)
