"""Files that are not plain CSV: unpacked once beside their own bytes, then read like every other."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date

import pytest
from django.db import transaction
from openpyxl import Workbook

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions.parsing import parse_next
from throughline.intake.models import CHUNK, Chunk, Message, Quarantined, Unpacked
from throughline.intake.queries import receipt, write_quarantine
from throughline.intake.queries.mappings import mapping_for
from throughline.intake.tests.world import AT, COLUMNS, as_csv, keep, load_file, prepare, row, work
from throughline.journal.models import Entry
from throughline.people.models import Identifier, Person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def zipped(**files: bytes) -> bytes:
    """Return a ZIP archive of files by name."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return kept.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped(**{"list.csv": data})])
def test_a_compressed_list_is_read_as_the_list_itself_and_its_own_bytes_stay(pack) -> None:  # type: ignore[no-untyped-def]
    data = as_csv([row(1), row(2, birth_date="2090-01-01"), row(3)])
    packed = pack(data)
    found = load_file(packed)
    assert (found.received, found.accepted, found.quarantined, found.balances) == (3, 2, 1, True)
    message = Message.objects.get()
    assert b"".join(bytes(one.bytes) for one in Unpacked.objects.order_by("number")) == data
    assert b"".join(bytes(one.bytes) for one in Chunk.objects.order_by("number")) == packed
    assert message.text_size == len(data)
    assert Entry.objects.filter(kind="intake.message_unpacked").count() == 1
    mended = io.StringIO()
    assert write_quarantine(mended, message_ref=message.ref) == 1
    assert "Given2,Family2,2090-01-01" in mended.getvalue()


def test_unpacking_is_a_step_of_its_own_after_which_reading_goes_on_where_it_was_killed() -> None:
    data = as_csv(row(n, setting="x" * 190) for n in range(5000))
    ref = keep(gzip.compress(data))
    with transaction.atomic():
        with acting(Role.MATCH):
            assert parse_next(at=AT) == 1
        transaction.set_rollback(True)
    assert not Unpacked.objects.exists()
    for _ in range(3):
        with transaction.atomic(), acting(Role.MATCH):
            parse_next(at=AT, limit=2000)
    assert (Unpacked.objects.count(), receipt(ref).received) == (-(-len(data) // CHUNK), 4000)
    work(limit=2000)
    assert (receipt(ref).received, receipt(ref).accepted) == (5000, 5000)


def test_a_file_refused_halfway_leaves_nothing_of_its_text() -> None:
    data = gzip.compress(as_csv(row(n, setting="x" * 190) for n in range(12000)))
    ref = keep(data[:-9])
    work()
    message = Message.objects.get(ref=ref)
    assert (message.state, message.unpacked_size) == ("refused", None)
    assert "damaged or cut off" in message.refused
    assert not Unpacked.objects.exists()
    assert Chunk.objects.exists()


def test_a_record_that_could_not_be_unpacked_waits_in_quarantine_with_its_reason() -> None:
    lines = as_csv([row(1), row(2)]).splitlines()
    data = b"\n".join([lines[0] + b",unreadable", lines[1] + b",", lines[2] + b",It has no PID."])
    found = load_file(data)
    assert (found.accepted, found.quarantined) == (1, 1)
    text = io.StringIO()
    write_quarantine(text, message_ref=Message.objects.get().ref)
    assert "It has no PID." in text.getvalue()


def as_workbook(*rows: dict[str, object]) -> bytes:
    """Return rows of the standard layout as a workbook, typed as a program types them."""
    book = Workbook()
    assert book.active is not None
    book.active.append(COLUMNS)
    for one in rows:
        book.active.append([one.get(column) for column in COLUMNS])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


TYPED: dict[str, object] = {"birth_date": date(1950, 1, 2), "nhs_number": 9434765919}


def test_a_workbook_is_read_as_a_list_typed_dates_and_numbers_included() -> None:
    found = load_file(as_workbook(row(1) | TYPED, row(2) | {"result": "maybe"}))
    assert (found.accepted, found.quarantined, found.balances) == (1, 1, True)
    person = Person.objects.get()
    assert (person.birth_date, Identifier.objects.filter(value="9434765919").count()) == (
        date(1950, 1, 2),
        1,
    )


@pytest.mark.parametrize("value", ["=A1", "#REF!"])
def test_a_cell_without_a_value_is_a_fault_of_its_column_and_no_name(value: str) -> None:
    found = load_file(as_workbook(row(1) | {"family_name": value}))
    assert (found.accepted, found.quarantined) == (0, 1)
    bad = Quarantined.objects.get()
    assert (bad.column, bad.reason) == ("family_name", "error")


def test_the_mapping_that_fits_a_workbook_is_found_by_its_columns() -> None:
    data = as_workbook(row(1))
    assert mapping_for("new", lambda: [data], at=AT) == "standard"
    assert mapping_for("new", lambda: [gzip.compress(as_csv([row(1)]))], at=AT) == "standard"
    assert mapping_for("new", lambda: [data[:500]], at=AT) is None
