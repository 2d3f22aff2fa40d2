"""Bad input gets one helpful sentence, and loses nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from throughline.intake.models import Chunk, Message, Quarantined
from throughline.intake.parsing import Layout, find_layout
from throughline.intake.queries import Receipt, receipt
from throughline.intake.tests.world import (
    AT,
    as_csv,
    keep,
    load_file,
    load_rows,
    prepare,
    row,
    work,
)
from throughline.people.claims import PersonClaim
from throughline.people.models import Person
from throughline.people.rules.sought import Sought, seek
from throughline.rehearsal import bulk

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (
            b"report_id,result,result\n1,positive,negative\n",
            "names the column 'result' more than once",
        ),
        (b"number,outcome\n1,positive\n", "The file has no column"),
        (b"PK\x03\x04....", "cannot be opened as one: it was cut off"),
        (b"\xd0\xcf\x11\xe0....", "ends at row 65,536"),
        (b"%PDF-1.7", "a PDF"),
        (b"a\x00b\x00", "NUL bytes"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_one_sentence_and_kept(
    data: bytes, sentence: str
) -> None:
    ref = keep(data)
    work()
    message = Message.objects.get(ref=ref)
    assert message.state == "refused"
    assert sentence in message.refused
    assert b"".join(bytes(chunk.bytes) for chunk in Chunk.objects.order_by("number")) == data


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "windows-1252"])
def test_encodings_and_byte_order_marks_are_read(encoding: str) -> None:
    text = as_csv([row(1, given_name="Zoë", family_name="Muñoz")]).decode()
    assert load_file(text.encode(encoding)).accepted == 1
    assert Person.objects.get().given_name == "Zoë"


def test_line_endings_and_quoted_newlines_are_read() -> None:
    data = as_csv([row(1, address_line_1="4 Larkspindle Way\r\nZexmouth"), row(2)])
    found = load_file(data.replace(b"\r\n", b"\n"))
    assert (found.received, found.accepted) == (2, 2)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"given_name": "=cmd|' /C calc'!A0"}, "formula"),
        ({"birth_date": "2090-05-01"}, "future"),
        ({"birth_date": "05/01/1990"}, "not_a_date"),
        ({"result": "maybe"}, "unknown_code"),
        ({"report_id": ""}, "missing"),
        ({"taken_at": "2020-10-02T23:00:00Z"}, "out_of_order"),
    ],
)
def test_a_bad_row_is_quarantined_and_the_others_go_on(values: dict[str, str], reason: str) -> None:
    found = load_file(as_csv([row(1), row(2, **values), row(3)]))
    assert (found.accepted, found.quarantined, found.balances) == (2, 1, True)
    assert Quarantined.objects.get().reason == reason


def test_a_line_longer_than_a_batch_is_one_row_in_quarantine_and_those_behind_it_are_read() -> None:
    lines = as_csv([row(1), row(2)]).splitlines(keepends=True)
    found = load_file(b"".join([*lines[:2], b"x" * (5 * 1024 * 1024), b"\r\n", lines[2]]))
    assert (found.accepted, found.quarantined, found.balances) == (2, 1, True)
    assert Quarantined.objects.get().reason == "too_long"


def test_names_that_turn_the_text_or_hold_nothing_do_no_harm() -> None:
    found = load_rows_of(
        row(1, given_name="\u202egnp.exe\u202c"), row(2, family_name="Na\x00me"), row(3)
    )
    assert (found.accepted, found.quarantined) == (2, 1)
    assert Quarantined.objects.get().reason == "nul"
    assert set(Person.objects.values_list("given_name", flat=True)) == {"gnp.exe", "Given3"}


def load_rows_of(*rows: dict[str, str]) -> Receipt:
    return load_file(as_csv(rows))


def test_a_row_of_the_wrong_width_is_quarantined_alone() -> None:
    data = as_csv([row(1), row(2)]) + b"one,two\r\n" + as_csv([row(3)]).split(b"\r\n", 1)[1]
    found = load_file(data)
    assert (found.received, found.accepted, found.quarantined) == (4, 3, 1)


def test_a_row_on_which_the_database_fails_is_quarantined_and_holds_up_no_other() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "alter table tracing_result add constraint sabotage check (report_id <> 'r3') not valid"
        )
    found = load_file(as_csv(row(n) for n in range(6)))
    assert (found.accepted, found.quarantined, found.balances) == (5, 1, True)
    assert Quarantined.objects.get().reason == "failed"


def loaded_bulk(folder: Path, rows: int, *, duplicate: float = 0.005) -> Receipt:
    """Load a generated file of that many rows, a share of them said twice."""
    path = folder / "bulk.csv"
    shares = bulk.Shares(positive=0.01, faulty=0.001, duplicate=duplicate)
    bulk.write(path, rows, shares=shares)
    ref = keep(path.read_bytes(), at=AT.replace(day=30))
    work(at=AT.replace(day=30))
    return receipt(ref)


def test_more_rows_than_an_old_spreadsheet_holds_are_all_accounted_for(tmp_path: Path) -> None:
    found = loaded_bulk(tmp_path, 70_000, duplicate=0.8)
    assert (found.received, found.balances) == (70_000, True)
    assert found.quarantined > 0
    # Every row goes its way; what a row said twice costs less than a person.
    assert found.accepted > 10_000
    assert found.duplicates > 50_000


@pytest.mark.storm
def test_more_rows_than_any_spreadsheet_holds_are_all_accounted_for(tmp_path: Path) -> None:
    found = loaded_bulk(tmp_path, 1_100_000)
    assert (found.received, found.balances) == (1_100_000, True)


def test_a_file_on_which_the_service_itself_fails_is_kept_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(head: bytes, **said: str | None) -> Layout:
        if b"marlow" in head:
            raise LookupError(head.decode())
        return find_layout(head, **said)

    monkeypatch.setattr("throughline.intake.reading.find_layout", fail)
    ref = keep(b"marlow\n1\n")
    assert load_rows(row(1)).accepted == 1
    message = Message.objects.get(ref=ref)
    assert message.state == "refused"
    assert message.refused.startswith("The service itself failed")
    assert "LookupError" in caplog.text
    assert "marlow" not in caplog.text


def test_a_row_on_which_the_reader_itself_fails_is_quarantined_and_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(claim: PersonClaim) -> Sought:
        if claim.family_name == "Family2":
            raise OverflowError(claim.family_name)
        return seek(claim)

    monkeypatch.setattr("throughline.intake.reading.seek", fail)
    found = load_rows(row(1), row(2), row(3))
    assert (found.accepted, found.quarantined) == (2, 1)
    assert Quarantined.objects.get().reason == "failed"
    assert "Family2" not in caplog.text
