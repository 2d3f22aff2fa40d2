"""Which persons are worth comparing: the keys to look under, from surest to weakest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from throughline.people.rules.identity import Identity
from throughline.people.rules.names import family_words, sound_key


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchKeys:
    """Look under each of these with `=` in a plain index; who is found by any is compared.

    `sounds_births` find by surname and birth date, `births_homes` and `births_phones` those
    whose surname has changed, `sounds_homes` and `sounds_phones` those without a birth date.
    """

    nhs_number: str
    sender_ids: frozenset[tuple[str, str]]
    sounds_births: frozenset[tuple[str, date]]
    births_homes: frozenset[tuple[date, str]]
    births_phones: frozenset[tuple[date, str]]
    sounds_homes: frozenset[tuple[str, str]]
    sounds_phones: frozenset[tuple[str, str]]


def search_keys(identity: Identity) -> SearchKeys:
    """The keys of a person."""
    sounds = {sound_key(word) for word in family_words(identity.family)}
    # Given and family name may have been written in each other's place.
    crossed = {sound_key(identity.given)} if identity.given else set()
    births = _births(identity.birth_date)
    return SearchKeys(
        nhs_number=identity.nhs_number,
        sender_ids=identity.sender_ids,
        sounds_births=frozenset((s, b) for s in sounds | crossed for b in births),
        births_homes=frozenset((b, home) for b in births for home in identity.households),
        births_phones=frozenset((b, phone) for b in births for phone in identity.phones),
        sounds_homes=frozenset((s, home) for s in sounds for home in identity.households),
        sounds_phones=frozenset((s, phone) for s in sounds for phone in identity.phones),
    )


def _births(born: date | None) -> set[date]:
    if born is None:
        return set()
    if born.day > 12:
        return {born}
    return {born, date(born.year, born.day, born.month)}
