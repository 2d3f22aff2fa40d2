"""All persons compared at night: proposals with reasons, capped, and never repeated once asked."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction

from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.journal.models import Entry
from throughline.people.actions import find_or_add
from throughline.people.actions.proposing import propose, write_persons
from throughline.people.claims import Home, PersonClaim
from throughline.people.models import MatchQuestion, Person, PersonLink
from throughline.people.rules.linkage import Pair, likely_pairs

pytest.importorskip("splink", reason="belongs to the analysis requirements")
pytestmark = pytest.mark.django_db
AT = datetime(2020, 10, 3, 2, 0, tzinfo=UTC)


def known(given: str, family: str, born: date, **more: object) -> PersonClaim:
    home = Home(
        line_1=f"{born.day} Larkspindle Way", town="Zexmouth", postcode="ZX1 9ZZ", area="zx1"
    )
    return PersonClaim(
        on=AT.date(), given_name=given, family_name=family, birth_date=born, home=home, **more
    )  # type: ignore[arg-type]


def crowd() -> list[PersonClaim]:
    """Enough people for names and birth dates to be as common as they are."""
    given = ("Ada", "Bo", "Cyril", "Dora", "Emil", "Freya", "Gwen", "Hugo", "Ines", "Jonas")
    family = ("Quill", "Stone", "Voss", "Zander", "Marsh", "Berg", "Okafor", "Sharma", "Lindqvist")
    return [
        known(given[n % 10], f"{family[n % 9]}{n // 9}", date(1950, 1, 1) + timedelta(days=97 * n))
        for n in range(300)
    ]


def added(*claims: PersonClaim) -> list[Person]:
    with transaction.atomic(), acting(Role.MATCH):
        matches = find_or_add([*claims], source="lab", at=AT)
    return [Person.objects.get(id=one.person_id) for one in matches]


def compared(folder: Path) -> list[Pair]:
    with transaction.atomic(), acting(Role.MATCH):
        write_persons(folder / "persons.csv")
    return likely_pairs(folder / "persons.csv", at_least=0.8)


def asked(pairs: list[Pair], *, most: int = 200, at: datetime = AT) -> int:
    with transaction.atomic(), acting(Role.MATCH):
        return propose(pairs, most=most, at=at)


def test_who_changed_her_name_is_proposed_with_reasons_and_twins_are_not(tmp_path: Path) -> None:
    born = date(1984, 7, 23)
    added(*crowd())
    before, twin = added(
        known("Philippa", "Ashgrove", born, phones=("+447700900001",)),
        known("Magnus", "Ashgrove", born),
    )
    (after,) = added(
        known("Philippa", "Thistlewood", born, phones=("+447700900001",), sex="female")
    )
    assert len({before.id, after.id, twin.id}) == 3
    MatchQuestion.objects.all().delete()
    pairs = compared(tmp_path)
    (found,) = [one for one in pairs if before.id in (one.newer, one.older)]
    assert {found.newer, found.older} == {before.id, after.id}
    assert ("birth_date", "same") in {(what, how) for what, how, _ in found.reasons}
    assert asked(pairs) == len(pairs)
    question = MatchQuestion.objects.get(newer=after, older=before)
    assert (question.source, question.answer) == ("batch", None)
    assert {one["what"] for one in question.reasons} >= {"name", "birth_date", "phone"}
    assert not PersonLink.objects.exists()
    assert Entry.objects.filter(kind="people.questions_proposed").count() == 1


def pairs_of(people: list[Person]) -> list[Pair]:
    return [
        Pair(newer=newer.id, older=older.id, probability=0.99, weight=20 - n, reasons=())
        for n, (older, newer) in enumerate(zip(people[::2], people[1::2], strict=True))
    ]


def test_no_more_are_asked_in_a_night_than_said_and_the_surest_first() -> None:
    pairs = pairs_of(added(*crowd()[:10]))
    assert (asked(pairs, most=2), asked(pairs, most=3), asked(pairs, most=3)) == (2, 1, 0)
    assert {one.newer_id for one in MatchQuestion.objects.all()} == {one.newer for one in pairs[:3]}
    assert asked(pairs, most=3, at=AT + timedelta(days=1)) == 2


@pytest.mark.parametrize("answer", [None, "different", "same"])
def test_what_was_asked_before_is_not_asked_again_in_either_order(answer: str | None) -> None:
    (pair,) = pairs_of(added(*crowd()[:2]))
    MatchQuestion.objects.create(
        newer_id=pair.older, older_id=pair.newer, score=12, asked_at=AT, answer=answer,
        answered_at=AT if answer else None,
    )  # fmt: skip
    assert asked([pair]) == 0


def test_who_is_joined_already_is_neither_compared_nor_asked_about(tmp_path: Path) -> None:
    older, newer = added(*crowd()[:2])
    PersonLink.objects.create(from_person=newer, to_person=older, by_id=UUID(int=7), at=AT)
    with transaction.atomic(), acting(Role.MATCH):
        write_persons(tmp_path / "persons.csv")
    text = (tmp_path / "persons.csv").read_text()
    assert str(older.id) in text
    assert str(newer.id) not in text
    assert asked(pairs_of([older, newer])) == 0
