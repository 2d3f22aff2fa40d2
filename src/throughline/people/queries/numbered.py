"""Whom a sender's own number names, with every record that is one of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from throughline.core import copying
from throughline.core.copying import packed


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
