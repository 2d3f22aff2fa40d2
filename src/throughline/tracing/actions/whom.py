"""Whom a row of the grid means: first among those at home, then among everybody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughline.core.keys import endpoint_id
from throughline.people.actions import find_or_add
from throughline.people.claims import Match, PersonClaim
from throughline.people.models import ContactDetail, Household, MatchQuestion, Residence
from throughline.people.rules.identity import Identity
from throughline.people.rules.matching import Score
from throughline.people.rules.named import match_named_contact
from throughline.people.rules.names import name_key, sound_key
from throughline.tracing.queries.at_home import at_home

SOURCE = "named"


def find_named(claims: list[PersonClaim], *, at: datetime) -> list[Match]:
    """Return whom each claim means, in order, adding those whom nobody knew. Needs r_match.

    Those who live elsewhere are found together; those at home one by one, so that one who is added is known
    to the next row.
    """
    elsewhere = [one for one in claims if one.lives_with is None]
    found = iter(find_or_add(elsewhere, source=SOURCE, at=at))
    return [
        next(found) if one.lives_with is None else _at_home(one, one.lives_with, at=at)
        for one in claims
    ]


def _at_home(claim: PersonClaim, household_id: UUID, *, at: datetime) -> Match:
    named = match_named_contact(
        Identity(
            given=name_key(claim.given_name),
            family=name_key(claim.family_name),
            sound=sound_key(claim.family_name),
            age=claim.age,
            phones=frozenset(claim.phones),
        ),
        household=at_home(household_id, on=claim.on),
    )
    if named.key is not None:
        _add_phones(named.key, household_id, claim, at=at)
        return Match(person_id=named.key, household_id=household_id, how="scored")
    (match,) = find_or_add([claim], source=SOURCE, at=at)
    _live_there(match.person_id, household_id, claim=claim)
    for older, score in named.candidates[:1]:
        _ask(match.person_id, older, score, at=at)
    return match


def _live_there(person_id: UUID, household_id: UUID, *, claim: PersonClaim) -> None:
    """Note where somebody added lives, so that a result that comes for them later is compared with them."""
    home = Household.objects.get(id=household_id)
    if home.address_id is not None:
        Residence.objects.get_or_create(
            person_id=person_id,
            address_id=home.address_id,
            household_id=household_id,
            kind="home",
            defaults={"from_on": claim.on, "source": SOURCE},
        )


def _add_phones(person_id: UUID, household_id: UUID, claim: PersonClaim, *, at: datetime) -> None:
    for phone in claim.phones:
        ContactDetail.objects.get_or_create(
            person_id=person_id,
            kind="phone",
            endpoint_id=endpoint_id("phone", phone),
            defaults={
                "household_id": household_id,
                "value": phone,
                "source": SOURCE,
                "since": at,
            },
        )


def _ask(newer: UUID, older: UUID, score: Score, *, at: datetime) -> None:
    """Ask a person, where two at home might be meant; nothing waits for the answer."""
    if newer == older:
        return
    MatchQuestion.objects.get_or_create(
        newer_id=newer,
        older_id=older,
        defaults={
            "score": score.value,
            "reasons": [f"{one.what} {one.how}" for one in score.reasons],
            "asked_at": at,
        },
    )
