"""Many rows in a few statements: what they refer to, and the texts that they hold."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from throughline.core.context import acting
from throughline.core.copying import checked_at_once, fetch, packed, run
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
