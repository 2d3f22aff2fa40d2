"""A whole load undone: what it alone brought is withdrawn, and nothing that others have built on is torn away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.errors import NotFound
from throughline.core.roles import Role
from throughline.intake.actions import ask_to_undo, correct_row
from throughline.intake.actions.undoing import undo_next
from throughline.intake.errors import NotUndone, ReasonNeeded
from throughline.intake.models import Chunk, IncomingRow, Message, Quarantined
from throughline.intake.queries import Receipt, ledger, receipt
from throughline.intake.queries.brought import left_of
from throughline.intake.queries.outcomes import outcomes
from throughline.intake.queries.undoing import undoing
from throughline.intake.tests.world import AT, BY, as_csv, keep, load_rows, prepare, row, work
from throughline.journal.models import Entry
from throughline.people.models import ContactDetail, Person, Residence
from throughline.tracing.models import Case, NamedContact, TestResult

pytestmark = pytest.mark.django_db
HOME = {"address_line_1": "4 Larkspindle Way", "town": "Zexmouth", "postcode": "ZX1 2AB"}
LATER = AT + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def loaded(*rows: dict[str, str], at: datetime = AT, **more: str) -> Message:
    """Load rows as one file and return its message."""
    ref = keep(as_csv(rows), at=at, **more)
    work(at=at)
    return Message.objects.get(ref=ref)


def undo(message: Message, *, limit: int = 5000) -> Receipt:
    """Ask as the authority, and do what the worker does."""
    with transaction.atomic(), acting(Role.AUTHORITY):
        ask_to_undo(message_ref=message.ref, reason="the wrong file", by=BY, at=LATER)
    done = 1
    while done:
        with transaction.atomic(), acting(Role.MATCH):
            done = undo_next(at=LATER, limit=limit)
    return receipt(message.ref)


def places(message: Message) -> list[str]:
    return list(
        IncomingRow.objects.filter(message=message)
        .order_by("number")
        .values_list("place", flat=True)
    )


@pytest.mark.parametrize("limit", [2, 5000])
def test_what_a_load_alone_brought_is_withdrawn_and_the_ledger_balances(limit: int) -> None:
    bad = row(3, birth_date="2090-01-01")
    message = loaded(row(1, **HOME), row(2, result="negative"), bad, row(1, **HOME), row(4))
    found = undo(message, limit=limit)
    assert (found.received, found.rejected, found.positives, found.balances) == (5, 5, 0, True)
    assert set(Case.objects.values_list("outcome", flat=True)) == {"in_error"}
    assert set(WorkItem.objects.values_list("state", flat=True)) == {"closed"}
    assert Quarantined.objects.get().state == "rejected"
    assert set(Person.objects.values_list("family_name", "birth_date")) == {("", None)}
    message.refresh_from_db()
    assert (message.state, message.remark) == ("undone", "Undone: the wrong file")
    assert Chunk.objects.filter(message=message).exists()
    assert (
        TestResult.objects.filter(superseded_by__isnull=True).exclude(exclusion="withdrawn").count()
        == 0
    )
    assert ledger(days=2, at=AT).alarms == ()


def test_the_same_file_can_come_again_and_its_reports_are_new_ones() -> None:
    rows = (row(1, **HOME), row(2, result="negative"))
    undo(loaded(*rows))
    found = load_rows(*rows)
    assert (found.accepted, found.cases_opened + found.cases_joined, found.balances) == (2, 1, True)
    assert Case.objects.get(outcome="open").person.family_name == "Family1"
    assert WorkItem.objects.exclude(state="closed").count() == 1
    assert set(Person.objects.values_list("family_name", flat=True)) == {"Family1", "Family2"}
    assert ledger(days=2, at=AT).alarms == ()


def test_a_row_on_which_others_have_built_is_listed_and_left() -> None:
    message = loaded(row(1), row(2), row(3), row(4))
    by_row = {
        one.row_number: Case.objects.get(result_id=one.id) for one in TestResult.objects.all()
    }
    NamedContact.objects.create(
        case=by_row[1], household_id=by_row[1].household_id, position=1, saved_at=AT
    )
    Case.objects.filter(id=by_row[2].id).update(first_attempt_at=AT)
    loaded(
        row(
            33, patient_id="p3", given_name="Given3", family_name="Family3", birth_date="1950-01-04"
        )
    )
    loaded(row(4, result="negative", reported_at="2020-10-02T12:00:00Z"))
    found = undo(message)
    assert places(message) == ["accepted"] * 4
    assert (found.rejected, found.balances) == (0, True)
    with acting(Role.AUTHORITY):
        left = undoing(message.ref)
    assert {one.number: one.why for one in left.standing} == {
        1: "named", 2: "called", 3: "later", 4: "corrected",
    }  # fmt: skip
    assert ledger(days=2, at=AT).alarms == ()


def test_a_result_that_only_joined_a_case_is_withdrawn_and_the_case_stays() -> None:
    loaded(row(1))
    Case.objects.update(first_attempt_at=AT)
    same = row(
        9, patient_id="p1", given_name="Given1", family_name="Family1", birth_date="1950-01-02"
    )
    message = loaded(same)
    assert Case.objects.count() == 1
    assert undo(message).rejected == 1
    assert Case.objects.get().outcome == "open"
    assert Person.objects.get().family_name == "Family1"


def test_a_correction_is_left_to_be_corrected_back() -> None:
    loaded(row(1))
    message = loaded(row(1, result="negative", reported_at="2020-10-02T12:00:00Z"))
    undo(message)
    assert places(message) == ["corrected"]
    assert [one.why for one in undoing(message.ref).standing] == ["corrects"]


def test_a_mended_row_that_still_waits_is_undone_with_its_load() -> None:
    message = loaded(row(1, birth_date="2090-01-01"))
    with acting(Role.AUTHORITY):
        correct_row(
            ref=Quarantined.objects.get().ref, values={"birth_date": "1990-01-01"}, by=BY, at=AT
        )
    undo(message)
    work()
    assert places(message) == ["rejected"]
    assert not Person.objects.exists()


def test_only_a_load_read_to_its_end_is_undone_once_and_for_a_reason() -> None:
    ref = keep(as_csv([row(1)]))
    with pytest.raises(NotUndone, match="waits to be read"):
        ask_to_undo(message_ref=ref, reason="wrong", by=BY, at=AT)
    work()
    with pytest.raises(ReasonNeeded):
        ask_to_undo(message_ref=ref, reason=" ", by=BY, at=AT)
    with pytest.raises(NotFound):
        ask_to_undo(message_ref=BY, reason="wrong", by=BY, at=AT)
    undo(Message.objects.get(ref=ref))
    with pytest.raises(NotUndone, match="undone before"):
        ask_to_undo(message_ref=ref, reason="wrong", by=BY, at=AT)


def test_each_row_says_what_became_of_it() -> None:
    message = loaded(
        row(1),
        row(2, result="negative"),
        row(3, birth_date="2090-01-01"),
        row(1),
        row(5, disease="mumps"),
    )
    assert [one.sentence for one in outcomes(message.ref)] == [
        "row 1: accepted, opens a case",
        "row 2: accepted",
        "row 3: quarantined, birth_date: dates up to 2020-10-04 are allowed, so correct the year",
        "row 4: duplicate",
        "row 5: accepted, opens no case (not_notifiable)",
    ]
    assert [one.number for one in outcomes(message.ref, after=3, limit=1)] == [4]


PHONE, OTHER = "07700900001", "07700900002"


def known_of(name: str) -> set[str]:
    """What is known of the one person of that name, or of the one without: telephones, addresses, numbers."""
    person = Person.objects.get(family_name=name)
    return {
        *person.details.values_list("value", flat=True),
        *person.residences.values_list("address__postcode", flat=True),
        *person.identifiers.values_list("value", flat=True),
    }


def left(message: Message) -> list[tuple[int, str, str | None]]:
    with transaction.atomic(), acting(Role.AUTHORITY):
        return [(one.number, one.what, one.why) for one in left_of(message.ref)]


@pytest.mark.parametrize("limit", [1, 5000])
def test_telephone_address_and_e_mail_that_a_load_alone_brought_are_gone(limit: int) -> None:
    told = {"phone": PHONE, "email": "ada@example.org", **HOME}
    message = loaded(row(1, **told), row(2, phone=OTHER, result="negative"), row(1, report_id="r9"))
    undo(message, limit=limit)
    assert not ContactDetail.objects.exists()
    assert not Residence.objects.exists()
    # By its numbers the same person is found again, and filled.
    assert left(message) == [(1, "number", "found"), (2, "number", "found")]
    entries = Entry.objects.filter(kind="people.details_taken_back").order_by("id")
    assert sum(sum(one.body["told"].values()) for one in entries) == 4
    loaded(row(1, **told))
    assert known_of("Family1") == {"+447700900001", "ada@example.org", "ZX1 2AB", "p1"}


def test_of_a_person_known_before_only_what_the_load_added_is_taken_back() -> None:
    loaded(row(1, phone=PHONE), at=AT - timedelta(hours=1))
    more = {"nhs_number": "9434765919", "phone": OTHER, **HOME}
    message = loaded(row(9, **(row(1) | {"report_id": "r9"} | more)))
    assert known_of("Family1") == {
        "+447700900001", "+447700900002", "ZX1 2AB", "9434765919", "p1",
    }  # fmt: skip
    undo(message)
    assert known_of("Family1") == {"+447700900001", "p1"}
    assert left(message) == []


def test_what_others_may_have_said_since_or_called_stays_and_is_listed() -> None:
    message = loaded(*(row(n, phone=f"0770090000{n}", result="negative") for n in (1, 2, 3)))
    # The same telephone again is noted nowhere.
    loaded(row(1, report_id="again", phone=PHONE, result="negative"))
    second = Person.objects.get(family_name="Family2")
    ContactDetail.objects.filter(person=second).update(wrong_since=LATER)
    undo(message)
    assert known_of("Family1") == {"+447700900001", "p1"}
    assert left(message) == [
        (1, "number", "spoken"), (1, "phone", "spoken"), (2, "number", "found"), (2, "phone", "called"),
        (3, "number", "found"),
    ]  # fmt: skip
    assert not Person.objects.get(identifiers__value="p3").details.exists()


def test_a_row_that_stays_keeps_what_it_told_of_its_person() -> None:
    message = loaded(row(1, phone=PHONE))
    Case.objects.update(first_attempt_at=AT)
    undo(message)
    assert known_of("Family1") == {"+447700900001", "p1"}
