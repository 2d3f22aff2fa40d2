"""Persons whose truth is known, with second records of some of them as other sources would give them.

The rehearsal's town gives the persons: names of eight traditions, twins, telephones that a home shares, students with two
addresses. The second record of a person says the same with what goes wrong in life: names misspelt, shortened, crossed
or changed by marriage, day and month exchanged, no number, another telephone, the other address.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from uuid import UUID

from throughline.people.rules.identity import Identity, identify
from throughline.people.rules.linkage import COLUMNS
from throughline.rehearsal.faults import misspelt
from throughline.rehearsal.model import Address, Person
from throughline.rehearsal.population import populate
from throughline.rehearsal.streams import Streams

SHARE = 0.05
"""How many persons have a second record."""

FAULTS = (
    "misspelt", "initial", "crossed", "swapped", "digit", "married", "no number", "other phone", "other home",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Record:
    """One record: of which person, and what it says."""

    id: UUID
    truth: str
    given: str
    family: str
    birth_on: date
    sex: str
    nhs: str | None
    phone: str | None
    homes: tuple[Address, ...]

    def identity(self) -> Identity:
        """Return it as the live match compares it."""
        home = self.homes[0]
        return identify(
            given_name=self.given, family_name=self.family, birth_date=self.birth_on, sex=self.sex,
            nhs_number=self.nhs, phone=self.phone, address_line_1=home.line_1,
            address_line_2=home.line_2, town=home.town, postcode=home.postcode,
        )  # fmt: skip


def records(count: int, *, seed: int = 7) -> Iterator[Record]:
    """Every person's record, and then the second ones."""
    streams = Streams(seed)
    town = populate(streams, count=count, year=2020)
    homes = {one.id: one.address for one in town.households}
    lived: dict[str, list[Address]] = {}
    for member in town.members:
        lived.setdefault(member.person_id, []).append(homes[member.household_id])
    number = 0
    for person in town.persons:
        yield _record(number, person, tuple(lived[person.id]))
        number += 1
    for person in town.persons:
        if streams.chance(SHARE, "second record", person.id):
            first = _record(number, person, tuple(lived[person.id]))
            yield _spoilt(streams, first)
            number += 1


def _record(number: int, person: Person, homes: tuple[Address, ...]) -> Record:
    return Record(
        id=UUID(int=number + 1), truth=person.id, given=person.given_name, family=person.family_name,
        birth_on=person.birth_on, sex=person.sex, nhs=person.nhs_number, phone=person.phone,
        homes=homes,
    )  # fmt: skip


def _spoilt(streams: Streams, one: Record) -> Record:
    """One to three things go wrong."""
    # Half the second sources know no number, or nothing would be left to find out.
    if streams.chance(0.5, "no number", one.id):
        one = replace(one, nhs=None)
    for turn in range(streams.between(1, 2, "how many faults", one.id)):
        one = _fault(streams, one, streams.pick(FAULTS, "fault", one.id, turn))
    return one


def _fault(streams: Streams, one: Record, fault: str) -> Record:
    born, key = one.birth_on, str(one.id)
    match fault:
        case "misspelt":
            return replace(one, family=misspelt(streams, one.family, key))
        case "initial":
            return replace(one, given=one.given[:1])
        case "crossed":
            return replace(one, given=one.family, family=one.given)
        case "swapped" if born.day <= 12:
            return replace(one, birth_on=born.replace(month=born.day, day=born.month))
        case "digit":
            return replace(one, birth_on=_a_year_off(born))
        case "married" if one.sex == "female":
            return replace(one, family="Quillfeather")
        case "no number":
            return replace(one, nhs=None)
        case "other phone":
            return replace(one, phone=None)
        case "other home":
            away = Address(
                line_1="1 Elsewhere Road", line_2="", town="Zexmouth", postcode="ZX9 9ZZ"
            )
            return replace(one, homes=one.homes[1:] or (away,))
    return one


def write(path: Path, people: Iterable[Record]) -> None:
    """Write the records as the batch reads them."""
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(COLUMNS)
        for one in people:
            said = one.identity()
            table.writerow(
                (
                    one.id, said.given, said.family, said.sound, one.birth_on, said.sex,
                    said.nhs_number, "|".join(said.phones),
                    "|".join(identify_home(home) for home in one.homes),
                )
            )  # fmt: skip


def identify_home(home: Address) -> str:
    """Return the key of an address."""
    found = identify(
        address_line_1=home.line_1,
        address_line_2=home.line_2,
        town=home.town,
        postcode=home.postcode,
    )
    return next(iter(found.households), "")


def _a_year_off(born: date) -> date:
    """A birth date with one digit of the year wrong; whoever was born on 29 February was not in that year."""
    return born.replace(
        day=min(born.day, 28) if born.month == 2 else born.day,
        year=born.year - 1 if born.year % 10 else born.year + 1,
    )
