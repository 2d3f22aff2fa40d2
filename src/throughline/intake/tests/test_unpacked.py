"""Files that are not plain CSV: unpacked once beside their own bytes, then read like every other."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest
from django.db import transaction

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions.parsing import parse_next
from throughline.intake.models import CHUNK, Chunk, Message, Unpacked
from throughline.intake.queries import receipt, write_quarantine
from throughline.intake.tests.world import AT, as_csv, keep, load_file, prepare, row, work
from throughline.journal.models import Entry

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
