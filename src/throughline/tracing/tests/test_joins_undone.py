"""Any sequence of joins and un-joins leaves everything reachable, and un-joining all gives the start back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.calling.models import Attempt, WorkItem
from throughline.core.context import acting
from throughline.core.ids import new_id
from throughline.core.models import Service
from throughline.core.roles import Role
from throughline.people.claims import Home
from throughline.people.models import ContactDetail, Person, PersonLink
from throughline.tracing.actions.offering import offer_or_close
from throughline.tracing.actions.persons import join_persons, unjoin_persons
from throughline.tracing.errors import CannotJoin
from throughline.tracing.models import Case, Contact, Episode, Exposure, Holding, TestResult
from throughline.tracing.queries.subjects import open_subjects
from throughline.tracing.tests.world import DAY, HOUR, MINUTE, NOON, World, claim, positives

pytestmark = pytest.mark.django_db

# What a record is: a case (perhaps reached), a contact of the first or of both of two others, or both.
PARTS = ("case", "reached", "old case", "first", "second", "told first")
records = st.lists(st.sets(st.sampled_from(PARTS), min_size=1, max_size=3), min_size=2, max_size=4)
acts = st.lists(
    st.tuples(st.sampled_from(("join", "join", "undo")), st.integers(0, 3), st.integers(0, 3)),
    max_size=7,
)


@settings(max_examples=12, deadline=None)
@given(records, st.booleans(), acts)
def test_joins_can_be_undone_in_any_order_and_lose_nothing(
    told: list[set[str]], one_home: bool, sequence: list[tuple[str, int, int]]
) -> None:
    with undone():
        people = made(told, one_home=one_home)
        start = as_it_stands(people)
        everything = reachable(people)
        at = NOON + HOUR
        for act, one, other in sequence:
            at += MINUTE
            do(act, people[one % len(people)], people[other % len(people)], at=at)
            assert reachable(people) == everything
            nothing_waits_for_nobody(people)
        for link in PersonLink.objects.filter(undone_at__isnull=True).order_by("?"):
            at += MINUTE
            do("undo", link.from_person_id, link.to_person_id, at=at)
            nothing_waits_for_nobody(people)
        assert as_it_stands(people) == start
        assert reachable(people) == everything


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def do(act: str, one: UUID, other: UUID, *, at: datetime) -> None:
    """Join or part two records, if that may be."""
    by = new_id()
    try:
        with transaction.atomic(), acting(Role.AUTHORITY):
            if act == "undo":
                unjoin_persons(newer_id=one, by=by, at=at)
            elif one != other:
                join_persons(newer_id=one, older_id=other, by=by, at=at)
    except CannotJoin:
        pass


def made(told: Sequence[set[str]], *, one_home: bool) -> list[UUID]:
    """The records, with all that hangs on them."""
    Service.objects.update_or_create(
        id=1, defaults={"name": "Zexmouth Tracing", "accepts_drama_numbers": True}
    )
    World.made()
    sources = [
        positives([claim(f"Source{n}", f"Marsh{n}", birth_date=None, home=None)])[0]
        for n in range(2)
    ]
    people = []
    for n, parts in enumerate(told):
        home = None if one_home else Home(
            line_1=f"{n + 1} Larkspindle Way", town="Zexmouth", postcode="ZX1 9ZZ", area="zx1"
        )  # fmt: skip
        more: dict[str, Any] = {} if home is None else {"home": home}
        # Names that nothing but a person joins.
        who = claim(
            ("Ada", "Bo", "Cy", "Dee")[n], ("Quill", "Stone", "Voss", "Zander")[n],
            birth_date=None, phones=(f"+44770090001{n}",), **more,
        )  # fmt: skip
        (case,) = positives([who])
        furnish(case, parts, sources)
        people.append(case.person_id)
    homes = list(Person.objects.filter(id__in=people).values_list("household_id", flat=True))
    WorkItem.objects.filter(household_id__in=homes).delete()
    offer_or_close(homes, offered=homes, reason="released", by=None, at=NOON)
    return people


def furnish(case: Case, parts: set[str], sources: Sequence[Case]) -> None:
    """Give a record its parts, and take away the case that it came with, if it is no case."""
    person = Person.objects.get(id=case.person_id)
    if parts & {"case", "reached", "old case"}:
        if "old case" in parts:
            past = (NOON - 200 * DAY).date()
            Episode.objects.filter(id=case.episode_id).update(first_on=past, last_on=past)
        if "reached" in parts:
            Case.objects.filter(id=case.id).update(
                outcome="reached", reached_at=NOON, closed_at=NOON, reached_how="self"
            )
            Holding.objects.filter(subject_id=case.id).update(ended_at=NOON, end="reached")
    else:
        Holding.objects.filter(subject_id=case.id).delete()
        TestResult.objects.filter(episode_id=case.episode_id).update(
            episode=None, exclusion="negative", result="negative"
        )
        case.shares.all().delete()
        Case.objects.filter(id=case.id).delete()
        Episode.objects.filter(id=case.episode_id).delete()
    named = [
        (source, part == "told first")
        for source, part in (
            (sources[0], "first"),
            (sources[0], "told first"),
            (sources[1], "second"),
        )
        if part in parts and not (part == "told first" and "first" in parts)
    ]
    for source, was_told in named:
        contact(source, person, told=was_told)
    Attempt.objects.create(
        id=new_id(), item_id=new_id(), household_id=person.household_id, person_id=person.id,
        subject="case", subject_id=case.id, agent_id=new_id(), fence=1, channel="call",
        started_at=NOON, ended_at=NOON, outcome="no_answer", reached=False,
    )  # fmt: skip


def contact(source: Case, person: Person, *, told: bool) -> None:
    own = Case.objects.filter(person=person, protocol=source.protocol).first()
    follows = own if own is not None and own.outcome == "open" else None
    one = Contact.objects.create(
        case=source, person=person, household_id=person.household_id, protocol=source.protocol,
        protocol_version=source.protocol_version, exposure_kind="direct", identified_at=NOON,
        managed_by_first="national", managed_by="national", tier="3", became_case=follows,
        isolate_until=(NOON + 9 * DAY).date(), outcome="reached" if told else "open",
        closed_at=NOON if told else None, reached_at=NOON if told else None,
    )  # fmt: skip
    Exposure.objects.create(contact=one, household_id=person.household_id, kind="direct")
    Holding.objects.create(
        subject="contact", subject_id=one.id, household_id=person.household_id,
        managed_by="national", offered_at=NOON, ended_at=NOON if told else None,
        end="reached" if told else None,
    )  # fmt: skip


def as_it_stands(people: Sequence[UUID]) -> dict[str, Any]:
    """All that a join may change, without the marks that only say that something happened."""
    homes = list(Person.objects.filter(id__in=people).values_list("household_id", flat=True))
    cases = Case.objects.filter(person_id__in=people)
    contacts = Contact.objects.filter(case_id__in=Case.objects.exclude(person_id__in=people))
    return {
        "cases": set(
            cases.values_list("id", "person", "household_id", "outcome", "closed_at", "merged_into",
                              "isolate_until", "reached_at")
        ),
        "contacts": set(
            contacts.values_list("id", "person", "household_id", "outcome", "closed_at", "merged_into",
                                 "became_case", "moved_by_id", "released_at")
        ),
        "exposures": set(Exposure.objects.values_list("id", "household_id")),
        "episodes": set(Episode.objects.values_list("id", "first_on", "last_on", "merged_into")),
        "results": set(TestResult.objects.values_list("id", "person", "episode", "superseded_by")),
        "held": set(
            Holding.objects.filter(ended_at__isnull=True).values_list(
                "subject_id", "household_id", "managed_by"
            )
        ),
        "items": set(
            WorkItem.objects.exclude(state="closed").filter(household_id__in=homes).values_list(
                "household_id", "kind", "tier", "area", "state"
            )
        ),
        "numbers": set(
            ContactDetail.objects.filter(wrong_since__isnull=True).values_list("person", "endpoint_id")
        ),
    }  # fmt: skip


def reachable(people: Sequence[UUID]) -> dict[str, frozenset[UUID]]:
    """What is found from these records and those that they are joined to."""
    group = set(people)
    cases = Case.objects.filter(person_id__in=group)
    # A case that was merged leads to the one that stands for it.
    for case in cases:
        seen = {case.id}
        while case.merged_into_id is not None:
            case = Case.objects.get(id=case.merged_into_id)
            assert case.id not in seen, "two cases stand for each other"
            seen.add(case.id)
        assert case.person_id in group
    contacts = Contact.objects.filter(person_id__in=group)
    assert set(contacts.exclude(merged_into=None).values_list("merged_into", flat=True)) <= set(
        contacts.values_list("id", flat=True)
    )
    return {
        "cases": frozenset(cases.values_list("id", flat=True)),
        "contacts": frozenset(contacts.values_list("id", flat=True)),
        "results": frozenset(TestResult.objects.filter(person_id__in=group).values_list("id", flat=True)),
        "messages": frozenset(
            TestResult.objects.filter(person_id__in=group).values_list("message_id", flat=True)
        ),
        "attempts": frozenset(Attempt.objects.filter(person_id__in=group).values_list("id", flat=True)),
    }  # fmt: skip


def nothing_waits_for_nobody(people: Sequence[UUID]) -> None:
    """Whoever is still to be spoken with has a conversation and somebody who answers for it; and none is left over."""
    for home in set(Person.objects.filter(id__in=people).values_list("household_id", flat=True)):
        subjects = open_subjects(home)
        waits = WorkItem.objects.exclude(state="closed").filter(household_id=home).count()
        assert waits == bool(subjects), "an item without anybody" if waits else "nobody is rung"
        for one in subjects:
            for row in (one.case,) if one.case is not None else one.contacts:
                assert row is not None
                held = Holding.objects.filter(subject_id=row.id, ended_at__isnull=True)
                assert held.count() == 1
                assert held.get().household_id == home
