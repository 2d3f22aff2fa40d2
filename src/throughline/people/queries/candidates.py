"""Whom a batch of claims may be speaking of: everybody who is stored under one of their keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from throughline.core import copying, prepared
from throughline.core.copying import packed
from throughline.people.queries.found_sql import FOUND, LOAD
from throughline.people.queries.wanted import Wanted
from throughline.people.rules.identity import Identity
from throughline.people.rules.search import Key

MOST = 40
"""Persons under one key: a name and birth date that more share tell nobody, and would cost their square."""


@dataclass(slots=True, eq=False)
class Known:
    """A person that claims are compared with: stored, or added by the batch itself."""

    person_id: UUID
    household_id: UUID
    identity: Identity
    blanks: frozenset[str] = frozenset()
    endpoints: set[UUID] = field(default_factory=set)
    addresses: set[UUID] = field(default_factory=set)


class Place(NamedTuple):
    """A stored address, and the household that a newcomer there joins (None in an institution)."""

    address_id: UUID
    household_id: UUID | None
    institution: bool


def candidates(wanted: Wanted, *, on: date) -> dict[Key, list[Known]]:
    """Return every stored person who is found under any of the keys, by that key."""
    found: dict[Key, set[UUID]] = {}
    known: dict[UUID, Known] = {}
    moved: dict[UUID, UUID] = {}
    for keys, moved_on, *person in _found(wanted):
        one = _known(*person, on=on)
        known[one.person_id] = one
        if moved_on:
            moved[one.person_id] = moved_on
        for found_by in keys:
            found.setdefault(_key(wanted, *found_by), set()).add(one.person_id)
    if moved:
        _follow(moved, few=wanted.few)
        known |= _load(set(moved.values()) - known.keys(), on=on, few=wanted.few)
        known |= {person: known[now] for person, now in moved.items()}
    return {
        key: list(dict.fromkeys([known[person] for person in persons]))
        for key, persons in found.items()
    }


def _found(wanted: Wanted) -> list[tuple[Any, ...]]:
    """Everybody under any of the keys: those keys, whom they were joined to since, and what is known of them."""
    (schemes, numbers), (sounds, births) = wanted.identifiers, wanted.sounds_births
    home_births, birth_homes = wanted.births_homes
    home_sounds, sound_homes, home_unborn = wanted.sounds_homes
    birth_endpoints, endpoint_births = wanted.births_phones
    sound_endpoints, endpoint_sounds, endpoint_unborn = wanted.sounds_phones
    return _fetch(
        FOUND,
        {
            "schemes": schemes,
            "numbers": numbers,
            "sounds": sounds,
            "births": births,
            "most": MOST,
            "homes": wanted.homes,
            "home_births": home_births,
            "birth_homes": birth_homes,
            "home_sounds": home_sounds,
            "sound_homes": sound_homes,
            "home_unborn": home_unborn,
            "endpoints": wanted.endpoints,
            "birth_endpoints": birth_endpoints,
            "endpoint_births": endpoint_births,
            "sound_endpoints": sound_endpoints,
            "endpoint_sounds": endpoint_sounds,
            "endpoint_unborn": endpoint_unborn,
        },
        few=wanted.few,
    )


def _key(wanted: Wanted, kind: str, one: str, other: str | None, birth: str | None) -> Key:
    """The key of those asked for under which a person was found."""
    match kind:
        case "sound_birth":
            return (kind, one, date.fromisoformat(birth or ""))
        case "birth_home":
            return (kind, date.fromisoformat(birth or ""), one)
        case "birth_phone":
            return (kind, date.fromisoformat(birth or ""), wanted.phones[one])
        case "sound_phone":
            return (kind, other, wanted.phones[one])
        case "sound_home":
            return (kind, other, one)
        case _:
            return (kind, one, other)


def _fetch(statement: str, parameters: Mapping[str, Any], *, few: bool) -> list[tuple[Any, ...]]:
    run = prepared.fetch if few else copying.fetch
    return run(statement, parameters)


def places(wanted: Wanted) -> dict[str, Place]:
    """Return the stored addresses among the homes."""
    rows = _fetch(
        """select a.address_key, a.id, h.id, a.institution from people_address a
        left join people_household h on h.address_id = a.id and h.joins_address
        where a.address_key = any(string_to_array(%(homes)s, chr(30)))""",
        {"homes": wanted.homes},
        few=wanted.few,
    )
    return {key: Place(address, household, inst) for key, address, household, inst in rows}


def _follow(survivors: dict[UUID, UUID], *, few: bool) -> None:
    """Follow those who were joined to somebody who was joined to somebody else."""
    step = set(survivors.values())
    while step:
        links = dict(
            _fetch(
                """select from_person_id, to_person_id from people_person_link where undone_at is null
                and from_person_id = any(string_to_array(%(persons)s, chr(30))::uuid[])""",
                {"persons": packed(step)},
                few=few,
            )
        )
        for person, now in survivors.items():
            survivors[person] = links.get(now, now)
        step = set(links.values())


def _load(persons: set[UUID], *, on: date, few: bool) -> dict[UUID, Known]:
    if not persons:
        return {}
    rows = _fetch(LOAD, {"persons": packed(persons)}, few=few)
    return {row[0]: _known(*row, on=on) for row in rows}


def _known(
    person: UUID,
    household: UUID,
    given: str,
    family: str,
    sound: str,
    birth_date: date | None,
    birth_year: int | None,
    sex: str,
    language: str,
    identifiers: list[str],
    details: list[str],
    endpoints: list[UUID],
    homes: list[str],
    addresses: list[UUID],
    *,
    on: date,
) -> Known:
    pairs = [(scheme, value) for scheme, _, value in (one.partition(" ") for one in identifiers)]
    told = [(kind, value) for kind, _, value in (one.partition(" ") for one in details)]
    identity = Identity(
        given=given,
        family=family,
        sound=sound,
        birth_date=birth_date,
        age=float(on.year - birth_year) if birth_year else None,
        sex=sex,
        nhs_number=next((value for scheme, value in pairs if scheme == "nhs"), ""),
        sender_ids=frozenset(pair for pair in pairs if pair[0] != "nhs"),
        phones=frozenset(value for kind, value in told if kind == "phone"),
        emails=frozenset(value for kind, value in told if kind == "email"),
        households=frozenset(homes),
    )
    blanks = {
        name
        for name, value in (
            ("given_name", given),
            ("family_name", family),
            ("birth_date", birth_date),
            ("sex", sex),
            ("language", language),
        )
        if not value
    }
    return Known(
        person_id=person,
        household_id=household,
        identity=identity,
        blanks=frozenset(blanks),
        endpoints=set(endpoints),
        addresses=set(addresses),
    )
