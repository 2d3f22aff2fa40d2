"""Persons and households: names, birth dates, telephones, languages, and where each lived since when."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from throughline.rehearsal import homes, names, phones, places
from throughline.rehearsal.identifiers import CAPACITY, nhs_number
from throughline.rehearsal.model import Address, Household, HouseholdMember, Person
from throughline.rehearsal.names import LANGUAGE_OF
from throughline.rehearsal.streams import Streams


@dataclass(kw_only=True, slots=True)
class Population:
    persons: list[Person] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    members: list[HouseholdMember] = field(default_factory=list)


def populate(streams: Streams, *, count: int, year: int) -> Population:
    """The first `count` persons of the seed's town; ages are reckoned on 1 January of the year."""
    found = Population()
    number = 0
    while len(found.persons) < count:
        _move_in(streams, found, number=number, room=count - len(found.persons), year=year)
        number += 1
    return found


def _move_in(streams: Streams, found: Population, *, number: int, room: int, year: int) -> None:
    door = homes.door(streams, number)
    household = _household(streams, door)
    found.households.append(household)
    before: Person | None = None
    for at, place in enumerate(door.places[:room]):
        person = _person(
            streams,
            door=door,
            household=household,
            at=at,
            place=place,
            number=len(found.persons),
            year=year,
            before=before,
        )
        found.persons.append(person)
        _live(streams, found, person, household, year=year)
        before = person


def _household(streams: Streams, door: homes.Door) -> Household:
    has_line = door.kind == "care_home" or streams.chance(0.8, "household line", door.number)
    return Household(
        id=f"h{door.number:05d}",
        kind=door.kind,
        address=_address(streams, door),
        phone=phones.landline(2 * door.number) if has_line else None,
    )


def _address(streams: Streams, door: homes.Door) -> Address:
    if door.kind == "care_home":
        block = door.number // places.HOUSEHOLDS_PER_BLOCK
        return places.premises(care_home_name(door.number), block, 39)
    is_flat = door.kind == "student_flat" or streams.chance(0.2, "flat", door.number)
    flat = streams.between(1, 12, "flat number", door.number) if is_flat else None
    return places.home(door.number, flat)


def care_home_name(number: int) -> str:
    return f"{places.stem(number // 7)} House"


def _person(
    streams: Streams,
    *,
    door: homes.Door,
    household: Household,
    at: int,
    place: homes.Place,
    number: int,
    year: int,
    before: Person | None,
) -> Person:
    key = f"{door.number}/{at}"
    of_one_family = door.kind not in ("care_home", "student_flat", "sharers")
    tradition = (
        door.tradition
        if of_one_family
        else streams.weighted(names.TRADITIONS, "own tradition", key)
    )
    sex = _sex(streams, place=place, key=key, before=before)
    given = names.given_name(streams, tradition, sex, key)
    own_name = not of_one_family or (at == 1 and streams.chance(0.12, "own surname", key))
    family = names.family_name(streams, tradition, key if own_name else door.number)
    family = names.worn_by(family, tradition, sex)
    language, interpreter = _language(streams, tradition=tradition, place=place, key=key)
    phone = _phone(streams, door=door, household=household, at=at, age=place.age, number=number)
    is_wrong = phone is not None and streams.chance(0.01, "wrong number", key)
    return Person(
        id=f"p{number:06d}",
        number=number,
        given_name=given,
        family_name=family,
        birth_on=_birth(streams, place=place, key=key, year=year, before=before),
        sex=sex,
        nhs_number=_nhs(streams, number, key),
        phone=phones.landline(2 * door.number + 7001) if is_wrong else phone,
        phone_is_wrong=is_wrong,
        email=_email(streams, given, family, place, number),
        language=language,
        needs_interpreter=interpreter,
        tradition=tradition,
        role=place.role,
        household_id=household.id,
    )


def _sex(streams: Streams, *, place: homes.Place, key: str, before: Person | None) -> str:
    if place.role == "adult" and before and streams.chance(0.96, "couple", key):
        return "male" if before.sex == "female" else "female"
    share = 0.68 if place.role == "resident" else 0.51
    return "female" if streams.chance(share, "sex", key) else "male"


def _birth(
    streams: Streams, *, place: homes.Place, key: str, year: int, before: Person | None
) -> date:
    if place.role == "twin" and before:
        return before.birth_on
    first_of_january = date(year - place.age, 1, 1)
    return first_of_january - timedelta(days=streams.between(1, 365, "birthday", key))


def _language(
    streams: Streams, *, tradition: str, place: homes.Place, key: str
) -> tuple[str, bool]:
    own = LANGUAGE_OF[tradition]
    share = {"child": 0.1, "twin": 0.1, "student": 0.25, "grandparent": 0.85}.get(place.role, 0.55)
    if own == "en" or not streams.chance(share, "language", key):
        return "en", False
    return own, place.age >= 16 and streams.chance(0.4, "interpreter", key)


def _phone(
    streams: Streams, *, door: homes.Door, household: Household, at: int, age: int, number: int
) -> str | None:
    if number % 20 == 7 and age >= 12 and door.kind != "care_home":
        return phones.mobile(number // 20)
    if at == 1 and age >= 16 and streams.chance(0.4, "own line", number):
        return phones.landline(2 * door.number + 1)
    if age >= 12 and streams.chance(0.12, "no number given", number):
        return None
    return household.phone


def _nhs(streams: Streams, number: int, key: str) -> str | None:
    is_known = number < CAPACITY and not streams.chance(0.02, "no NHS number", key)
    return nhs_number(number) if is_known else None


def _email(
    streams: Streams, given: str, family: str, place: homes.Place, number: int
) -> str | None:
    share = 0.9 if place.role == "student" else 0.5 if 16 <= place.age <= 70 else 0.1
    if place.age < 16 or not streams.chance(share, "email", number):
        return None
    return f"{names.in_ascii(given)}.{names.in_ascii(family)}.{number}@example.org".lower()


def _live(
    streams: Streams, found: Population, person: Person, household: Household, *, year: int
) -> None:
    if person.role != "student":
        since = (
            date(year, 1, 1) - timedelta(days=streams.between(1, 900, "moved in", person.number))
            if person.role in ("sharer", "resident")
            else person.birth_on
        )
        found.members.append(_member(household.id, person, "home", since, None))
        return
    away = Household(
        id=f"a{person.number:06d}",
        kind="away",
        address=places.home_elsewhere(person.number),
        phone=None,
    )
    found.households.append(away)
    term = date(year - 1, 9, 20)
    found.members.append(_member(away.id, person, "home", person.birth_on, None))
    found.members.append(_member(household.id, person, "term", term, None))


def _member(
    household_id: str, person: Person, kind: str, since: date, until: date | None
) -> HouseholdMember:
    return HouseholdMember(
        household_id=household_id,
        person_id=person.id,
        kind=kind,
        from_on=since,
        to_on=until,
    )
