"""Working the quarantine from the command line, and what a dry run leaves as it was."""

from __future__ import annotations

from pathlib import Path

import pytest

from throughline.cli.intake.loading import load_file, quarantine_file
from throughline.cli.intake.worked import corrected, listed, rejected
from throughline.intake.models import Message, Quarantined
from throughline.intake.tests.world import as_csv, load_rows, prepare, row
from throughline.journal.models import Entry
from throughline.tracing.models import TestResult

pytestmark = pytest.mark.django_db
MENDED = {"birth_date": "1990-01-01"}


@pytest.fixture(autouse=True)
def ref() -> str:
    """The reference of the one row in quarantine."""
    prepare()
    load_rows(row(1), row(2, birth_date="2090-01-01"))
    return str(listed(None)[0]["ref"])


def state() -> tuple[object, ...]:
    quarantined = Quarantined.objects.get()
    return (
        quarantined.state,
        quarantined.revision,
        TestResult.objects.count(),
        Entry.objects.count(),
        Message.objects.count(),
    )


def test_a_mended_row_says_where_it_ended(ref: str) -> None:
    assert corrected(ref, MENDED, None, dry_run=False) == "accepted"
    assert TestResult.objects.count() == 2


def test_a_dry_run_says_where_a_row_would_end_and_leaves_it_where_it_is(ref: str) -> None:
    before = state()
    assert corrected(ref, MENDED, None, dry_run=True) == "accepted"
    assert state() == before
    rejected(ref, "withdrawn by telephone", None, dry_run=True)
    assert state() == before


def test_a_dry_run_of_a_mended_file_or_of_a_new_one_changes_nothing(
    ref: str, tmp_path: Path
) -> None:
    exported = quarantine_file(Message.objects.get().ref, tmp_path / "to mend.csv")
    exported.write_text(exported.read_text().replace("2090-01-01", MENDED["birth_date"]))
    new = tmp_path / "new.csv"
    new.write_bytes(as_csv([row(3)]))
    before = state()
    for file in (exported, new):
        loaded = load_file(file, source="lab", mapping=None, message_id=None, dry_run=True)
        assert (loaded.receipt.accepted, state()) == (1, before)
    assert (
        load_file(
            exported, source="lab", mapping=None, message_id=None, dry_run=False
        ).receipt.accepted
        == 1
    )
    assert state() != before
