"""The statement that finds everybody whom a batch of claims may be speaking of."""

from __future__ import annotations

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
