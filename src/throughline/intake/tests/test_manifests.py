"""A file that is not as its manifest says is refused whole and kept; a day that is not as its sender counted alarms."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, timedelta
from hashlib import sha256

import pytest

from throughline.core import clock
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions import store
from throughline.intake.actions.manifests import declare_count
from throughline.intake.errors import DeclarationRefused
from throughline.intake.models import CHUNK, Chunk, Declared, IncomingRow, Message
from throughline.intake.queries import Receipt, ledger, receipt
from throughline.intake.rules.manifest import Manifest
from throughline.intake.tests.world import AT, as_csv, load_file, load_rows, prepare, row, work
from throughline.web.door.tests.conftest import Machine, lab  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def with_trailer(rows: int, said: int | None = None, *, spoilt: bool = False) -> bytes:
    body = as_csv(row(n, setting="x" * 190) for n in range(rows))
    digest = sha256(body + (b"!" if spoilt else b"")).hexdigest()
    return body + f"#TRAILER,rows={rows if said is None else said},sha256={digest}\r\n".encode()


def test_a_file_with_its_last_line_in_order_is_taken_and_the_line_is_no_row() -> None:
    found = load_file(with_trailer(3))
    assert (found.received, found.accepted, found.balances) == (3, 3, True)


def test_a_large_file_is_read_across_chunks_up_to_its_last_line() -> None:
    data = with_trailer(6000)
    found = load_file(data, limit=1000)
    assert Chunk.objects.count() > 1
    assert (found.received, found.accepted) == (6000, 6000)


def test_the_last_line_may_begin_where_a_chunk_does() -> None:
    body = as_csv([row(1)])
    filler = b",".join([b"x"] * 25) + b"\r\n"
    body += b"y" * (CHUNK - len(body) - len(filler) - 2) + b"\r\n" + filler
    assert len(body) == CHUNK
    found = load_file(body + b"#TRAILER,rows=3\r\n")
    assert (found.received, found.accepted, found.quarantined) == (3, 1, 2)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (with_trailer(3, said=4), "says 4 rows, and 3 are in it"),
        (with_trailer(3, spoilt=True), "not those of its manifest"),
    ],
)
def test_a_file_that_is_not_as_its_last_line_says_is_refused_whole_and_kept(
    data: bytes, sentence: str
) -> None:
    found = load_file(data)
    message = Message.objects.get()
    assert (found.received, IncomingRow.objects.count()) == (0, 0)
    assert message.state == "refused"
    assert sentence in message.refused
    assert bytes(Chunk.objects.get().bytes) == data


def told(data: bytes, manifest: Manifest) -> tuple[str, Receipt]:
    stored = store(
        sender_code="lab", chunks=[data], name="a.csv", manifest=manifest, by=None, at=AT
    )
    work()
    return Message.objects.get(ref=stored.message_ref).refused, receipt(stored.message_ref)


def test_a_file_is_compared_with_what_is_said_beside_it() -> None:
    data = as_csv([row(1), row(2)])
    digest = sha256(data).hexdigest()
    refused, found = told(data, Manifest(rows=2, sha256=digest))
    assert (refused, found.accepted) == ("", 2)
    refused, found = told(data[:-1], Manifest(rows=2, sha256=digest))
    assert "SHA-256" in refused
    refused, found = told(as_csv([row(3)]), Manifest(rows=2))
    assert "says 2 rows, and 1 are in it" in refused
    assert found.received == 0


def test_the_api_takes_rows_and_hash_in_headers(lab: Machine) -> None:  # noqa: F811
    data = as_csv([row(1), row(2)])
    digest = b64encode(sha256(data).digest()).decode()
    good = {"Declared_Rows": "2", "Content_Digest": f"sha-256=:{digest}:"}
    assert lab.post("/messages", data, media="text/csv", **good).status_code == 202
    found = lab.post("/messages", data[:-3], media="text/csv", **good)
    assert (found.status_code, found.json()["code"]) == (422, "invariant")
    assert Message.objects.filter(state="refused").count() == 1
    for bad in ({"Declared_Rows": "two"}, {"Content_Digest": "md5=:abc:"}):
        assert lab.post("/messages", data, media="text/csv", **bad).status_code == 400


TODAY = AT.date()


def counted(rows: int, hour: int | None = None, day: date = TODAY) -> None:
    with acting(Role.AUTHORITY):
        declare_count(sender_code="lab", day=day, hour=hour, rows=rows, by=None, at=AT)


# AT is 11:00 in London.
@pytest.mark.parametrize("hour", [11, None])
def test_a_gap_of_one_alarms_within_the_hour_with_sender_and_hour(hour: int | None) -> None:
    load_rows(row(1), row(2), row(3))
    counted(4, hour)
    ends = AT + (timedelta(hours=1) if hour else timedelta(hours=13))
    assert ledger(days=3, at=ends + timedelta(minutes=14)).alarms == ()
    (alarm,) = ledger(days=3, at=ends + timedelta(minutes=15)).alarms
    assert (alarm.code, alarm.sender, alarm.hour) == (
        "declared_differs",
        "lab",
        AT if hour else None,
    )
    assert "counted 4 rows and 3 arrived, 1 too few" in alarm.sentence


def test_what_arrived_as_counted_is_quiet_and_a_count_said_again_is_said_anew() -> None:
    load_rows(row(1), row(2), row(3))
    counted(4, 11)
    counted(3, 11)
    counted(3)
    counted(0, 10)
    assert Declared.objects.count() == 3
    assert ledger(days=3, at=AT + timedelta(days=1)).alarms == ()


@pytest.mark.parametrize(
    ("day", "hour", "rows"),
    [
        (AT.date() + timedelta(days=1), None, 1),
        (AT.date() - timedelta(days=93), None, 1),
        (AT.date(), 24, 1),
        (AT.date(), None, -1),
    ],
)
def test_a_count_that_cannot_be_one_is_refused(day: date, hour: int | None, rows: int) -> None:
    load_rows(row(1))
    with pytest.raises(DeclarationRefused, match="allowed"):
        counted(rows, hour, day)


def test_a_sender_counts_over_the_api_for_itself_alone(lab: Machine) -> None:  # noqa: F811
    today = clock.now().date().isoformat()
    found = lab.post("/declared", {"day": today, "hour": 0, "rows": 5}, media="application/json")
    assert found.status_code == 202
    assert Declared.objects.get().sender.code == "northgate"
    for bad in ({"day": today}, {"day": today, "rows": "5"}, {"day": today, "rows": 5, "sender": "x"}, [], {"day": "2090-01-01", "rows": 1}):  # fmt: skip
        assert lab.post("/declared", bad, media="application/json").status_code == 422  # type: ignore[arg-type]
