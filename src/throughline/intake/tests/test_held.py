"""A message that waits whole is somebody's to work, within four hours, until it is said what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from throughline.core.context import acting
from throughline.core.errors import NotFound
from throughline.core.roles import Role
from throughline.definitions.load import shipped
from throughline.intake.actions import decide_conflict, store
from throughline.intake.actions.alarms import note_alarms
from throughline.intake.actions.mapping import choose_mapping
from throughline.intake.actions.refused import read_again, settle_refused, take_on_refused
from throughline.intake.errors import OUR_FAULT, ReasonNeeded
from throughline.intake.models import Message
from throughline.intake.queries import ledger
from throughline.intake.queries.alarms import Alarm, standing
from throughline.intake.queries.held import Held, alike, one_held, open_held
from throughline.intake.tests.world import AT, BY, as_csv, keep, prepare, row, work
from throughline.journal.models import Entry

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=5)
STANDARD = ("mapping", "standard", 2)


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def refused(data: bytes, *, why: str = "", sender: str = "lab", minutes: int = 0) -> Message:
    at = AT + timedelta(minutes=minutes)
    stored = store(sender_code=sender, chunks=[data], name="a.csv", refused=why, by=None, at=at)
    work(at=at)
    return Message.objects.get(ref=stored.message_ref)


def waiting() -> Held:
    with acting(Role.AUTHORITY):
        return open_held()


def settle(message: Message, *, reason: str = "sent again", alike: bool = False) -> int:
    with transaction.atomic(), acting(Role.AUTHORITY):
        return settle_refused(ref=message.ref, reason=reason, alike=alike, by=BY, at=LATER)


def test_what_the_door_refused_and_what_could_not_be_read_wait_the_oldest_first() -> None:
    unread = refused(b"%PDF-1.7 not a list", minutes=1)
    at_the_door = refused(b"x", why="The key is not this sender's.")
    keep(as_csv([row(1)]))
    found = waiting()
    assert ([one.ref for one in found.oldest], found.count) == ([at_the_door.ref, unread.ref], 2)
    assert found.oldest[0].due_at == AT + timedelta(hours=4)
    assert "a PDF" in found.oldest[1].why


def test_somebody_takes_one_on_and_says_what_came_of_it() -> None:
    message = refused(b"%PDF-1.7 not a list")
    for _ in range(2):
        with transaction.atomic(), acting(Role.AUTHORITY):
            take_on_refused(ref=message.ref, by=BY, at=AT)
    assert waiting().oldest[0].owner_id == BY
    assert settle(message) == 1
    assert waiting() == Held(oldest=(), count=0)
    message.refresh_from_db()
    assert (message.state, message.settled_why, message.settled_by) == ("refused", "sent again", BY)
    kinds = Entry.objects.filter(kind__startswith="intake.refused").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == [
        "intake.refused_taken_on",
        "intake.refused_settled",
    ]
    with pytest.raises(NotFound):
        settle(message)


def test_those_of_one_sender_that_were_refused_for_one_reason_are_settled_together() -> None:
    one = refused(b"a", why="No id.")
    refused(b"b", why="No id.")
    other, elsewhere = refused(b"c", why="No date."), refused(b"d", why="No id.", sender="dale")
    with acting(Role.AUTHORITY):
        assert alike(one.ref) == 1
    assert settle(one, alike=True) == 2
    assert {found.ref for found in waiting().oldest} == {other.ref, elsewhere.ref}


def held(data: bytes, *, minutes: int) -> Message:
    """An upload of which a person has to say how it is read."""
    at = AT + timedelta(minutes=minutes)
    stored = store(sender_code="dale", chunks=[data], name="b.csv", held=True, by=BY, at=at)
    return Message.objects.get(ref=stored.message_ref)


def test_what_is_in_conflict_or_has_no_mapping_waits_among_what_was_refused() -> None:
    keep(as_csv([row(1)]), message_id="m1")
    apart = keep(as_csv([row(2)]), message_id="m1")
    unmapped = held(b"x,y\n1,2\n", minutes=1)
    unread = refused(b"%PDF-1.7 not a list", minutes=2)
    found = waiting()
    assert [(one.ref, one.state) for one in found.oldest] == [
        (apart, "conflict"),
        (unmapped.ref, "unmapped"),
        (unread.ref, "refused"),
    ]
    assert (found.count, found.oldest[1].due_at) == (3, AT + timedelta(hours=4, minutes=1))
    for one in found.oldest:
        assert one.why.endswith(".")
        with transaction.atomic(), acting(Role.AUTHORITY):
            take_on_refused(ref=one.ref, by=BY, at=LATER)
    assert {one.owner_id for one in waiting().oldest} == {BY}


def test_of_two_messages_with_one_id_it_is_decided_and_not_settled() -> None:
    keep(b"a\n1\n", message_id="m1")
    apart = keep(b"a\n2\n", message_id="m1")
    with pytest.raises(NotFound):
        settle(Message.objects.get(ref=apart))
    assert waiting().count == 1


def test_a_file_that_nobody_need_read_is_settled_alone_and_given_no_mapping_then() -> None:
    message, other = held(b"x,y\n1,2\n", minutes=1), held(b"x,z\n1,2\n", minutes=2)
    refused(b"a", why="No id.", sender="dale")
    with acting(Role.AUTHORITY):
        assert alike(message.ref) == 1
    assert settle(message, reason="the wrong file") == 1
    assert waiting().oldest[1].ref == other.ref
    message.refresh_from_db()
    assert (message.state, message.settled_why) == ("refused", "the wrong file")
    (definition,) = [one for one in shipped() if (one.kind, one.id, one.version) == STANDARD]
    with pytest.raises(NotFound), transaction.atomic(), acting(Role.AUTHORITY):
        choose_mapping(message_ref=message.ref, definition=definition, by=BY, at=LATER)


def test_it_is_settled_for_a_reason_alone() -> None:
    message = refused(b"a", why="No id.")
    with pytest.raises(ReasonNeeded):
        settle(message, reason=" ")
    assert waiting().count == 1


def test_what_a_person_left_aside_waits_for_nobody() -> None:
    keep(b"a\n1\n", message_id="m1")
    apart = keep(b"a\n2\n", message_id="m1")
    with transaction.atomic(), acting(Role.AUTHORITY):
        decide_conflict(message_ref=apart, take=False, by=BY, at=AT)
        assert one_held(apart) is None


def again(message: Message) -> None:
    with transaction.atomic(), acting(Role.AUTHORITY):
        read_again(ref=message.ref, by=BY, at=LATER)
    work(at=LATER)


def test_a_message_on_which_the_service_failed_is_read_again_as_it_is() -> None:
    message = refused(as_csv([row(1), row(2)]), why=OUR_FAULT)
    assert [one.is_ours for one in waiting().oldest] == [True]
    again(message)
    message.refresh_from_db()
    assert (message.state, message.refused, message.rows_received) == ("parsed", "", 2)
    assert waiting().count == 0
    assert Entry.objects.filter(kind="intake.message_read_again").count() == 1


def test_one_that_was_refused_for_what_is_in_it_is_not_read_again() -> None:
    message = refused(b"%PDF-1.7 not a list")
    assert [one.is_ours for one in waiting().oldest] == [False]
    with pytest.raises(NotFound):
        again(message)
    message.refresh_from_db()
    assert message.state == "refused"


def held_alarms(at: datetime) -> list[Alarm]:
    with transaction.atomic(), acting(Role.MATCH):
        return [one for one in ledger(days=7, at=at).alarms if one.code == "held_long"]


def test_what_waits_longer_than_four_hours_alarms_with_sender_and_hour_until_it_is_dealt_with() -> (
    None
):
    apart = store(sender_code="lab", chunks=[b"b"], held=True, name="b", by=None, at=AT).message_ref
    others = [refused(b"%%PDF-1.7 no list %d" % n, minutes=n) for n in (20, 70)]
    assert held_alarms(AT + timedelta(hours=4)) == []
    hour, next_hour = AT, AT + timedelta(hours=1)
    found = held_alarms(LATER + timedelta(minutes=11))
    assert [(one.sender, one.hour) for one in found] == [("lab", hour), ("lab", next_hour)]
    assert "lab, 2020-10-03: 2 messages wait" in found[0].sentence
    assert "10:00 UTC; the oldest has no mapping yet" in found[0].sentence
    settle(others[1])
    later = LATER + timedelta(days=60)
    assert [one.hour for one in held_alarms(later)] == [hour], "it stands whatever its age"
    for one in (others[0], Message.objects.get(ref=apart)):
        settle(one)
    assert held_alarms(later) == []


def test_a_conflict_past_its_deadline_alarms_and_is_noted_by_the_worker() -> None:
    for data in (b"a", b"b"):
        store(sender_code="lab", chunks=[data], message_id="m", name="a", held=True, by=None, at=AT)
    Message.objects.filter(state="unmapped").update(settled_at=AT, settled_by=BY, settled_why="x")
    with transaction.atomic(), acting(Role.MATCH):
        assert note_alarms(at=LATER) == 1
    assert list(standing()) == [("held_long", "lab", AT.date(), AT)]
