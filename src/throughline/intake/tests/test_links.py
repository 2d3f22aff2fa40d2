"""Lists of links: who met whom, by the sender's own numbers, in any order of arrival, each row in one place."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions import ask_to_undo, correct_row, reject_row
from throughline.intake.actions.found import take_up_links
from throughline.intake.actions.undoing import undo_next
from throughline.intake.models import IncomingRow, Message, Quarantined
from throughline.intake.queries import Receipt, ledger, receipt
from throughline.intake.queries.outcomes import outcomes
from throughline.intake.queries.undoing import undoing
from throughline.intake.tests.world import AT, BY, as_csv, keep, load_rows, prepare, row, work
from throughline.journal.models import Entry
from throughline.people.models import Person
from throughline.tracing.models import Case, Contact, Exposure

pytestmark = pytest.mark.django_db
LATER = AT + timedelta(hours=1)
HEAD = "from,to,disease,exposure_kind,exposed_on,family_name,given_name,phone"


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def links(*lines: str, **more: str) -> Message:
    """Load a list of links, and do what the worker does."""
    data = "\n".join([HEAD, *(f"{line},,,,,,,".rsplit(",", line.count(","))[0] for line in lines)])
    ref = keep(data.encode(), mapping="links", **more)
    work()
    return Message.objects.get(ref=ref)


def told(*rows: dict[str, str]) -> Receipt:
    """Load a list of results of the same sender."""
    return load_rows(*rows, mapping="standard")


def take_up(*, at: datetime = LATER) -> int:
    with transaction.atomic(), acting(Role.MATCH):
        return take_up_links(at=at)


def undo(message: Message, *, at: datetime = LATER) -> Receipt:
    with transaction.atomic(), acting(Role.AUTHORITY):
        ask_to_undo(message_ref=message.ref, reason="the wrong list", by=BY, at=at)
    done = 1
    while done:
        with transaction.atomic(), acting(Role.MATCH):
            done = undo_next(at=at)
    return receipt(message.ref)


def places(message: Message) -> list[str]:
    rows = IncomingRow.objects.filter(message=message).order_by("number")
    return list(rows.values_list("place", flat=True))


def pairs(contacts: Iterable[Contact] | None = None) -> set[tuple[str, str, str]]:
    """Each contact as the case's name, their own, and that of the case they became."""
    found = contacts if contacts is not None else Contact.objects.exclude(outcome="in_error")
    return {
        (
            one.case.person.family_name,
            one.person.family_name,
            one.became_case.person.family_name if one.became_case else "",
        )
        for one in found
    }


def kinds() -> list[str]:
    return list(Entry.objects.order_by("id").values_list("kind", flat=True))


def test_a_link_makes_one_a_contact_of_the_other_who_became_a_case() -> None:
    told(row(1), row(2), row(3, result="negative"))
    message = links("p1,p2,covid,direct,2020-10-01", "p1,p3,covid,proximity,2020-10-01")
    assert places(message) == ["accepted", "accepted"]
    assert pairs() == {("Family1", "Family2", "Family2"), ("Family1", "Family3", "")}
    found = receipt(message.ref)
    assert (found.received, found.links, found.balances) == (2, 2, True)
    assert {"tracing.links_added", "tracing.contact_identified"} <= set(kinds())
    assert [one.sentence for one in outcomes(message.ref)] == [
        "row 1: accepted, tells of a contact",
        "row 2: accepted, tells of a contact",
    ]
    assert ledger(days=2, at=AT).alarms == ()


def test_a_contact_of_today_who_can_be_reached_is_to_be_rung_and_one_who_is_a_case_is_not() -> None:
    told(row(1), row(2), row(3, result="negative", phone="01632 960003"))
    before = WorkItem.objects.count()
    links("p1,p2,covid,direct,2020-10-01", "p1,p3,covid,direct,2020-10-01")
    assert WorkItem.objects.count() == before + 1
    contact = Contact.objects.get(person__family_name="Family3")
    assert (contact.outcome, str(contact.isolate_until)) == ("open", "2020-10-15")


def test_links_that_come_before_the_persons_wait_in_sight_and_are_taken_up_by_themselves() -> None:
    message = links("p1,p2,covid,direct,2020-10-01", "p1,p9,covid,direct,2020-10-01")
    assert places(message) == ["quarantined", "quarantined"]
    assert [one.reason for one in Quarantined.objects.all()] == ["unknown_person"] * 2
    assert take_up() == 0
    told(row(1, result="negative"), row(2))
    # Whom p1 met is known, and p1 is no case yet.
    assert take_up() == 0
    told(row(11, patient_id="p1", given_name="Given1", family_name="Family1", birth_date="1950-01-02"))  # fmt: skip
    assert take_up() == 1
    assert places(message) == ["accepted", "quarantined"]
    assert pairs() == {("Family1", "Family2", "Family2")}
    assert list(Quarantined.objects.order_by("number").values_list("state", flat=True)) == ["found", "open"]  # fmt: skip
    assert take_up() == 0
    assert ledger(days=2, at=AT).alarms == ()


def test_a_link_of_somebody_known_without_a_case_waits_for_the_case() -> None:
    told(row(1, result="negative"), row(2))
    message = links("p1,p2,covid")
    row_ = Quarantined.objects.get()
    assert (row_.reason, row_.value) == ("unknown_case", "p1")
    assert take_up() == 0
    told(row(11, patient_id="p1", given_name="Given1", family_name="Family1", birth_date="1950-01-02"))  # fmt: skip
    assert take_up() == 1
    assert places(message) == ["accepted"]


def test_the_same_meeting_told_twice_is_a_duplicate_and_another_day_a_further_exposure() -> None:
    told(row(1), row(2, result="negative"))
    first = links("p1,p2,covid,direct,2020-10-01", "p1,p2,covid,direct,2020-10-01")
    again = links("p1,p2,covid,direct,2020-10-01", "p1,p2,covid,direct,2020-10-02", name="b.csv")
    assert places(first) == ["accepted", "duplicate"]
    assert places(again) == ["duplicate", "accepted"]
    assert Contact.objects.count() == 1
    assert Exposure.objects.count() == 2
    assert links("p1,p2,covid,direct,2020-10-01", "p1,p2,covid,direct,2020-10-01").id == first.id


def test_a_contact_whom_the_list_itself_names_is_added_and_rung() -> None:
    told(row(1))
    message = links("p1,c7,covid,direct,2020-10-01,Quillfeather,Ana,01632 960007")
    assert places(message) == ["accepted"]
    assert pairs() == {("Family1", "Quillfeather", "")}
    contact = Contact.objects.get()
    assert (contact.outcome, contact.details_given) == ("open", True)
    assert WorkItem.objects.filter(household_id=contact.household_id).exists()
    told(row(2, patient_id="c7", given_name="Ana", family_name="Quillfeather"))
    assert pairs() == {("Family1", "Quillfeather", "Quillfeather")}


def test_links_of_an_epidemic_of_long_ago_make_no_calling_work() -> None:
    old = {"taken_at": "2020-04-01T09:00:00Z", "reported_at": "2020-04-02T09:00:00Z"}
    told(row(1, **old), row(2, **old), row(3, result="negative", phone="01632 960003", **old))
    message = links("p1,p2,covid", "p1,p3,covid,direct,2020-04-02")
    assert places(message) == ["accepted", "accepted"]
    assert not WorkItem.objects.exists()
    assert set(Contact.objects.values_list("outcome", flat=True)) == {"no_details", "not_reached"}
    # Who was released is a case of the same wave all the same, though the result comes after it.
    told(row(33, patient_id="p3", given_name="Given3", family_name="Family3", birth_date="1950-01-04", **old))  # fmt: skip
    assert pairs() == {("Family1", "Family2", "Family2"), ("Family1", "Family3", "Family3")}


@pytest.mark.parametrize(
    ("line", "reason", "column"),
    [
        ("p1,p1,covid", "yourself", "to"),
        ("p1,,covid", "missing", "to"),
        ("p1,p2,covid,hugged", "unknown_code", "exposure_kind"),
        ("p1,p2,covid,direct,2020-08-01", "outside_days", "exposed_on"),
    ],
)
def test_a_link_that_cannot_be_says_why_and_what_is_allowed(
    line: str, reason: str, column: str
) -> None:
    told(row(1), row(2))
    links(line)
    found = Quarantined.objects.get()
    assert (found.reason, found.column) == (reason, column)
    assert take_up() == 0
    assert not Contact.objects.exists()


def test_a_link_in_quarantine_can_be_mended_or_rejected() -> None:
    told(row(1), row(2))
    message = links("p1,p8,covid", "p1,p9,covid")
    mended, rejected = Quarantined.objects.order_by("number")
    with transaction.atomic(), acting(Role.AUTHORITY):
        correct_row(ref=mended.ref, values={"to": "p2"}, by=BY, at=AT)
        reject_row(ref=rejected.ref, reason="nobody", by=BY, at=AT)
    work()
    told(row(9))
    assert take_up() == 0
    assert places(message) == ["accepted", "rejected"]
    assert ledger(days=2, at=AT).alarms == ()


def test_undoing_a_load_takes_back_its_links_and_those_that_wait() -> None:
    told(row(1), row(2), row(3, result="negative", phone="01632 960003"))
    before = WorkItem.objects.exclude(state="closed").count()
    lines = (
        "p1,p2,covid",
        "p1,p3,covid,direct,2020-10-01",
        "p1,p9,covid",
        "p1,c7,covid,,,Quillfeather",
    )
    message = links(*lines)
    found = undo(message)
    assert (found.received, found.rejected, found.balances) == (4, 4, True)
    assert pairs() == set()
    assert not Exposure.objects.filter(withdrawn_at=None).exists()
    assert WorkItem.objects.exclude(state="closed").count() == before
    assert not Person.objects.filter(family_name="Quillfeather").exists()
    told(row(9))
    assert take_up() == 0
    assert ledger(days=2, at=AT).alarms == ()
    again = links(*lines)
    assert places(again) == ["accepted"] * 4
    assert len(pairs()) == 4
    assert Contact.objects.get(person__family_name="Family3").outcome == "open"


def test_a_contact_who_was_rung_stays_when_the_list_is_undone() -> None:
    told(row(1), row(2, result="negative"), row(3, result="negative"))
    message = links("p1,p2,covid", "p1,p3,covid")
    Contact.objects.filter(person__family_name="Family2").update(first_attempt_at=AT)
    assert undo(message).rejected == 1
    with acting(Role.AUTHORITY):
        left = undoing(message.ref)
    assert [(one.number, one.why) for one in left.standing] == [(1, "rung")]
    assert pairs() == {("Family1", "Family2", "")}


def test_a_meeting_that_somebody_else_told_of_too_leaves_the_contact_when_it_is_taken_back() -> (
    None
):
    told(row(1), row(2, result="negative"))
    links("p1,p2,covid,direct,2020-10-01")
    Contact.objects.update(first_attempt_at=AT)
    assert undo(links("p1,p2,covid,direct,2020-10-02", name="b.csv")).rejected == 1
    assert pairs() == {("Family1", "Family2", "")}


def test_a_line_list_whose_links_stand_is_undone_after_them() -> None:
    ref = keep(as_csv([row(1), row(2, result="negative")]), mapping="standard")
    work()
    line_list = Message.objects.get(ref=ref)
    message = links("p1,p2,covid")
    assert undo(line_list).rejected == 1
    assert undo(message).rejected == 1
    assert Case.objects.get().outcome == "open"


def test_many_links_cost_as_many_statements_as_one() -> None:
    told(*(row(number) for number in range(1, 60)))
    one = _statements("p1,p2,covid")
    many = _statements(*(f"p3,p{number},covid" for number in range(4, 60)))
    assert many <= one + 2


def _statements(*lines: str) -> int:
    with CaptureQueriesContext(connection) as caught:
        links(*lines)
    return len(caught)


def test_who_a_number_names_is_the_senders_own() -> None:
    told(row(1), row(2))
    assert places(links("p1,p2,covid", sender="other")) == ["quarantined"]


def test_a_list_may_name_the_case_by_the_number_of_its_report() -> None:
    message = links("r1,p2,covid")
    told(row(1), row(2))
    assert take_up() == 1
    assert places(message) == ["accepted"]
    assert pairs() == {("Family1", "Family2", "Family2")}
