"""Which persons are worth comparing: the keys to look under, from surest to weakest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from throughline.people.rules.identity import Identity
from throughline.people.rules.names import family_words, sound_key

Key = tuple[object, ...]
"""What kind of key it is, and its two parts."""


@dataclass(kw_only=True, slots=True)
class SearchKeys:
    """Look under each of these with `=` in a plain index; who is found by any is compared.

    `sounds_births` find by surname and birth date, `births_homes` and `births_phones` those
    whose surname has changed, `sounds_homes` and `sounds_phones` those without a birth date.
    Not frozen, since there are thousands a second; nobody changes one.
    """

    identifiers: list[Key]
    sounds_births: list[Key]
    births_homes: list[Key]
    births_phones: list[Key]
    sounds_homes: list[Key]
    sounds_phones: list[Key]

    def every(self) -> list[Key]:
        """Return all the keys."""
        return [
            *self.identifiers,
            *self.sounds_births,
            *self.births_homes,
            *self.births_phones,
            *self.sounds_homes,
            *self.sounds_phones,
        ]


def search_keys(identity: Identity) -> SearchKeys:
    """The keys of a person."""
    sounds = {sound_key(word) for word in family_words(identity.family)}
    # Given and family name may have been written in each other's place.
    either = sounds | {sound_key(identity.given)} if identity.given else sounds
    births = _births(identity.birth_date)
    homes, phones = identity.households, identity.phones
    numbers = [("nhs", identity.nhs_number)] if identity.nhs_number else []
    return SearchKeys(
        identifiers=[("identifier", *pair) for pair in (*numbers, *identity.sender_ids)],
        sounds_births=_pairs("sound_birth", either, births),
        births_homes=_pairs("birth_home", births, homes),
        births_phones=_pairs("birth_phone", births, phones),
        sounds_homes=_pairs("sound_home", sounds, homes),
        sounds_phones=_pairs("sound_phone", sounds, phones),
    )


def _pairs(kind: str, these: Iterable[object], those: Iterable[object]) -> list[Key]:
    return [(kind, one, other) for one in these for other in those]


def _births(born: date | None) -> tuple[date, ...]:
    if born is None:
        return ()
    if born.day > 12 or born.day == born.month:
        return (born,)
    return born, date(born.year, born.day, born.month)
