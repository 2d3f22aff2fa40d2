"""Whom a claim may be speaking of: found under every key, alone as among many, and as whom they were joined to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from throughline.core.context import acting
from throughline.core.ids import new_id
from throughline.core.roles import Role
from throughline.people.actions import find_or_add
from throughline.people.claims import Home, PersonClaim
from throughline.people.models import PersonLink
from throughline.people.queries import FEW, candidates, wanted
from throughline.people.rules.sought import seek

pytestmark = pytest.mark.django_db
AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)
BORN = date(1984, 7, 23)
PHONE = "+447700900001"


def home(number: int) -> Home:
    return Home(line_1=f"{number} Larkspindle Way", town="Zexmouth", postcode="ZX1 9ZZ", area="zx1")


def claim(given: str, family: str, **more: object) -> PersonClaim:
    return PersonClaim(on=AT.date(), given_name=given, family_name=family, **more)  # type: ignore[arg-type]


# A person, and what somebody says who means the same one and shares no more than one key.
PAIRS = {
    "number": (
        claim("Ada", "Quill", identifiers=(("nhs", "9990000018"),)),
        claim("Bo", "Stone", identifiers=(("nhs", "9990000018"),)),
    ),
    "surname and birth": (
        claim("Cyril", "Voss", birth_date=BORN),
        claim("C", "Foss", birth_date=BORN),
    ),
    "birth and home": (
        claim("Dora", "Zander", birth_date=date(1990, 1, 2), home=home(1)),
        claim("Dora", "Marsh", birth_date=date(1990, 1, 2), home=home(1)),
    ),
    "birth and telephone": (
        claim("Emil", "Berg", birth_date=date(1991, 3, 4), phones=(PHONE,)),
        claim("Emil", "Okafor", birth_date=date(1991, 3, 4), phones=(PHONE,)),
    ),
    "surname and home, without a birth": (
        claim("Freya", "Sharma", home=home(2)),
        claim("Freya", "Sharma", home=home(2), birth_date=date(1992, 5, 6)),
    ),
    "surname and telephone, without a birth": (
        claim("Gwen", "Lindqvist", phones=("+447700900002",)),
        claim("Gwen", "Lindqvist", phones=("+447700900002",), birth_date=date(1993, 7, 8)),
    ),
}


def add(claims: Sequence[PersonClaim]) -> list[UUID]:
    with transaction.atomic(), acting(Role.MATCH):
        return [one.person_id for one in find_or_add(claims, source="lab", at=AT)]


def met(claims: Sequence[PersonClaim]) -> list[set[UUID]]:
    """Whom each claim meets when all of them are looked for at once."""
    sought = [seek(one) for one in claims]
    with transaction.atomic(), acting(Role.MATCH):
        by_key = candidates(wanted(sought), on=AT.date())
    return [
        {known.person_id for key in one.keys for known in by_key.get(key, [])} for one in sought
    ]


def among_many(one: PersonClaim) -> set[UUID]:
    others = [claim(f"Nobody{n}", f"Known{n}", birth_date=date(2001, 1, 1)) for n in range(FEW)]
    return met([one, *others])[0]


@pytest.mark.parametrize("key", PAIRS)
def test_a_person_is_found_under_each_key_alone_and_among_many(key: str) -> None:
    persons = dict(zip(PAIRS, add([stored for stored, _ in PAIRS.values()]), strict=True))
    _, said = PAIRS[key]
    assert met([said]) == [{persons[key]}]
    assert among_many(said) == {persons[key]}


def test_who_was_joined_is_found_as_the_last_of_those_they_were_joined_to() -> None:
    stored, said = PAIRS["number"]
    first, second, third = add(
        [stored, replace(stored, identifiers=(), family_name="Other"), claim("Ada", "Third")]
    )
    link(first, second)
    link(second, third)
    assert met([said]) == [{third}]
    assert among_many(said) == {third}


def test_who_was_parted_again_is_found_as_themselves() -> None:
    stored, said = PAIRS["number"]
    first, second = add([stored, claim("Ada", "Second")])
    link(first, second, undone=True)
    assert met([said]) == [{first}]


def test_however_many_are_looked_for_no_table_of_persons_is_read_whole() -> None:
    crowd = [
        claim(
            f"Given{n}", f"Family{n}", birth_date=BORN, home=home(n), phones=(f"+4477009{n:05}",),
            identifiers=(("nhs", f"{n:010}"),),
        )
        for n in range(2000)
    ]  # fmt: skip
    add(crowd)
    plans: list[str] = []

    def explained(execute: Any, statement: str, *rest: Any) -> Any:
        if "from people_person" in statement and not plans:
            execute(f"explain {statement}", *rest)
            plans.append("\n".join(line for (line,) in rest[-1]["cursor"].fetchall()))
        return execute(statement, *rest)

    with connection.cursor() as cursor:
        cursor.execute(
            "analyze people_person, people_address, people_residence, people_contact_detail, people_identifier"
        )
    with connection.execute_wrapper(explained):
        met(crowd[:1000])
    assert "Index Scan using people_person_pkey" in plans[0]
    assert not re.search(r"Seq Scan on people_(?!person_link)", plans[0]), plans[0]


def link(one: UUID, other: UUID, *, undone: bool = False) -> None:
    PersonLink.objects.create(
        from_person_id=one,
        to_person_id=other,
        by_id=new_id(),
        at=AT,
        undone_at=AT if undone else None,
    )
