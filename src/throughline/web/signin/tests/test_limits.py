"""When a session ends."""

from datetime import UTC, datetime, timedelta

import pytest

from throughline.web.signin.limits import Ended, ended, worth_writing

NINE = datetime(2020, 10, 6, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("idle_minutes", "why"), [(0, None), (29, None), (30, Ended.IDLE), (300, Ended.IDLE)]
)
def test_a_session_ends_after_thirty_idle_minutes(idle_minutes: int, why: Ended | None) -> None:
    assert ended(began=NINE, seen=NINE, at=NINE + timedelta(minutes=idle_minutes)) is why


def test_a_busy_session_still_ends_after_twelve_hours() -> None:
    at = NINE + timedelta(hours=12)
    assert ended(began=NINE, seen=at, at=at) is Ended.LONG
    assert ended(began=NINE, seen=at, at=at - timedelta(seconds=1)) is None


def test_the_moment_last_seen_is_written_once_a_minute_at_most() -> None:
    assert not worth_writing(seen=NINE, at=NINE + timedelta(seconds=59))
    assert worth_writing(seen=NINE, at=NINE + timedelta(seconds=60))
