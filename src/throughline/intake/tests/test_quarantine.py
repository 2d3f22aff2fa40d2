"""The quarantine as worked by a person: mended in place, by a file, or rejected; the ledger follows."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from throughline.core.context import acting
from throughline.core.errors import Stale
from throughline.core.roles import Role
from throughline.intake.actions import correct_row, load_mended, reject_row
from throughline.intake.actions.quarantine import take_on_row
from throughline.intake.errors import AlreadyDecided, CorrectionRefused, ReasonNeeded
from throughline.intake.models import IncomingRow, Quarantined
from throughline.intake.queries import ledger, open_quarantine, receipt, write_quarantine
from throughline.intake.queries.quarantine import oldest_row
from throughline.intake.tests.world import AT, BY, as_csv, keep, load_rows, prepare, row, work
from throughline.journal.models import Entry
from throughline.tracing.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def quarantined(**values: str) -> Quarantined:
    load_rows(row(1), row(2, **values))
    return Quarantined.objects.get()


def test_a_quarantined_row_names_column_value_reason_and_what_is_allowed() -> None:
    found = quarantined(birth_date="2090-01-01")
    assert (found.column, found.value, found.reason) == ("birth_date", "2090-01-01", "future")
    with acting(Role.AUTHORITY):
        (shown,) = open_quarantine()
    assert shown.sentence.startswith("birth_date '2090-01-01' lies in the future; ")


def test_a_mended_row_goes_the_ordinary_way_to_a_case() -> None:
    found = quarantined(birth_date="2090-01-01")
    with acting(Role.AUTHORITY):
        correct_row(ref=found.ref, values={"birth_date": "1990-01-01"}, by=BY, at=AT)
    assert IncomingRow.objects.get(number=2).place == "waiting"
    work()
    after = receipt(found.message.ref)
    assert (after.accepted, after.quarantined, after.cases_opened) == (2, 0, 2)
    assert after.balances
    assert ledger(days=2, at=AT).alarms == ()


def test_values_that_cannot_be_right_either_are_refused_and_change_nothing() -> None:
    found = quarantined(result="perhaps")
    with pytest.raises(CorrectionRefused, match="'maybe' is not a code"), acting(Role.AUTHORITY):
        correct_row(ref=found.ref, values={"result": "maybe"}, by=BY, at=AT)
    found.refresh_from_db()
    assert found.state == "open"


def test_a_row_is_rejected_for_a_reason_and_stays_in_the_ledger() -> None:
    found = quarantined(result="perhaps")
    with pytest.raises(ReasonNeeded), acting(Role.AUTHORITY):
        reject_row(ref=found.ref, reason=" ", by=BY, at=AT)
    with acting(Role.AUTHORITY):
        reject_row(ref=found.ref, reason="a test of the line", by=BY, at=AT)
    assert receipt(found.message.ref).rejected == 1
    assert ledger(days=2, at=AT).alarms == ()
    with pytest.raises(AlreadyDecided), acting(Role.AUTHORITY):
        reject_row(ref=found.ref, reason="again", by=BY, at=AT)


def test_an_older_page_cannot_decide_over_a_newer_one() -> None:
    found = quarantined(result="perhaps")
    with pytest.raises(Stale), acting(Role.AUTHORITY):
        reject_row(ref=found.ref, reason="late", by=BY, at=AT, expecting=found.revision - 1)


def test_a_conflict_taken_by_a_person_is_a_correction() -> None:
    load_rows(row(1))
    load_rows(row(1, result="negative"))
    found = Quarantined.objects.get()
    assert found.reason == "conflict"
    with acting(Role.AUTHORITY):
        correct_row(ref=found.ref, values={}, by=BY, at=AT)
    work()
    assert receipt(found.message.ref).corrected == 1
    assert Case.objects.get().outcome == "in_error"


def test_the_quarantine_as_a_file_is_mended_and_loaded_again() -> None:
    ref = keep(as_csv([row(1), row(2, result="perhaps"), row(3, given_name='=T("Ada")')]))
    work()
    text = io.StringIO()
    with acting(Role.AUTHORITY):
        assert write_quarantine(text, message_ref=ref) == 2
    rows = list(csv.DictReader(io.StringIO(text.getvalue())))
    assert rows[1]["given_name"] == '\'=T("Ada")'
    rows[0]["result"], rows[1]["given_name"] = "positive", "Ada"
    mended = io.StringIO()
    writer = csv.DictWriter(mended, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    with acting(Role.AUTHORITY):
        taken = load_mended(lines=io.StringIO(mended.getvalue()), by=BY, at=AT)
        again = load_mended(lines=io.StringIO(mended.getvalue()), by=BY, at=AT)
    work()
    assert (len(taken.refs), taken.refused, len(again.refs)) == (2, (), 0)
    after = receipt(ref)
    assert (after.received, after.accepted, after.cases_opened) == (3, 3, 3)
    assert ledger(days=2, at=AT).alarms == ()


def test_a_row_is_somebodys_and_due_in_four_hours() -> None:
    found = quarantined(birth_date="2090-01-01")
    with acting(Role.AUTHORITY):
        (row_,) = open_quarantine()
        assert (row_.owner_id, row_.due_at - row_.at) == (None, timedelta(hours=4))
        take_on_row(ref=found.ref, by=BY, at=AT)
        take_on_row(ref=found.ref, by=BY, at=AT)
        oldest = oldest_row()
    assert oldest is not None
    assert (oldest.owner_id, oldest.at, oldest.sender) == (BY, AT, "lab")
    assert Entry.objects.filter(kind="intake.row_taken_on").count() == 1
