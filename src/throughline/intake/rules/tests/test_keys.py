"""A key is known by its beginning and proved by its whole; a bucket lets through what a minute allows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.intake.rules import rate
from throughline.intake.rules.keys import is_same, make_key, may_add, prefix_of, state_of

AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)


def test_a_key_is_told_by_its_beginning_and_compared_as_a_whole() -> None:
    made = make_key()
    assert made.text.startswith(f"{made.prefix}_")
    assert prefix_of(made.text) == made.prefix
    assert is_same(made.text, made.sha256)
    assert not is_same(made.text[:-1] + ("a" if made.text[-1] != "a" else "b"), made.sha256)
    assert made.text.encode() not in made.sha256


@pytest.mark.parametrize(
    "text",
    ["", "tl_", "tl_00000000_", "Bearer x", "tl_0000000g_" + "a" * 43, "tl_00000000_" + "a" * 44],
)
def test_what_no_key_looks_like_is_not_looked_up(text: str) -> None:
    assert prefix_of(text) is None


@pytest.mark.parametrize(
    ("expires", "revoked", "state"),
    [
        (AT + timedelta(seconds=1), None, "valid"),
        (AT, None, "expired"),
        (AT + timedelta(days=1), AT, "revoked"),
    ],
)
def test_a_key_is_valid_until_it_expires_or_is_revoked(
    expires: datetime, revoked: datetime | None, state: str
) -> None:
    assert state_of(expires_at=expires, revoked_at=revoked, at=AT) == state


def test_two_keys_are_valid_at_once_and_no_third() -> None:
    assert may_add(["valid", "expired", "revoked"])
    assert not may_add(["valid", "expired", "valid"])


@given(
    per_minute=st.integers(1, 100_000),
    waits=st.lists(st.floats(0, 30, allow_nan=False), min_size=1, max_size=200),
)
def test_never_more_passes_than_the_burst_and_what_the_time_allows(
    per_minute: int, waits: list[float]
) -> None:
    now, passed = 0.0, 0
    bucket = rate.full(per_minute, now)
    for wait in waits:
        now += wait
        passed += rate.take(bucket, per_minute=per_minute, now=now) == 0
    assert passed <= rate.most(per_minute) + now * per_minute / 60 + 1e-6


@given(per_minute=st.integers(1, 100_000))
def test_who_waits_as_long_as_told_is_let_through(per_minute: int) -> None:
    bucket = rate.full(per_minute, 0.0)
    while (wait := rate.take(bucket, per_minute=per_minute, now=0.0)) == 0:
        pass
    assert rate.take(bucket, per_minute=per_minute, now=wait + 1e-6) == 0
