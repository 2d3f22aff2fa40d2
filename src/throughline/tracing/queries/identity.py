"""What can be compared with what a person says of themselves. Pure: the rows are read elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from throughline.people.rules.addresses import postcode_key
from throughline.people.rules.names import name_key

NEEDED = 2
NOTHING = (
    "Nothing is on record that could confirm who this is. Say nothing about health, end the call, "
    "and choose the outcome for an escalation, so that somebody completes the record."
)
ONE_ONLY = "Only {kind} is on record for this person, so that alone must match. Ask for it, never read it out."


@dataclass(frozen=True, kw_only=True)
class OnRecord:
    """The identifiers that the record holds; empty is what nobody ever told."""

    birth_date: date | None
    birth_year: int | None
    postcodes: frozenset[str]
    full_name: str


def on_record(
    *, birth_date: date | None, birth_year: int | None, postcodes: frozenset[str], full_name: str
) -> OnRecord:
    """Return the identifiers in the forms that compare."""
    keys = {postcode_key(one) or one.upper().replace(" ", "") for one in postcodes if one.strip()}
    return OnRecord(
        birth_date=birth_date,
        birth_year=birth_year,
        postcodes=frozenset(keys),
        full_name=name_key(full_name),
    )


def asks(record: OnRecord) -> tuple[str, ...]:
    """Return what can be compared, the strongest first; an age only stands in for a birth date."""
    found = []
    if record.birth_date is not None:
        found.append("birth_date")
    elif record.birth_year is not None:
        found.append("age")
    if record.postcodes:
        found.append("postcode")
    if record.full_name:
        found.append("full_name")
    return tuple(found)


def note(record: OnRecord) -> str:
    """Return what a handler must know when fewer than two things can be compared."""
    can = asks(record)
    if not can:
        return NOTHING
    return ONE_ONLY.format(kind=can[0].replace("_", " ")) if len(can) < NEEDED else ""


def confirms(record: OnRecord, given: Mapping[str, str], *, today: date) -> bool:
    """Say whether two of the things said match, or the only one that can be compared.

    Which of them failed is told to nobody, so that nobody can be helped to guess.
    """
    can = asks(record)
    matched = sum(_matches(record, kind, given.get(kind, ""), today) for kind in can)
    return bool(can) and matched >= min(NEEDED, len(can))


def _matches(record: OnRecord, kind: str, said: str, today: date) -> bool:
    said = said.strip()
    if not said:
        return False
    match kind:
        case "birth_date":
            return said == (record.birth_date.isoformat() if record.birth_date else "")
        case "age":
            # A year of birth leaves two ages open.
            ages = {
                today.year - (record.birth_year or 0),
                today.year - (record.birth_year or 0) - 1,
            }
            return said.isdecimal() and int(said) in ages
        case "postcode":
            return (postcode_key(said) or said.upper().replace(" ", "")) in record.postcodes
    return _same_name(name_key(said), record.full_name)


def _same_name(said: str, known: str) -> bool:
    return sorted(said.split()) == sorted(known.split())
