"""The senders on a real database: silence learned from what came, counts by day, faults by kind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.models import Sender
from throughline.intake.queries.senders import (
    day_counts,
    faults_by_kind,
    formats_of,
    lag_of,
    sender_states,
    silent_senders,
)
from throughline.intake.tests.world import AT, as_csv, keep, load_rows, prepare, row, work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def test_who_sent_each_day_at_nine_and_does_not_today_is_silent_and_a_newcomer_is_not() -> None:
    for back in range(1, 36):
        keep(as_csv([row(back)]), sender="daily", at=AT - timedelta(days=back, hours=2))
    keep(as_csv([row(1)]), sender="new", at=AT - timedelta(days=3))
    with acting(Role.AUTHORITY):
        assert list(silent_senders(at=AT - timedelta(hours=3))) == []
        (found,) = silent_senders(at=AT)
        known = {one.code: one for one in sender_states(at=AT)}
    assert found.code == "daily"
    assert found.silence is not None
    assert found.silence.now == timedelta(hours=26)
    assert found.silence.usual == timedelta(hours=3)
    assert known["new"].silence is None


def test_a_senders_days_faults_formats_and_lag() -> None:
    load_rows(row(1), row(2, birth_date="2090-01-01"))
    keep(as_csv([row(3)]), at=AT - timedelta(days=1))
    work(at=AT)
    sender = Sender.objects.get().id
    with acting(Role.AUTHORITY):
        *_, yesterday, today = day_counts(sender, last=AT.date(), days=3)
        assert (today.messages, today.rows, today.faults) == (1, 2, 1)
        assert (yesterday.messages, yesterday.rows, yesterday.faults) == (1, 1, 0)
        assert faults_by_kind(sender, since=AT - timedelta(days=2)) == (
            ("future", "birth_date", 1, 1),
        )
        (format_,) = formats_of(sender, since=AT - timedelta(days=2))
        assert (format_.messages, format_.refused) == (2, 0)
        lag = lag_of(sender, at=AT)
    assert (lag.messages, lag.half, lag.most) == (
        2,
        timedelta(hours=12),
        timedelta(hours=21, minutes=36),
    )
