"""Find the person that each claim speaks of, or add one; what is unsure adds one and asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from throughline.core.copying import run
from throughline.core.ids import new_id
from throughline.people.actions.additions import Additions
from throughline.people.claims import How, Match, PersonClaim
from throughline.people.queries import MOST, Known, Place, Wanted, candidates, places, wanted
from throughline.people.rules.compare import compare_births
from throughline.people.rules.identity import Identity
from throughline.people.rules.matching import Score, score
from throughline.people.rules.search import Key
from throughline.people.rules.sought import Sought, seek

# One batch at a time finds and adds, so that two can never add one person twice.
LOCK = 0x70656F706C65


def find_or_add(
    batch: Sequence[PersonClaim | Sought],
    *,
    source: str | Sequence[str],
    at: datetime,
    ahead: Wanted | None = None,
) -> list[Match]:
    """Return whom each claim speaks of, in order, adding those nobody knew. Needs r_match or r_authority.

    Claims of one batch meet each other as they would in two batches. `source` is who made them: one for all, or
    one for each. Who has time to spare before hands them
    over ready to be looked for, and `ahead`, what they and perhaps others are looked for under.
    """
    if not batch:
        return []
    lock_matching()
    ready = [one if isinstance(one, Sought) else seek(one) for one in batch]
    book = _Book(ahead or wanted(ready), on=ready[0].claim.on)
    additions = Additions(at=at)
    matches = []
    for one, said_by in zip(ready, _each(source, len(ready)), strict=True):
        additions.source = said_by
        matches.append(_match(one, book, additions))
    additions.write()
    return matches


def _each(source: str | Sequence[str], claims: int) -> Sequence[str]:
    return [source] * claims if isinstance(source, str) else source


def lock_matching() -> None:
    """Let nobody else find or add persons until this transaction ends."""
    run("select pg_advisory_xact_lock(%s)", [LOCK])


class _Book:
    """Everybody whom a claim of this batch may meet, by key, and the homes they may share."""

    def __init__(self, wanted: Wanted, *, on: date) -> None:
        self.by_key = candidates(wanted, on=on)
        self.places = places(wanted)

    def candidates(self, keys: Sequence[Key]) -> list[Known]:
        by_key = self.by_key
        held = [by_key[key] for key in keys if key in by_key]
        return list(dict.fromkeys([known for some in held for known in some]))

    def add(self, known: Known, keys: Sequence[Key]) -> None:
        by_key = self.by_key
        for key in keys:
            held = by_key.get(key)
            if held is None:
                by_key[key] = [known]
            elif known not in held and (len(held) < MOST or key[0] == "identifier"):
                held.append(known)


def _match(one: Sought, book: _Book, additions: Additions) -> Match:
    claim, identity, keys = one.claim, one.identity, one.keys
    scored = [
        (known, score(identity, known.identity))
        for known in book.candidates(keys)
        if _could_be(identity, known.identity)
    ]
    sure = [one for one in scored if one[1].verdict == "same"]
    if sure:
        known, found = max(sure, key=lambda one: one[1].value)
        book.add(known, keys)
        _enrich(known, claim, identity, book, additions)
        how: How = "identifier" if _by_number(found) else "scored"
        return Match(person_id=known.person_id, household_id=known.household_id, how=how)
    unsure = [one for one in scored if one[1].verdict == "unsure"]
    known = _add(claim, identity, book, additions, taken=_taken(scored))
    book.add(known, keys)
    if not unsure:
        return Match(person_id=known.person_id, household_id=known.household_id, how="new")
    older, found = max(unsure, key=lambda one: one[1].value)
    additions.ask(newer=known.person_id, older=older.person_id, score=found)
    return Match(
        person_id=known.person_id,
        household_id=known.household_id,
        how="unsure",
        question=older.person_id,
    )


def _could_be(one: Identity, other: Identity) -> bool:
    """Whether the two are worth a score: other births without a common number never reach one.

    Members of a household meet under its address for each other's sake, and are told apart by this.
    """
    if (
        one.birth_date == other.birth_date
        or compare_births(one.birth_date, other.birth_date) != "different"
    ):
        return True
    shares_number = one.nhs_number and one.nhs_number == other.nhs_number
    return bool(shares_number or one.sender_ids & other.sender_ids)


def _by_number(found: Score) -> bool:
    numbers = {"nhs_number", "sender_id"}
    return any(reason.what in numbers and reason.how == "same" for reason in found.reasons)


def _taken(scored: list[tuple[Known, Score]]) -> set[tuple[str, str]]:
    """The identifiers that already stand for somebody: a second person cannot have them too."""
    pairs: set[tuple[str, str]] = set()
    for known, _ in scored:
        pairs |= known.identity.sender_ids
        if known.identity.nhs_number:
            pairs.add(("nhs", known.identity.nhs_number))
    return pairs


def _add(
    claim: PersonClaim,
    identity: Identity,
    book: _Book,
    additions: Additions,
    *,
    taken: set[tuple[str, str]],
) -> Known:
    person = new_id()
    address, household = _household(claim, identity, book, additions)
    additions.person(person, household, claim, identity)
    endpoints: set[UUID] = set()
    for scheme, value in claim.identifiers:
        if (scheme, value) not in taken:
            additions.identifier(person, scheme, value)
    for endpoint in additions.details(person, household, claim, known=()):
        endpoints.add(endpoint)
    if address is not None:
        additions.residence(person, address, household, on=claim.on)
    return Known(
        person_id=person,
        household_id=household,
        identity=identity,
        endpoints=endpoints,
        addresses={address} if address else set(),
    )


def _household(
    claim: PersonClaim, identity: Identity, book: _Book, additions: Additions
) -> tuple[UUID | None, UUID]:
    """The address of a newcomer, where known, and the household that they join or begin."""
    place = _place(claim, identity, book, additions)
    if claim.lives_with is not None:
        return (place.address_id if place else None), claim.lives_with
    if place is None:
        area = claim.home.area if claim.home else ""
        return None, additions.household(None, area=area, joins=False)
    if place.household_id is not None:
        return place.address_id, place.household_id
    # In an institution everybody is a household of their own; elsewhere the first one founds it.
    area = claim.home.area if claim.home else ""
    household = additions.household(place.address_id, area=area, joins=not place.institution)
    if not place.institution:
        (key,) = identity.households
        book.places[key] = place._replace(household_id=household)
    return place.address_id, household


def _place(
    claim: PersonClaim, identity: Identity, book: _Book, additions: Additions
) -> Place | None:
    if claim.home is None or not identity.households:
        return None
    (key,) = identity.households
    place = book.places.get(key)
    if place is None:
        address = additions.address(key, claim.home)
        place = book.places[key] = Place(address, None, claim.home.institution)
    elif claim.home.institution and not place.institution:
        additions.institution(place.address_id)
        place = book.places[key] = Place(place.address_id, None, True)  # noqa: FBT003 - a named tuple
    return place


def _enrich(
    known: Known, claim: PersonClaim, identity: Identity, book: _Book, additions: Additions
) -> None:
    """Add to a known person what this claim says and nobody said before."""
    held = known.identity
    new_numbers = identity.sender_ids - held.sender_ids
    if identity.nhs_number and not held.nhs_number:
        new_numbers = new_numbers | {("nhs", identity.nhs_number)}
    for scheme, value in new_numbers:
        if book.by_key.get(("identifier", scheme, value), [known])[0] is not known:
            continue
        additions.identifier(known.person_id, scheme, value)
    for endpoint in additions.details(
        known.person_id, known.household_id, claim, known=known.endpoints
    ):
        known.endpoints.add(endpoint)
    place = _place(claim, identity, book, additions)
    if place is not None and place.address_id not in known.addresses:
        additions.residence(known.person_id, place.address_id, known.household_id, on=claim.on)
        known.addresses.add(place.address_id)
    said = additions.fill(known, claim, identity)
    known.blanks -= said
    known.identity = replace(
        held,
        nhs_number=held.nhs_number or identity.nhs_number,
        sender_ids=held.sender_ids | identity.sender_ids,
        phones=held.phones | identity.phones,
        households=held.households | identity.households,
        given=held.given or identity.given,
        family=held.family or identity.family,
        birth_date=held.birth_date or identity.birth_date,
    )
