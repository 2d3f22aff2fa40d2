"""A trial says what a load, or its undoing, would do: by the worker's own acts, of which nothing stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions import trying
from throughline.intake.actions.trying import answer_next, ask_to_try, ask_to_try_undoing
from throughline.intake.errors import OUR_FAULT, NotTried, NotUndone
from throughline.intake.models import Chunk, IncomingRow, Message, Sender, Trial
from throughline.intake.queries import receipt
from throughline.intake.queries.trials import TrialLine, trial
from throughline.intake.tests.test_undoing import HOME, loaded, undo
from throughline.intake.tests.world import AT, BY, as_csv, keep, prepare, row
from throughline.journal.models import Entry
from throughline.people.models import Person
from throughline.tracing.models import Case, TestResult

pytestmark = pytest.mark.django_db

# Everything that a load writes to.
TABLES = (Sender, Message, Chunk, IncomingRow, Person, TestResult, Case)


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def counts() -> list[int]:
    return [one.objects.count() for one in TABLES]


def tried(data: bytes, *, mapping: str = "standard", sender: str = "lab") -> TrialLine:
    """Ask as the page does, under its role; do what the worker does, under its own; look at the answer."""
    with transaction.atomic(), acting(Role.AUTHORITY):
        ref = ask_to_try(
            sender_code=sender, chunks=[data], name="a.csv", mapping=mapping, by=BY, at=AT
        )
        found = trial(ref)
    assert found
    assert not found.is_answered
    return answered(ref)


def answered(ref: Any) -> TrialLine:
    with transaction.atomic(), acting(Role.MATCH):
        assert answer_next(at=AT) == 1
        assert answer_next(at=AT) == 0
    with transaction.atomic(), acting(Role.AUTHORITY):
        found = trial(ref)
    assert found
    return found


def test_a_trial_says_what_the_load_would_and_leaves_nothing_of_it() -> None:
    loaded(row(1))
    before, entries = counts(), Entry.objects.count()
    data = as_csv(
        [row(1), row(2, **HOME), row(3, birth_date="2090-01-01"), row(4, result="negative")]
    )
    found = tried(data).load
    assert counts() == before
    assert Entry.objects.count() == entries + 2, "asked and answered"
    assert found
    assert found.receipt
    assert (found.receipt.accepted, found.receipt.duplicates, found.receipt.quarantined) == (
        2,
        1,
        1,
    )
    assert (found.receipt.positives, found.receipt.cases_opened, found.receipt.balances) == (
        1,
        1,
        True,
    )
    assert found.rows[1] == "row 2: accepted, opens a case"
    assert not any((found.is_more, found.is_cut, found.known, found.refused))
    assert found.receipt == receipt(loaded(*[row(1), row(2, **HOME), row(3, birth_date="2090-01-01"), row(4, result="negative")]).ref)  # fmt: skip


def test_the_bytes_are_gone_with_the_answer_and_the_answer_after_a_day() -> None:
    tried(as_csv([row(1)]), sender="nobody-yet")
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from intake_trial_chunk")
        assert cursor.fetchone() == (0,)
    assert not Sender.objects.filter(code="nobody-yet").exists()
    with transaction.atomic(), acting(Role.MATCH):
        answer_next(at=AT + timedelta(hours=25))
    assert not Trial.objects.exists()


def test_a_file_that_cannot_be_read_is_answered_with_the_reason() -> None:
    found = tried(b"%PDF-1.7 not a list").load
    assert found
    assert "a PDF" in found.refused
    unknown = tried(as_csv([row(1)]), mapping="nobodys").load
    assert unknown
    assert "There is no mapping 'nobodys'" in unknown.refused


def test_one_on_which_the_service_fails_is_answered_too_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ValueError("Family1")

    monkeypatch.setattr(trying, "outcomes", fails)
    found = tried(as_csv([row(1)])).load
    assert found
    assert found.refused == OUR_FAULT
    assert not Message.objects.exists()


def test_of_a_long_file_the_first_rows_are_tried_and_it_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trying, "MOST_ROWS", 2)
    data = as_csv(row(n) for n in range(5))
    found = tried(data).load
    assert found
    assert found.receipt
    assert (found.is_cut, found.receipt.accepted) == (True, 2)
    assert not Message.objects.exists()


def test_a_file_too_large_to_be_tried_is_refused_before_it_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(trying, "LARGEST", 1024)
    with pytest.raises(NotTried, match="larger than"):
        tried(as_csv(row(n) for n in range(20)))
    assert not Trial.objects.exists()


def test_a_trial_of_undoing_says_what_is_withdrawn_and_what_stays() -> None:
    message = loaded(row(1, **HOME), row(2, phone="07700900001"), row(3, result="negative"))
    case = Case.objects.get(result_id=TestResult.objects.get(row_number=1).id)
    Case.objects.filter(id=case.id).update(first_attempt_at=AT)
    before = counts()
    with transaction.atomic(), acting(Role.AUTHORITY):
        ref = ask_to_try_undoing(message_ref=message.ref, by=BY, at=AT)
    found = answered(ref).undo
    assert found
    assert (found.withdrawn, found.left) == (2, 1)
    assert [(one.number, one.why) for one in found.standing] == [(1, "called")]
    assert found.follows == {"cases": 1, "contacts": 0, "persons": 2, "details": 1}
    assert [one["number"] for one in found.kept] == [2, 3], "the numbers of persons"
    message.refresh_from_db()
    assert (message.state, message.remark, counts()) == ("parsed", "", before)
    assert set(Person.objects.values_list("family_name", flat=True)) == {
        "Family1", "Family2", "Family3",
    }  # fmt: skip
    assert undo(message).rejected == found.withdrawn


def test_only_a_load_read_to_its_end_is_tried_to_be_undone() -> None:
    ref = keep(as_csv([row(1)]))
    with acting(Role.AUTHORITY), pytest.raises(NotUndone, match="waits to be read"):
        ask_to_try_undoing(message_ref=ref, by=BY, at=AT)
