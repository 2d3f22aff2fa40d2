"""Reads of people that leave the room: whom a batch of claims may be speaking of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, cast
from uuid import UUID

from throughline.core import copying, prepared
from throughline.core.copying import packed
from throughline.core.keys import endpoint_id
from throughline.people.rules.identity import Identity
from throughline.people.rules.search import Key
from throughline.people.rules.sought import Sought

MOST = 40
"""Persons under one key: a name and birth date that more share tell nobody, and would cost their square."""

FEW = 100
"""Claims up to which a look-up is a prepared one: planning it costs more than so few are."""


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


@dataclass(kw_only=True, slots=True)
class Wanted:
    """All that many claims are looked for under. Texts are whole columns, as the database takes them.

    `phones` are those of the endpoints by which they are asked for. `few`: see FEW.
    """

    few: bool
    identifiers: list[str]
    sounds_births: list[str]
    homes: str
    births_homes: list[str]
    sounds_homes: list[str]
    endpoints: str
    births_phones: list[str]
    sounds_phones: list[str]
    phones: dict[str, str]


def wanted(sought: Sequence[Sought]) -> Wanted:
    """Put together what all of these are looked for under, each key once."""
    searches = [one.search for one in sought]
    homes = {home for one in sought for home in one.identity.households}
    phones = {phone for one in sought for phone in one.identity.phones}
    of = {phone: str(endpoint_id("phone", phone)) for phone in phones}
    births_phones = {key for s in searches for key in s.births_phones}
    # Who has a birth date is found by it; a sound is for those on either side who have none.
    sounds_homes = {
        (sound, home, not s.births_homes) for s in searches for _, sound, home in s.sounds_homes
    }
    sounds_phones = {
        (of[cast(str, phone)], sound, not s.births_phones)
        for s in searches
        for _, sound, phone in s.sounds_phones
    }
    return Wanted(
        few=len(sought) <= FEW,
        identifiers=_columns({key for s in searches for key in s.identifiers}),
        sounds_births=_columns({key for s in searches for key in s.sounds_births}),
        homes=packed(sorted(homes)),
        births_homes=_columns({key for s in searches for key in s.births_homes}),
        sounds_homes=_columns(sounds_homes, 3),
        endpoints=packed(sorted(of.values())),
        births_phones=_columns((of[cast(str, phone)], birth) for _, birth, phone in births_phones),
        sounds_phones=_columns(sounds_phones, 3),
        phones={endpoint: phone for phone, endpoint in of.items()},
    )


def _columns(keys: Iterable[Key], width: int = 2) -> list[str]:
    """The last parts of each key, a column for each part."""
    # Sorted, so that an index is walked in its own order.
    ordered: list[Any] = sorted(cast(Iterable[Any], keys))
    return [packed([key[at] for key in ordered]) for at in range(-width, 0)]


MOVED_ON = """(select l.to_person_id from people_person_link l
        where l.from_person_id = {person} and l.undone_at is null)"""

KNOWN = """select p.id, p.household_id, p.given_norm, p.family_norm, p.family_phonetic, p.birth_date,
        p.birth_year, p.sex, p.language,
        array(select i.scheme || ' ' || i.value from people_identifier i where i.person_id = p.id),
        array(select d.kind || ' ' || d.value from people_contact_detail d
            where d.person_id = p.id and d.wrong_since is null),
        array(select d.endpoint_id from people_contact_detail d where d.person_id = p.id),
        array(select a.address_key from people_residence r join people_address a
            on a.id = r.address_id where r.person_id = p.id and a.address_key is not null),
        array(select r.address_id from people_residence r where r.person_id = p.id)
    from people_person p"""

# Everything by a look-up each, which OFFSET 0 keeps: for a join of thousands of keys the planner would read whole
# tables, and take longer the more persons there are. All of a home or a telephone are read once, however many of the
# batch have it.
FOUND = f"""
with at_home as materialized (
    select k.home, p.family_phonetic as sound, p.birth_date as birth, p.id
    from unnest(string_to_array(%(homes)s, chr(30))) as k(home)
    cross join lateral (select id from people_address where address_key = k.home offset 0) a
    cross join lateral (select person_id from people_residence where address_id = a.id offset 0) r
    cross join lateral (select id, family_phonetic, birth_date from people_person
        where id = r.person_id offset 0) p
), at_phone as materialized (
    select k.endpoint, p.family_phonetic as sound, p.birth_date as birth, p.id
    from unnest(string_to_array(%(endpoints)s, chr(30))::uuid[]) as k(endpoint)
    cross join lateral (select person_id from people_contact_detail
        where endpoint_id = k.endpoint and wrong_since is null offset 0) d
    cross join lateral (select id, family_phonetic, birth_date from people_person
        where id = d.person_id offset 0) p
), found(kind, one, other, birth, person) as (
    select 'identifier', k.scheme, k.value, null::date, i.person_id
    from unnest(string_to_array(%(schemes)s, chr(30)), string_to_array(%(numbers)s, chr(30))) as k(scheme, value)
    cross join lateral (select person_id from people_identifier
        where scheme = k.scheme and value = k.value offset 0) i
  union all
    select 'sound_birth', k.sound, null, k.birth, p.id
    from unnest(string_to_array(%(sounds)s, chr(30)), string_to_array(%(births)s, chr(30))::date[])
        as k(sound, birth)
    -- The last condition lets the planner use the partial index.
    cross join lateral (select id from people_person
        where family_phonetic = k.sound and birth_date = k.birth and family_phonetic <> ''
        order by id desc limit %(most)s) p
  union all
    select 'birth_home', home, null, birth, at_home.id
    from unnest(string_to_array(%(home_births)s, chr(30))::date[], string_to_array(%(birth_homes)s, chr(30)))
        as k(birth, home)
    join at_home using (birth, home)
  union all
    select 'sound_home', home, sound, null, at_home.id
    from unnest(string_to_array(%(home_sounds)s, chr(30)), string_to_array(%(sound_homes)s, chr(30)),
        string_to_array(%(home_unborn)s, chr(30))::bool[]) as k(sound, home, unborn)
    join at_home using (sound, home)
    where k.unborn or at_home.birth is null
  union all
    select 'birth_phone', endpoint::text, null, birth, at_phone.id
    from unnest(string_to_array(%(birth_endpoints)s, chr(30))::uuid[],
        string_to_array(%(endpoint_births)s, chr(30))::date[]) as k(endpoint, birth)
    join at_phone using (endpoint, birth)
  union all
    select 'sound_phone', endpoint::text, sound, null, at_phone.id
    from unnest(string_to_array(%(sound_endpoints)s, chr(30))::uuid[], string_to_array(%(endpoint_sounds)s, chr(30)),
        string_to_array(%(endpoint_unborn)s, chr(30))::bool[]) as k(endpoint, sound, unborn)
    join at_phone using (endpoint, sound)
    where k.unborn or at_phone.birth is null
)
-- Whom they were joined to, with the keys and with all that is known of them: one statement, for the sake of a single
-- claim.
select s.keys, {MOVED_ON.format(person="s.person")}, p.*
from (
    select coalesce({MOVED_ON.format(person="f.person")}, f.person) as person,
        array_agg(array[f.kind, f.one, f.other, f.birth::text]) as keys
    from found f group by 1
) s cross join lateral ({KNOWN} where p.id = s.person offset 0) p
"""  # noqa: S608 - parts of our own

LOAD = f"{KNOWN} where p.id = any(string_to_array(%(persons)s, chr(30))::uuid[])"


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """Whom a sender's number names: the person who stands for them, and every record that is one of them."""

    person_id: UUID
    household_id: UUID
    records: frozenset[UUID]


def persons_numbered(sender: str, numbers: Collection[str]) -> dict[str, UUID]:
    """Return the record that each of a sender's own numbers names; one that nobody has is left out."""
    return dict(
        copying.fetch(
            """select value, person_id from people_identifier
            where scheme = %s and value = any(string_to_array(%s, chr(30)))""",
            [f"sender:{sender}", packed(sorted(numbers))],
        )
    )


# Who was joined to this person, and to whom this one was: all records of one person are found along these.
NEIGHBOURS = """select l.to_person_id from people_person_link l
        where l.from_person_id = {person} and l.undone_at is null
    union all select l.from_person_id from people_person_link l
        where l.to_person_id = {person} and l.undone_at is null"""


def standing(records: Mapping[str, UUID]) -> dict[str, Numbered]:
    """Return who stands for these records, by the same names, with all that was joined into them."""
    led: dict[UUID, set[UUID]] = {}
    last: dict[UUID, tuple[UUID, UUID]] = {}
    for record, person, home, is_last in copying.fetch(
        f"""with recursive led(record, person) as (
                select id, id from unnest(string_to_array(%s, chr(30))::uuid[]) as u(id)
            union
                select led.record, n.person from led
                    cross join lateral ({NEIGHBOURS.format(person="led.person")}) n(person))
        select led.record, led.person, p.household_id, not exists (select from people_person_link l
            where l.from_person_id = led.person and l.undone_at is null)
        from led join people_person p on p.id = led.person""",  # noqa: S608 - our own conditions
        [packed(set(records.values()))],
    ):
        led.setdefault(record, set()).add(person)
        if is_last:
            last[record] = person, home
    found = {
        record: Numbered(person_id=person, household_id=home, records=frozenset(led[record]))
        for record, (person, home) in last.items()
    }
    return {name: found[record] for name, record in records.items()}


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
