"""I3 with corrections: whatever the order in which a result and what corrects it arrive, the same comes of them."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.intake.queries import ledger
from throughline.intake.tests.world import AT, as_csv, load_file, prepare, row
from throughline.tracing.models import Case, Episode, TestResult
from throughline.tracing.rules.episodes import Positive, assign_episodes

pytestmark = pytest.mark.django_db(transaction=False)
GAP = 90
PERSONS = ("p1", "p2")
DAYS = (2, 60, 130, 200, 260)


@st.composite
def stories(draw: st.DrawFn) -> list[list[dict[str, str]]]:
    """A few reports, each with its versions in the order in which the laboratory made them."""
    told = []
    for number in range(draw(st.integers(1, 4))):
        person = draw(st.sampled_from(PERSONS))
        versions = []
        for nth in range(draw(st.integers(1, 3))):
            status = draw(st.sampled_from(["final", "corrected", "withdrawn"])) if nth else "final"
            # A sender who says that it corrects may leave the time of report as it was.
            later = 0 if status != "final" and draw(st.booleans()) else nth
            versions.append(
                version(
                    number,
                    draw(st.sampled_from((person, *PERSONS))),
                    draw(st.sampled_from(DAYS)),
                    draw(st.sampled_from(("positive", "positive", "negative", "void"))),
                    status,
                    nth=nth,
                    later=later,
                )
            )
        told.append(sorted(versions, key=standing) if distinct(versions) else versions[:1])
    return told


def version(
    number: int, person: str, days: int, result: str, status: str, *, nth: int = 0, later: int = 0
) -> dict[str, str]:
    taken = AT.date() - timedelta(days=days)
    who = 1 if person == "p1" else 2
    known = {
        key: row(who)[key] for key in ("given_name", "family_name", "birth_date", "patient_id")
    }
    reported = AT - timedelta(days=1, hours=-later)
    return row(
        number,
        taken_at=f"{taken}T09:00:00Z",
        reported_at=f"{reported:%Y-%m-%dT%H:%M:%SZ}",
        result=result,
        status=status,
        # So that no two versions read alike.
        setting=f"version {nth}",
        **known,
    )


RANK = ("final", "corrected", "withdrawn")


def standing(one: dict[str, str]) -> tuple[str, int]:
    return one["reported_at"], RANK.index(one["status"])


def distinct(versions: list[dict[str, str]]) -> bool:
    """Two that stand equal contradict each other: a person decides, and no order says how."""
    return len({standing(one) for one in versions}) == len(versions)


def expected(told: list[list[dict[str, str]]]) -> set[tuple[str, date, date, int]]:
    """The episodes, from the versions that stand and the rule alone."""
    found = set()
    for who in (1, 2):
        family = row(who)["family_name"]
        positives = [
            Positive(ref=one["report_id"], on=date.fromisoformat(one["taken_at"][:10]))
            for one in (versions[-1] for versions in told)
            if one["family_name"] == family
            and one["status"] != "withdrawn"
            and one["result"] == "positive"
        ]
        for group in assign_episodes(positives, gap_days=GAP):
            found.add((family, group[0].on, group[-1].on, len(group)))
    return found


def episodes() -> set[tuple[str, date, date, int]]:
    in_force = TestResult.objects.filter(superseded_by__isnull=True, episode__isnull=False)
    numbers = Counter(in_force.values_list("episode_id", flat=True))
    return {
        (str(one.person.family_name), one.first_on, one.last_on, numbers[one.id])
        for one in Episode.objects.filter(id__in=numbers, merged_into__isnull=True)
    }


def live_cases() -> Counter[tuple[str, date | None]]:
    rows = Case.objects.filter(merged_into__isnull=True).exclude(outcome="in_error")
    return Counter((str(one.person.family_name), one.taken_on) for one in rows)


@settings(max_examples=12, deadline=None)
@given(st.data(), stories())
def test_any_order_of_a_result_and_its_corrections_gives_the_same(
    data: st.DataObject, told: list[list[dict[str, str]]]
) -> None:
    rows = [one for versions in told for one in versions]
    order = data.draw(st.permutations(rows))
    cuts = data.draw(st.lists(st.booleans(), min_size=len(rows), max_size=len(rows)))
    with transaction.atomic():
        prepare()
        files: list[list[dict[str, str]]] = [[]]
        for one, cut in zip(order, cuts, strict=True):
            files[-1].append(one)
            if cut:
                files.append([])
        receipts = [
            load_file(as_csv(some), message_id=f"m{n}") for n, some in enumerate(files) if some
        ]
        assert all(one.balances for one in receipts)
        assert episodes() == expected(told)
        assert live_cases() == Counter((who, first) for who, first, _, _ in expected(told))
        # A result in force belongs to an episode that stands.
        assert not TestResult.objects.filter(
            superseded_by__isnull=True, episode__merged_into__isnull=False
        ).exists()
        assert sum(one.accepted for one in receipts) == len(told)
        assert sum(one.corrected for one in receipts) == len(rows) - len(told)
        assert ledger(days=2, at=AT).alarms == ()
        transaction.set_rollback(True)
