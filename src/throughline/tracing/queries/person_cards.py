"""A person as one who may see them does, and no more of them than may be shown yet."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from throughline.people.models import Person
from throughline.tracing.queries.cards import PersonCard, PhoneLine
from throughline.tracing.queries.households import Household
from throughline.tracing.queries.subjects import age_on, display_name, is_child


def person_card(
    person: Person, today: date, *, revealed: bool, home: Household | None = None
) -> PersonCard:
    """Return a person's card; until identity is confirmed only the name and the telephone."""
    if home is None or home.id != person.household_id:
        home = Household(person.household_id)
    return PersonCard(
        person_ref=person.ref,
        person_id=person.id,
        display_name=display_name(person),
        first_name=person.given_name or display_name(person),
        # A parent is asked for: that much must be known before anybody is spoken to.
        is_child=is_child(person, today),
        revealed=revealed,
        phones=_phones(person, home),
        language=person.language if revealed else "",
        age=age_on(person, today) if revealed else None,
        birth_date=person.birth_date if revealed else None,
        address_lines=_address(person, home) if revealed else (),
    )


def _phones(person: Person, home: Household) -> tuple[PhoneLine, ...]:
    """Return the person's numbers, and where none of them works, those of the people they live with."""
    found = home.phones
    own = [one for one in found if one.person_id == person.id]
    usable = any(one.wrong_since is None for one in own)
    borrowed = [] if usable else [one for one in found if one.person_id != person.id]
    lines: dict[UUID, PhoneLine] = {}
    for one in (*own, *borrowed):
        lines.setdefault(
            one.endpoint_id,
            PhoneLine(
                detail_id=one.id,
                display=_spoken(one.value),
                tel_uri=f"tel:{one.value}",
                endpoint_id=one.endpoint_id,
                wrong=one.wrong_since is not None,
            ),
        )
    return tuple(lines.values())


def _spoken(number: str) -> str:
    if number.startswith("+44") and len(number) == 13:
        home = f"0{number[3:]}"
        return f"{home[:5]} {home[5:8]} {home[8:]}"
    return number


def _address(person: Person, home: Household) -> tuple[str, ...]:
    present = [one for one in home.homes.get(person.id, ()) if one.to_on is None]
    if not present:
        return ()
    place = present[0].address
    return tuple(one for one in (place.line_1, place.line_2, place.town, place.postcode) if one)
