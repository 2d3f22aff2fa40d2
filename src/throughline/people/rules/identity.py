"""What is known of a person, in the forms that compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from throughline.people.rules.addresses import household_key
from throughline.people.rules.names import name_key, sound_key, split_name


@dataclass(kw_only=True, slots=True)
class Identity:
    """One person as one source gives them. Empty strings and None are what nobody said.

    Not frozen, since there are thousands a second; nobody changes one.

    `sender_ids` are (sender, the sender's own number for the person). `phones` and `emails` are
    in their key forms; `households` are address keys, of which a student has two. Whoever
    compares a birth date with an age works out the age on the day first.
    """

    given: str = ""
    family: str = ""
    sound: str = ""
    birth_date: date | None = None
    age: float | None = None
    sex: str = ""
    nhs_number: str = ""
    sender_ids: frozenset[tuple[str, str]] = frozenset()
    phones: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    households: frozenset[str] = frozenset()


def identify(
    *,
    given_name: str | None = None,
    family_name: str | None = None,
    full_name: str | None = None,
    birth_date: date | None = None,
    age: float | None = None,
    sex: str | None = None,
    nhs_number: str | None = None,
    sender: str | None = None,
    patient_id: str | None = None,
    phone: str | None = None,
    email: str | None = None,
    address_line_1: str | None = None,
    address_line_2: str | None = None,
    town: str | None = None,
    postcode: str | None = None,
) -> Identity:
    """The comparable form of what a result or an interview says of a person."""
    if full_name and not family_name:
        given, family_name = split_name(full_name)
        given_name = given_name or given
    home = household_key(
        address_line_1 or "", line_2=address_line_2 or "", town=town or "", postcode=postcode or ""
    )
    return Identity(
        given=name_key(given_name or ""),
        family=name_key(family_name or ""),
        sound=sound_key(family_name or ""),
        birth_date=birth_date,
        age=age,
        sex=sex if sex in ("female", "male", "other") else "",
        nhs_number=nhs_number or "",
        sender_ids=frozenset({(sender, patient_id)}) if sender and patient_id else _NONE,
        phones=frozenset({phone}) if phone else frozenset(),
        emails=frozenset({email.casefold()}) if email else frozenset(),
        households=frozenset({home}) if home else frozenset(),
    )


_NONE: frozenset[tuple[str, str]] = frozenset()
