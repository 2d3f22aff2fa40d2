"""Many rows in a few statements: what they refer to, and the texts that they hold."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, transaction

from throughline.core.context import acting
from throughline.core.copying import FEW, checked_at_once, fetch, packed, run, stage
from throughline.core.roles import Role

ORPHAN = "insert into intake_chunk (message_id, number, bytes) values (%s, 0, '')"


def orphan(*, after_the_block: bool) -> None:
    """Write a row that points at nothing, in a block that checks at once or behind it; leave nothing."""
    with transaction.atomic():
        with acting(Role.INTAKE):
            with checked_at_once():
                if not after_the_block:
                    run(ORPHAN, [uuid4()])
            run(ORPHAN, [uuid4()])
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_row_that_points_at_nothing_is_refused_at_once_within_the_block() -> None:
    with pytest.raises(IntegrityError):
        orphan(after_the_block=False)


@pytest.mark.django_db
def test_behind_the_block_a_row_may_come_before_what_it_points_at_again() -> None:
    orphan(after_the_block=True)


@pytest.mark.django_db
def test_values_that_are_packed_come_out_as_they_went_in() -> None:
    told = ["plain", "back\\slash", "a\ttab", "N\\N", ""]
    rows = fetch("select unnest(string_to_array(%s, chr(30)))", [packed(told)])
    assert [value for (value,) in rows] == told


KINDS = {"id": "uuid", "number": "bigint", "share": "float8", "is_so": "bool", "bytes": "bytea", "day": "date", "at": "timestamptz", "said": "text"}  # fmt: skip
ROWS = [
    (UUID(int=1), 1, 0.5, True, b"\x00'\\", date(2020, 2, 29), datetime(2020, 2, 29, 12, tzinfo=UTC), said)
    for said in ("plain", "O'Quill", "back\\slash", "'); drop table new_thing; --", "100 % %s", "a\tb\nc", "N\\N", "")
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("times", [1, FEW])
def test_few_rows_and_many_are_staged_as_they_are(times: int) -> None:
    rows = [*ROWS, (None,) * len(KINDS)] * times
    with transaction.atomic():
        stage("new_thing", KINDS, rows)
        found = fetch("select * from new_thing")
    assert [
        tuple(bytes(v) if isinstance(v, memoryview) else v for v in row) for row in found
    ] == rows


@pytest.mark.django_db
def test_few_rows_are_staged_as_they_are_where_backslashes_are_signs_of_their_own() -> None:
    with transaction.atomic():
        run("set local standard_conforming_strings = off")
        run("set local escape_string_warning = off")
        stage("new_slash", {"said": "text", "bytes": "bytea"}, [("back\\'slash", b"\\'")])
        assert [(said, bytes(b)) for said, b in fetch("select * from new_slash")] == [
            ("back\\'slash", b"\\'")
        ]


@pytest.mark.django_db
@pytest.mark.parametrize("times", [1, FEW + 1])
def test_what_no_text_may_hold_is_left_out_or_marked_when_it_is_staged(times: int) -> None:
    with transaction.atomic():
        stage("new_text", {"said": "text"}, [("a\x00b\ud800c",)] * times)
        assert set(fetch("select said from new_text")) == {("ab?c",)}


@pytest.mark.django_db
def test_what_is_staged_again_stands_alone() -> None:
    with transaction.atomic():
        stage("new_text", {"said": "text"}, [("first",)])
        stage("new_text", {"said": "text"}, [])
        assert fetch("select said from new_text") == []
