"""What a record says of a person, as a claim that people can look for."""

from __future__ import annotations

from datetime import date

from throughline.intake.rules.links import Link
from throughline.intake.rules.record import Record
from throughline.people.claims import Home, PersonClaim
from throughline.people.rules.addresses import senders_household_key
from throughline.people.rules.areas import area_code
from throughline.people.rules.names import name_key, split_name

RESIDENTIAL = frozenset({"care_home", "prison", "secure", "homeless_hostel", "refuge", "hospital"})
"""Settings where people live without being one household."""


def claim_of(said: Record, *, sender: str) -> PersonClaim:
    """Return what a record says of a person."""
    given, family = _named(said)
    identifiers = []
    if said.nhs_number:
        identifiers.append(("nhs", said.nhs_number))
    if said.patient_id:
        identifiers.append((f"sender:{sender}", said.patient_id))
    return PersonClaim(
        on=said.taken_at.date(),
        given_name=given,
        family_name=family,
        birth_date=said.birth_date,
        age=said.age,
        sex=said.sex or "",
        language=said.language or "",
        phones=(said.phone,) if said.phone else (),
        email=said.email or "",
        identifiers=tuple(identifiers),
        home=_home(said, sender),
    )


def claim_of_contact(said: Link, *, sender: str, on: date) -> PersonClaim:
    """Return what a link says of the contact in it."""
    given, family = _named(said)
    numbers = [("nhs", said.nhs_number)] if said.nhs_number else []
    return PersonClaim(
        on=on,
        given_name=given,
        family_name=family,
        birth_date=said.birth_date,
        age=said.age,
        sex=said.sex or "",
        language=said.language or "",
        phones=(said.phone,) if said.phone else (),
        email=said.email or "",
        identifiers=(*numbers, (f"sender:{sender}", said.to_id)),
        home=_address(said) if _has_address(said) else None,
    )


def _named(said: Record | Link) -> tuple[str, str]:
    """Given and family name, of which a full name tells what is not told apart."""
    given, family = said.given_name or "", said.family_name or ""
    if said.full_name and not family:
        told_given, family = split_name(said.full_name)
        given = given or told_given
    return given, family


def _home(said: Record, sender: str) -> Home | None:
    if not (_has_address(said) or said.household_id):
        return None
    return _address(
        said,
        institution=_lives_in_it(said),
        senders_key=senders_household_key(sender, said.household_id) if said.household_id else "",
    )


def _has_address(said: Record | Link) -> bool:
    lines = (said.address_line_1, said.address_line_2, said.town, said.postcode)
    return any((*lines, said.area, said.region))


def _address(said: Record | Link, *, institution: bool = False, senders_key: str = "") -> Home:
    return Home(
        line_1=said.address_line_1 or "",
        line_2=said.address_line_2 or "",
        town=said.town or "",
        postcode=said.postcode or "",
        area=area_code(said.area or "", postcode=said.postcode or ""),
        region=said.region or "",
        institution=institution,
        senders_key=senders_key,
    )


def _lives_in_it(said: Record) -> bool:
    """Whether the address is the setting itself: a resident's is, the address of staff is their own."""
    if said.setting_kind not in RESIDENTIAL or not said.setting:
        return False
    lines = name_key(f"{said.address_line_1 or ''} {said.address_line_2 or ''}")
    return name_key(said.setting) in lines
