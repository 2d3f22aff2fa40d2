"""Many small messages are read in one transaction, and each of them is told apart all the same."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from throughline.core.context import acting
from throughline.core.remembering import remembering
from throughline.core.roles import Role
from throughline.intake.actions.parsing import parse_next
from throughline.intake.models import IncomingRow, Message, Quarantined, Report, Sender, Unpacked
from throughline.intake.queries import receipt
from throughline.intake.queries.ledger import ledger
from throughline.intake.tasks import parse_messages
from throughline.intake.tests.test_hl7 import message
from throughline.intake.tests.world import AT, as_csv, keep, prepare, row, work
from throughline.journal.models import Entry
from throughline.people.models import Identifier
from throughline.tracing.models import Case, TestResult

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def hl7(number: int, **said: str) -> bytes:
    """A message about a person of its own."""
    data = message(number, filler=f"F{number}", **said)
    return data.replace(b"Quill^Ada", f"Family{number}^Given{number}".encode()).replace(
        b"p1^^^lab^PI~9434765919^^^NHS^NH", f"p{number}^^^lab^PI".encode()
    )


def keep_all(*messages: bytes, **more: str) -> list[object]:
    return [
        keep(data, at=AT + timedelta(seconds=n), name="m", mapping="hl7-oru", **more)
        for n, data in enumerate(messages)
    ]


def parse() -> int:
    with transaction.atomic(), acting(Role.MATCH):
        return parse_next(at=AT + timedelta(minutes=5))


def test_all_that_wait_are_read_at_once_whoever_sent_them_and_each_has_its_entry() -> None:
    refs = keep_all(*(hl7(n) for n in range(20)))
    keep_all(hl7(99), sender="other")
    assert (parse(), parse()) == (21, 0)
    assert {receipt(ref).accepted for ref in refs} == {1}
    entries = Entry.objects.filter(kind="intake.rows_parsed").values_list("body", flat=True)
    assert sorted((body["rows"], body["places"]["accepted"]) for body in entries) == [(1, 1)] * 21
    assert len({body["message"] for body in entries}) == 21
    assert set(Message.objects.values_list("state", "rows_received")) == {("parsed", 1)}
    with acting(Role.AUTHORITY):
        found = ledger(days=2, at=AT + timedelta(hours=1))
    assert [(one.received, one.accepted, one.balances) for one in found.rows] == [
        (1, 1, True),
        (20, 20, True),
    ]
    assert found.alarms == ()


def test_senders_read_together_keep_their_own_numbers_rows_and_persons() -> None:
    keep_all(hl7(1), hl7(2), hl7(3, result="banana"))
    keep_all(hl7(1), hl7(4, result="banana"), sender="other")
    assert parse() == 5
    senders = dict(Sender.objects.values_list("id", "code"))
    results = TestResult.objects.values_list("sender_id", "report_id")
    assert sorted((senders[sender], report) for sender, report in results) == [
        ("lab", "F1/94500-6"), ("lab", "F2/94500-6"), ("other", "F1/94500-6"),
    ]  # fmt: skip
    reports = Report.objects.values_list("sender_id", "report_id")
    assert set(reports) == set(results)
    faults = Quarantined.objects.values_list("sender_id", flat=True)
    assert sorted(senders[one] for one in faults) == ["lab", "other"]
    schemes = Identifier.objects.filter(value="p1").values_list("scheme", flat=True)
    assert sorted(schemes) == ["sender:lab", "sender:other"]
    told = Entry.objects.filter(kind__startswith="people.persons").order_by("kind")
    assert [(one.kind, one.body["source"], one.body["persons"]) for one in told] == [
        ("people.persons_added", "intake:lab", 2),
        ("people.persons_completed", "intake:other", 1),
    ]
    with acting(Role.AUTHORITY):
        assert all(one.balances for one in ledger(days=2, at=AT + timedelta(hours=1)).rows)


def test_what_a_sender_reported_before_is_a_duplicate_for_it_alone() -> None:
    keep_all(hl7(1))
    keep_all(hl7(1), sender="other")
    assert parse() == 2
    refs = [
        keep(hl7(1, sent="20201003080000+0100"), at=AT + timedelta(seconds=9), name="m", mapping="hl7-oru",
             sender=sender) for sender in ("lab", "third")
    ]  # fmt: skip
    assert parse() == 2
    assert [(receipt(ref).accepted, receipt(ref).duplicates) for ref in refs] == [(0, 1), (1, 0)]


def test_messages_of_one_group_meet_each_other_as_they_would_one_after_the_other() -> None:
    refs = keep_all(
        message(1), message(2, sent="20201003080000+0100"), message(3, result="260415000^^SCT", status="C"),
        message(4, status="W", result=""),
    )  # fmt: skip
    assert parse() == 4
    places = [
        (receipt(ref).accepted, receipt(ref).duplicates, receipt(ref).corrected) for ref in refs
    ]
    assert places == [(1, 0, 0), (0, 1, 0), (0, 0, 1), (0, 0, 1)]
    assert TestResult.objects.count() == 3
    assert not Case.objects.filter(outcome="open").exists()


def test_one_that_cannot_be_read_holds_up_no_other() -> None:
    batch = b"BHS|^~\\&|lab\r" + hl7(2) + b"\rBTS|9\r"
    refs = keep_all(
        hl7(1), batch, hl7(3) + b"\rno segment", b"\xff\xfe nothing of the kind", hl7(5)
    )
    assert parse() == 3
    states = [Message.objects.get(ref=ref).state for ref in refs]
    assert states == ["parsed", "refused", "parsed", "refused", "parsed"]
    assert (TestResult.objects.count(), Quarantined.objects.count()) == (2, 1)
    assert Entry.objects.filter(kind="intake.message_refused").count() == 2
    assert parse() == 0


def test_a_row_on_which_the_service_fails_is_quarantined_and_holds_up_no_other() -> None:
    refs = keep_all(*(hl7(n) for n in range(6)))
    with connection.cursor() as cursor:
        cursor.execute(
            "create function broken() returns trigger language plpgsql as $$ begin raise 'broken'; end $$"
        )
        cursor.execute(
            "create trigger broken before insert on tracing_result for each row "
            "when (new.report_id = 'F4/94500-6') execute function broken()"
        )
    work(at=AT + timedelta(minutes=5))
    assert [receipt(ref).quarantined for ref in refs] == [0, 0, 0, 0, 1, 0]
    assert TestResult.objects.count() == 5
    assert Quarantined.objects.get().reason == "failed"


def test_small_messages_gather_for_a_moment_unless_one_has_waited_and_tables_do_not() -> None:
    keep_all(hl7(1), hl7(2))

    def due(after: float) -> int:
        with transaction.atomic(), acting(Role.MATCH):
            return parse_messages(AT + timedelta(seconds=after))

    assert due(0) == due(0.4) == 0
    assert due(1.0) == 2
    # A clock that is behind the door's holds nobody up.
    keep(hl7(3), at=AT, name="m", mapping="hl7-oru")
    assert due(-60) == 1
    keep(as_csv([row(9)]), at=AT, sender="tables")
    assert due(0) == 1


def test_a_group_that_is_killed_before_its_commit_leaves_nothing_and_is_read_again() -> None:
    refs = keep_all(hl7(1), hl7(2))
    with transaction.atomic():
        with acting(Role.MATCH):
            assert parse_next(at=AT) == 2
        transaction.set_rollback(True)
    assert (IncomingRow.objects.count(), Unpacked.objects.count()) == (0, 0)
    assert parse() == 2
    assert [receipt(ref).received for ref in refs] == [1, 1]


def test_each_message_is_judged_by_its_own_arrival() -> None:
    late = hl7(2).replace(b"20201001", b"20201006").replace(b"20201002", b"20201006")
    first = keep(late, at=AT, name="m", mapping="hl7-oru", message_id="a")
    second = keep(
        late.replace(b"F2", b"F3"),
        at=AT + timedelta(days=3),
        name="m",
        mapping="hl7-oru",
        message_id="b",
    )
    assert parse() == 2
    assert (receipt(first).quarantined, receipt(second).accepted) == (1, 1)


def test_tables_are_read_alone_since_each_may_have_a_manifest() -> None:
    refs = [keep(as_csv([row(n)]), at=AT) for n in range(3)]
    assert (parse(), parse(), parse(), parse()) == (1, 1, 1, 0)
    assert [receipt(ref).accepted for ref in refs] == [1, 1, 1]
    assert not Unpacked.objects.exists()


def test_an_archive_among_them_is_read_alone_and_in_its_turn() -> None:
    refs = keep_all(gzip.compress(hl7(1)), hl7(2), hl7(3))
    assert (parse(), receipt(refs[1]).received) == (1, 0)
    work(at=AT + timedelta(minutes=5))
    assert [receipt(ref).accepted for ref in refs] == [1, 1, 1]


def test_a_row_of_a_group_can_be_mended_as_any_other() -> None:
    from throughline.intake.actions import correct_row

    (ref,) = keep_all(hl7(1, result="banana"))
    parse()
    with acting(Role.AUTHORITY):
        correct_row(
            ref=Quarantined.objects.get().ref,
            values={"OBX-5": "POS"},
            by=Message.objects.get().id,
            at=AT,
        )
    work(at=AT + timedelta(minutes=5))
    assert receipt(ref).accepted == 1


def test_more_messages_take_no_more_statements() -> None:
    def statements(numbers: range) -> int:
        keep_all(*(hl7(n) for n in numbers))
        with remembering(), CaptureQueriesContext(connection) as seen:
            assert parse() == len(numbers)
        return len(seen)

    statements(range(3))
    # Twenty-five messages more, and each of them in an entry, a row, a person, a result of its own.
    assert statements(range(10, 40)) - statements(range(50, 55)) < 6
