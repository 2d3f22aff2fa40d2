"""A claim made ready to be looked for. All that can be worked out before the database is asked."""

from __future__ import annotations

from dataclasses import dataclass

from throughline.people.claims import PersonClaim
from throughline.people.rules.addresses import household_key
from throughline.people.rules.identity import Identity
from throughline.people.rules.names import name_key, sound_key
from throughline.people.rules.search import Key, SearchKeys, search_keys

SEXES = {"female", "male", "other"}
_NOBODY: frozenset[tuple[str, str]] = frozenset()
_NOTHING: frozenset[str] = frozenset()


@dataclass(kw_only=True, slots=True)
class Sought:
    """A claim in the form that compares, and the keys to look under."""

    claim: PersonClaim
    identity: Identity
    search: SearchKeys
    keys: list[Key]


def seek(claim: PersonClaim) -> Sought:
    """Make a claim ready to be looked for."""
    identity = identity_of(claim)
    search = search_keys(identity)
    return Sought(claim=claim, identity=identity, search=search, keys=search.every())


def identity_of(claim: PersonClaim) -> Identity:
    """Return a claim in the form that compares."""
    family, home = claim.family_name, home_key(claim)
    nhs, others = "", _NOBODY
    for pair in claim.identifiers:
        if pair[0] != "nhs":
            others |= {pair}
        elif not nhs:
            nhs = pair[1]
    return Identity(
        given=name_key(claim.given_name),
        family=name_key(family),
        sound=sound_key(family),
        birth_date=claim.birth_date,
        age=claim.age,
        sex=claim.sex if claim.sex in SEXES else "",
        nhs_number=nhs,
        sender_ids=others,
        phones=frozenset(claim.phones) if claim.phones else _NOTHING,
        emails=frozenset((claim.email.casefold(),)) if claim.email else _NOTHING,
        households=frozenset((home,)) if home else _NOTHING,
    )


def home_key(claim: PersonClaim) -> str:
    """Return the key of the claim's home; a sender's own number for a household serves where no address is."""
    home = claim.home
    if home is None:
        return ""
    key = household_key(home.line_1, line_2=home.line_2, town=home.town, postcode=home.postcode)
    return key or home.senders_key
