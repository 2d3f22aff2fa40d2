"""I2 and I3: whatever the order of arrival and however the rows are cut into files, the same episodes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.intake.queries import ledger
from throughline.intake.tests.world import AT, load_rows, prepare, row
from throughline.tracing.models import Case, Episode, TestResult

pytestmark = pytest.mark.django_db(transaction=False)

# Days before the load: some within 90 days of each other, some bridged only by a third.
SPECIMENS = [(1, 1), (1, 60), (1, 130), (1, 200), (1, 320), (2, 5), (2, 10), (3, 150), (3, 230)]


def result(number: int, person: int, days_ago: int) -> dict[str, str]:
    taken = AT.date() - timedelta(days=days_ago)
    who = {
        key: row(person)[key] for key in ("given_name", "family_name", "birth_date", "patient_id")
    }
    return row(
        number,
        taken_at=f"{taken}T09:00:00Z",
        reported_at=f"{taken + timedelta(days=1)}T09:00:00Z",
        **who,
    )


def episodes() -> set[tuple[str, date, date, int]]:
    return {
        (str(e.person.family_name), e.first_on, e.last_on, e.results.count())
        for e in Episode.objects.filter(merged_into__isnull=True)
    }


def expected() -> set[tuple[str, date, date, int]]:
    def on(days: int) -> date:
        return AT.date() - timedelta(days=days)

    names = {person: row(person)["family_name"] for person in (1, 2, 3)}
    return {
        (names[1], on(200), on(1), 4),
        (names[1], on(320), on(320), 1),
        (names[2], on(10), on(5), 2),
        (names[3], on(230), on(150), 2),
    }


@settings(max_examples=12, deadline=None)
@given(st.permutations(range(len(SPECIMENS))), st.lists(st.booleans(), min_size=9, max_size=9))
def test_any_order_and_any_files_give_the_same_episodes(order: list[int], cuts: list[bool]) -> None:
    with transaction.atomic():
        prepare()
        files: list[list[dict[str, str]]] = [[]]
        for at, cut in zip(order, cuts, strict=True):
            files[-1].append(result(at, *SPECIMENS[at]))
            if cut:
                files.append([])
        found = [load_rows(*rows) for rows in files if rows]
        assert all(one.balances for one in found)
        assert episodes() == expected()
        live = Case.objects.filter(merged_into__isnull=True)
        assert live.count() == len(expected())
        # The survivor's dates are those of the whole illness, whichever result came first.
        assert {c.taken_on for c in live} == {first for _, first, _, _ in expected()}
        assert not TestResult.objects.filter(episode__merged_into__isnull=False).exists()
        assert ledger(days=2, at=AT).alarms == ()
        transaction.set_rollback(True)
