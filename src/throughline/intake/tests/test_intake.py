"""Storing, reading, resuming, repeats and corrections, on a real database and in the roles of the service."""

from __future__ import annotations

from datetime import timedelta
from errno import ENOSPC

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions import decide_conflict, store
from throughline.intake.actions.parsing import parse_next
from throughline.intake.errors import NotStored
from throughline.intake.models import CHUNK, Chunk, IncomingRow, Message
from throughline.intake.queries import receipt
from throughline.intake.tests.world import (
    AT,
    BY,
    as_csv,
    keep,
    load_file,
    load_rows,
    prepare,
    row,
    work,
)  # fmt: skip
from throughline.journal.models import Entry
from throughline.people.models import Household, MatchQuestion, Person
from throughline.tracing.models import Case, Episode, Holding, TestResult

pytestmark = pytest.mark.django_db
HOME = {"address_line_1": "4 Larkspindle Way", "town": "Zexmouth", "postcode": "ZX1 2AB"}


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def test_the_same_message_again_gets_the_same_receipt_and_is_read_once() -> None:
    data = as_csv([row(1), row(2)])
    first = store(sender_code="lab", chunks=[data], name="a.csv", by=None, at=AT)
    work()
    again = store(sender_code="lab", chunks=[data[:9], data[9:]], name="b.csv", by=None, at=AT)
    work()
    assert (first.message_ref, first.already, again.already) == (again.message_ref, False, True)
    assert (Message.objects.count(), TestResult.objects.count()) == (1, 2)


def test_the_same_id_with_other_content_waits_for_a_person() -> None:
    keep(as_csv([row(1)]), message_id="day-1")
    other = store(
        sender_code="lab", chunks=[as_csv([row(2)])], message_id="day-1", name="b", by=None, at=AT
    )
    work()
    assert (other.state, TestResult.objects.count()) == ("conflict", 1)
    with acting(Role.AUTHORITY):
        decide_conflict(message_ref=other.message_ref, take=True, by=BY, at=AT)
    work()
    assert TestResult.objects.count() == 2


def test_a_large_message_is_kept_in_chunks_and_read_across_their_edges() -> None:
    data = as_csv(row(n, result="negative", setting="x" * 190) for n in range(6000))
    found = load_file(data, limit=1000)
    assert Chunk.objects.count() == -(-len(data) // 1024**2) > 1
    assert (found.received, found.accepted) == (6000, 6000)


def test_a_connection_that_is_cut_leaves_nothing_behind() -> None:
    def cut():  # type: ignore[no-untyped-def]
        yield b"report_id,"
        raise ConnectionResetError(104, "Connection reset by peer")

    with pytest.raises(NotStored, match="Connection reset by peer"):
        store(sender_code="lab", chunks=cut(), name="a", by=None, at=AT)
    assert (Message.objects.count(), Chunk.objects.count()) == (0, 0)


def test_a_disk_that_fills_while_a_message_is_sent_leaves_nothing_of_it() -> None:
    def from_a_full_disk():  # type: ignore[no-untyped-def]
        yield as_csv([row(1)])
        raise OSError(ENOSPC, "No space left on device")

    with pytest.raises(NotStored, match=r"No space left on device.*nothing of it is stored"):
        store(sender_code="lab", chunks=from_a_full_disk(), name="a", by=None, at=AT)
    assert (Message.objects.count(), Chunk.objects.count()) == (0, 0)


def full_at(table: str, condition: str) -> None:
    """Let the database itself say that its disk is full, at one row of one table."""
    with connection.cursor() as cursor:
        cursor.execute(
            """create function full_disk() returns trigger language plpgsql as
            $$ begin raise disk_full using message = 'No space left on device'; end $$"""
        )
        cursor.execute(
            f"create trigger full_disk before insert on {table} for each row when ({condition}) "
            "execute function full_disk()"
        )


def test_a_database_whose_disk_fills_says_so_and_keeps_nothing_of_the_message() -> None:
    full_at("intake_chunk", "new.number = 1")
    data = as_csv(row(n, setting="x" * 190) for n in range(4000))
    assert len(data) > CHUNK
    with pytest.raises(NotStored, match="disk is full, so nothing of the message was kept"):
        store(sender_code="lab", chunks=[data], name="a", by=None, at=AT)
    assert (Message.objects.count(), Chunk.objects.count()) == (0, 0)


def test_a_disk_that_fills_while_rows_are_read_undoes_the_batch_and_reading_goes_on_later() -> None:
    ref = keep(as_csv(row(n) for n in range(6)))
    with transaction.atomic(), acting(Role.MATCH):
        parse_next(at=AT, limit=3)
    full_at("tracing_result", "new.report_id = 'r4'")
    with pytest.raises(OperationalError), transaction.atomic(), acting(Role.MATCH):
        parse_next(at=AT, limit=3)
    assert (IncomingRow.objects.count(), TestResult.objects.count()) == (3, 3)
    with connection.cursor() as cursor:
        cursor.execute("drop trigger full_disk on tracing_result")
    work(limit=3)
    found = receipt(ref)
    assert (found.received, found.accepted, found.quarantined) == (6, 6, 0)
    assert (Person.objects.count(), TestResult.objects.count()) == (6, 6)


def test_reading_goes_on_where_a_killed_worker_left_off() -> None:
    ref = keep(as_csv(row(n) for n in range(10)))
    with transaction.atomic(), acting(Role.MATCH):
        parse_next(at=AT, limit=4)
    with transaction.atomic():
        with acting(Role.MATCH):
            parse_next(at=AT, limit=4)
        # Killed before its commit: nothing of the batch stays.
        transaction.set_rollback(True)
    assert IncomingRow.objects.count() == 4
    work(limit=4)
    found = receipt(ref)
    assert (found.received, found.accepted, found.cases_opened) == (10, 10, 10)
    assert TestResult.objects.count() == 10


def test_a_positive_becomes_person_case_holding_and_work_item() -> None:
    found = load_rows(row(1, phone="07700900123", nhs_number="9434765919", **HOME))
    assert (found.positives, found.cases_opened) == (1, 1)
    case = Case.objects.get()
    assert (case.outcome, case.area, case.protocol_version) == ("open", "zx1", 2)
    assert case.isolate_until.isoformat() == "2020-10-11"
    assert Holding.objects.get().ended_at is None
    assert WorkItem.objects.get().household_id == case.household_id
    kinds = set(Entry.objects.values_list("kind", flat=True))
    assert {
        "intake.message_stored", "intake.rows_parsed", "people.persons_added", "tracing.case_opened",
        "tracing.results_accepted", "calling.item_opened",
    } <= kinds  # fmt: skip


def test_a_case_whose_window_is_over_is_opened_and_nobody_is_rung() -> None:
    load_rows(row(1, taken_at="2020-08-01T09:00:00Z", reported_at="2020-08-02T09:00:00Z"))
    case = Case.objects.get()
    assert (case.outcome, case.closed_at) == ("no_details", AT)
    assert not WorkItem.objects.exists()
    assert Holding.objects.get().end == "withdrawn"


def test_a_negative_opens_nothing_and_its_person_is_known() -> None:
    found = load_rows(row(1, result="negative"))
    assert (found.positives, Case.objects.count(), Person.objects.count()) == (0, 0, 1)
    assert TestResult.objects.get().exclusion == "negative"


def test_a_disease_without_a_protocol_is_excluded_with_the_reason() -> None:
    found = load_rows(row(1, disease="chickenpox"))
    assert (found.positives, found.excluded, found.balances) == (1, 1, True)
    assert TestResult.objects.get().exclusion == "not_notifiable"


def test_the_same_report_again_is_a_duplicate_in_one_file_and_in_two() -> None:
    first = load_rows(row(1), row(1))
    second = load_file(as_csv([row(1)]), message_id="again")
    assert (first.accepted, first.duplicates, second.duplicates) == (1, 1, 1)
    assert TestResult.objects.count() == 1
    assert first.balances
    assert second.balances


def test_a_correction_to_negative_closes_the_case_as_opened_in_error() -> None:
    load_rows(row(1, **HOME))
    found = load_rows(row(1, result="negative", reported_at="2020-10-02T12:00:00Z", **HOME))
    assert (found.corrected, found.positives, found.balances) == (1, 0, True)
    old, new = TestResult.objects.order_by("reported_at")
    assert old.superseded_by_id == new.id
    assert Case.objects.get().outcome == "in_error"
    assert WorkItem.objects.get().state == "closed"


def test_a_withdrawn_result_closes_the_case_as_opened_in_error() -> None:
    load_rows(row(1, **HOME))
    later = {"result": "", "status": "entered-in-error", "reported_at": "2020-10-02T12:00:00Z"}
    found = load_rows(row(1, **HOME, **later))
    assert (found.corrected, found.positives, found.balances) == (1, 0, True)
    assert TestResult.objects.get(superseded_by__isnull=True).exclusion == "withdrawn"
    assert Case.objects.get().outcome == "in_error"


def test_a_correction_that_stays_positive_keeps_the_case() -> None:
    load_rows(row(1, **HOME))
    later = row(1, onset_on="2020-09-29", reported_at="2020-10-02T12:00:00Z", **HOME)
    found = load_rows(later)
    assert (found.corrected, found.cases_joined, Case.objects.count()) == (1, 1, 1)
    case = Case.objects.get()
    assert (case.outcome, case.onset_on.isoformat()) == ("open", "2020-09-29")


def test_an_old_version_sent_again_after_its_correction_is_a_duplicate() -> None:
    load_rows(row(1))
    load_rows(row(1, result="negative", reported_at="2020-10-02T12:00:00Z"))
    assert load_file(as_csv([row(1)]), message_id="third").duplicates == 1


def test_other_content_reported_no_later_is_a_conflict_in_quarantine() -> None:
    load_rows(row(1))
    found = load_rows(row(1, result="negative"))
    assert (found.quarantined, found.balances) == (1, True)
    assert Case.objects.get().outcome == "open"


def test_the_same_person_twice_in_one_batch_is_one_person_with_one_case() -> None:
    found = load_rows(
        row(1, nhs_number="9434765919"),
        row(2, nhs_number="9434765919", given_name="Given1", family_name="Family1"),
    )
    assert (found.cases_opened, found.cases_joined) == (1, 1)
    assert (Person.objects.count(), Episode.objects.count()) == (1, 1)


def test_one_who_gives_no_number_is_found_by_name_and_birth_date() -> None:
    known = row(1, **HOME)
    load_rows(known)
    load_rows(known | {"report_id": "r2", "patient_id": "other"})
    assert Person.objects.count() == 1


def test_twins_are_two_persons_in_one_household() -> None:
    load_rows(
        row(1, given_name="Ada", family_name="Quill", **HOME),
        row(2, given_name="Bea", family_name="Quill", **HOME),
    )
    assert (Person.objects.count(), Household.objects.count()) == (2, 1)
    assert not MatchQuestion.objects.exists()


def test_who_may_be_somebody_known_gets_a_case_at_once_and_a_question() -> None:
    load_rows(row(1, given_name="Ada", family_name="Quill", nhs_number="9434765919"))
    load_rows(row(2, given_name="Bernard", family_name="Stone", nhs_number="9434765919"))
    assert (Person.objects.count(), Case.objects.count()) == (2, 2)
    assert MatchQuestion.objects.get().answer is None


def test_six_flatmates_are_one_household_and_one_conversation() -> None:
    load_rows(*(row(n, **HOME) for n in range(6)))
    assert (Person.objects.count(), Household.objects.count()) == (6, 1)
    assert WorkItem.objects.count() == 1


def test_residents_of_a_care_home_are_a_household_each() -> None:
    home = {
        "address_line_1": "Otterbell House", "address_line_2": "2 Quillam Road", "town": "Zexmouth",
        "postcode": "ZX1 3CD", "setting": "Otterbell House", "setting_kind": "care_home",
    }  # fmt: skip
    load_rows(*(row(n, **home) for n in range(3)))
    assert (Person.objects.count(), Household.objects.count()) == (3, 3)
    assert set(Case.objects.values_list("managed_by", flat=True)) == {"health_protection"}


def test_a_senders_own_number_for_a_household_makes_one() -> None:
    load_rows(row(1, household_id="41"), row(2, household_id="41"), row(3, household_id="42"))
    assert Household.objects.count() == 2


def test_intake_stores_and_can_read_nothing_back() -> None:
    keep(as_csv([row(1)]))
    for query in (
        "select bytes from intake_chunk",
        "select name from intake_message",
        "select 1 from people_person",
        "select 1 from tracing_result",
        "select report_id from intake_row",
        "select value from intake_quarantined",
        "delete from intake_message",
        "update intake_message set state = 'parsed'",
    ):
        with acting_as(Role.INTAKE) as cursor, pytest.raises(DatabaseError, match="denied"):
            cursor.execute(query)
    work()
    # Where rows are is told to their own sender alone: without a sender's key, of nobody's.
    with acting_as(Role.INTAKE) as cursor:
        cursor.execute("select number from intake_row")
        assert cursor.fetchall() == []


def test_matching_sees_persons_and_can_delete_nothing_nor_sign_anybody_in() -> None:
    load_rows(row(1))
    for query in (
        "delete from people_person",
        "delete from intake_row",
        "truncate intake_chunk",
        "update journal_entry set kind = 'x'",
        "update intake_chunk set bytes = ''",
        "select 1 from workforce_user",
        "select 1 from people_call_use",
    ):
        with acting_as(Role.MATCH) as cursor, pytest.raises(DatabaseError, match="denied"):
            cursor.execute(query)


def test_a_message_waiting_longer_does_not_hold_up_those_behind_it() -> None:
    keep(as_csv([row(1)]), at=AT)
    keep(as_csv([row(2)]), sender="other", at=AT + timedelta(minutes=1))
    work(at=AT + timedelta(minutes=2))
    assert set(Message.objects.values_list("state", flat=True)) == {"parsed"}


class acting_as:  # noqa: N801 - reads as the function it wraps
    """A savepoint in a role, undone at its end."""

    def __init__(self, role: Role) -> None:
        self.role = role

    def __enter__(self):  # type: ignore[no-untyped-def]
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.acting = acting(self.role)
        self.acting.__enter__()
        return connection.cursor()

    def __exit__(self, *_: object) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)


def test_a_person_is_found_again_by_a_number_with_a_backslash_in_it() -> None:
    numbered = {"given_name": "Ada", "family_name": "Quill", "patient_id": "A\\7", "nhs_number": ""}
    load_rows(row(1, **numbered))
    load_rows(row(2, **numbered))
    assert (Person.objects.count(), TestResult.objects.count()) == (1, 2)
