"""What decides who works a case: language, area, household, and the local teams that answer for the areas."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from throughline.core.copying import fetch
from throughline.workforce.models import Team


@dataclass(frozen=True, kw_only=True, slots=True)
class Around:
    """A person's surroundings. `areas` are those of all present addresses, with the kind of each."""

    language: str
    area: str
    region: str
    household_size: int
    has_phone: bool
    areas: tuple[tuple[str, str], ...]


def around(persons: Collection[UUID]) -> dict[UUID, Around]:
    """Return the surroundings of these persons."""
    rows = fetch(
        """select p.id, p.language, h.area, coalesce(a.region, ''),
            (select count(*) from people_person q where q.household_id = p.household_id),
            exists (select 1 from people_contact_detail d
                where d.person_id = p.id and d.kind = 'phone' and d.wrong_since is null),
            array(select r.kind || ' ' || b.area from people_residence r
                join people_address b on b.id = r.address_id
                where r.person_id = p.id and r.to_on is null and b.area <> '' order by r.id)
        from people_person p join people_household h on h.id = p.household_id
        left join people_address a on a.id = h.address_id
        where p.id = any(%s)""",
        [list(persons)],
    )
    return {
        person: Around(
            language=language,
            area=area,
            region=region,
            household_size=size,
            has_phone=has_phone,
            areas=tuple((kind, code) for kind, _, code in (one.partition(" ") for one in homes)),
        )
        for person, language, area, region, size, has_phone, homes in rows
    }


class LocalTeams:
    """The local teams, by the areas that they answer for."""

    def __init__(self) -> None:
        """Look them up once."""
        self.by_area: dict[str, list[Team]] = {}
        for team in Team.objects.exclude(areas=[]).filter(organisation__kind="council"):
            for area in team.areas:
                self.by_area.setdefault(area.lower(), []).append(team)

    def of(self, area: str) -> list[Team]:
        """Return the teams that answer for an area."""
        return self.by_area.get(area.lower(), [])
