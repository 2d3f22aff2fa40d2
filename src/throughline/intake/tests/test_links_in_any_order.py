"""How a contact of a list stands follows from all meetings told of, in whatever order of rows, files and details."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest

from throughline.calling.models import WorkItem
from throughline.intake.models import Message
from throughline.intake.tests.test_links import HEAD, links, told, undo
from throughline.intake.tests.world import keep, prepare, row, work
from throughline.journal.models import Entry
from throughline.tracing.models import Contact, Holding

pytestmark = pytest.mark.django_db
DAY_0 = date(2020, 10, 1)
DAY_13 = datetime(2020, 10, 14, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def met(*days: int, at: datetime = DAY_13) -> Contact:
    """Load a list of meetings of one pair, by days since the case's day 0."""
    lines = [f"p1,p2,covid,direct,{DAY_0 + timedelta(days=day)}" for day in days]
    ref = keep("\n".join([HEAD.removesuffix(",family_name,given_name,phone"), *lines]).encode(), mapping="links", at=at)  # fmt: skip
    work(at=at)
    assert Message.objects.get(ref=ref).rows.exclude(place="accepted").count() == 0
    return Contact.objects.get()


@pytest.mark.parametrize("days", list(permutations((-2, 7, 3))))
def test_a_contact_is_rung_by_the_last_meeting_whichever_row_tells_of_it(
    days: tuple[int, ...],
) -> None:
    told(row(1), row(2, result="negative", phone="01632 960002"))
    before = WorkItem.objects.count()
    contact = met(*days)
    assert (contact.outcome, contact.exposed_on) == ("open", DAY_0 + timedelta(days=7))
    assert (contact.released_at, contact.isolate_from) == (None, DAY_13.date())
    assert WorkItem.objects.count() == before + 1
    assert Holding.objects.get(subject_id=contact.id).ended_at is None


def test_a_contact_whom_nobody_rang_waits_again_when_a_later_meeting_comes() -> None:
    told(row(1), row(2, result="negative", phone="01632 960002"))
    assert met(-2).outcome == "not_reached"
    later = DAY_13 + timedelta(days=4)
    contact = met(7, at=later)
    assert (contact.outcome, contact.closed_at, contact.released_at) == ("open", None, None)
    assert (
        WorkItem.objects.exclude(state="closed").filter(household_id=contact.household_id).exists()
    )
    assert Holding.objects.filter(subject_id=contact.id, ended_at=None).count() == 1
    assert Entry.objects.filter(kind="tracing.contact_reopened").count() == 1


def test_a_contact_whom_somebody_tried_or_whose_days_are_over_stays_closed() -> None:
    told(row(1), row(2, result="negative", phone="01632 960002"))
    met(-2)
    assert met(-1, at=DAY_13 + timedelta(days=2)).outcome == "not_reached"
    Contact.objects.update(first_attempt_at=DAY_13)
    assert met(7).outcome == "not_reached"
    assert not Holding.objects.filter(ended_at=None, subject="contact").exists()


@pytest.mark.parametrize(
    "taken_back", ["direct,2020-10-03,", "direct,2020-09-30,", "proximity,,", "direct,,yes"]
)
def test_a_meeting_that_is_taken_back_leaves_what_the_others_make_of_the_contact(
    taken_back: str,
) -> None:
    told(row(1), row(2, result="negative", phone="01632 960002"))
    links("p1,p2,covid,direct,2020-10-01")
    before = made_of()
    assert before == (False, "direct", "2020-10-01", "2020-10-15", "open")
    head = "from,to,disease,exposure_kind,exposed_on,lives_with"
    ref = keep(f"{head}\np1,p2,covid,{taken_back}\n".encode(), mapping="links", name="b.csv")
    work()
    message = Message.objects.get(ref=ref)
    assert message.rows.get().place == "accepted"
    assert undo(message).rejected == 1
    assert made_of() == before
    assert Entry.objects.filter(kind="tracing.links_withdrawn").count() == 1


def made_of() -> tuple[object, ...]:
    one = Contact.objects.get()
    return (
        one.household,
        one.exposure_kind,
        str(one.exposed_on),
        str(one.isolate_until),
        one.outcome,
    )


def test_a_contact_whose_days_are_over_by_the_meetings_that_are_left_is_not_rung() -> None:
    told(row(1), row(2, result="negative", phone="01632 960002"))
    met(-2)
    lines = f"from,to,disease,exposure_kind,exposed_on\np1,p2,covid,direct,{DAY_0 + timedelta(days=7)}\n"
    ref = keep(lines.encode(), mapping="links", at=DAY_13, name="b.csv")
    work(at=DAY_13)
    assert Contact.objects.get().outcome == "open"
    undo(Message.objects.get(ref=ref), at=DAY_13)
    contact = Contact.objects.get()
    assert (contact.outcome, contact.exposed_on) == ("not_reached", DAY_0 - timedelta(days=2))
    assert (
        not WorkItem.objects.filter(household_id=contact.household_id)
        .exclude(state="closed")
        .exists()
    )
    assert not Holding.objects.filter(subject_id=contact.id, ended_at=None).exists()
