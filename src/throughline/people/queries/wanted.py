"""All that a batch of claims is looked for under, each key once, as columns that a statement takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, cast

from throughline.core.copying import packed
from throughline.core.keys import endpoint_id
from throughline.people.rules.search import Key
from throughline.people.rules.sought import Sought

FEW = 100
"""Claims up to which a look-up is a prepared one: planning it costs more than so few are."""


@dataclass(kw_only=True, slots=True)
class Wanted:
    """All that many claims are looked for under. Texts are whole columns, as the database takes them.

    `phones` are those of the endpoints by which they are asked for. `few`: see FEW.
    """

    few: bool
    identifiers: list[str]
    sounds_births: list[str]
    homes: str
    births_homes: list[str]
    sounds_homes: list[str]
    endpoints: str
    births_phones: list[str]
    sounds_phones: list[str]
    phones: dict[str, str]


def wanted(sought: Sequence[Sought]) -> Wanted:
    """Put together what all of these are looked for under, each key once."""
    searches = [one.search for one in sought]
    homes = {home for one in sought for home in one.identity.households}
    phones = {phone for one in sought for phone in one.identity.phones}
    of = {phone: str(endpoint_id("phone", phone)) for phone in phones}
    births_phones = {key for s in searches for key in s.births_phones}
    # Who has a birth date is found by it; a sound is for those on either side who have none.
    sounds_homes = {
        (sound, home, not s.births_homes) for s in searches for _, sound, home in s.sounds_homes
    }
    sounds_phones = {
        (of[cast(str, phone)], sound, not s.births_phones)
        for s in searches
        for _, sound, phone in s.sounds_phones
    }
    return Wanted(
        few=len(sought) <= FEW,
        # In order, so that an index is walked in its own.
        identifiers=_columns(
            sorted({key for s in searches for key in s.identifiers}, key=itemgetter(2))
        ),
        sounds_births=_columns(
            sorted({key for s in searches for key in s.sounds_births}, key=itemgetter(1))
        ),
        homes=packed(sorted(homes)),
        births_homes=_columns({key for s in searches for key in s.births_homes}),
        sounds_homes=_columns(sounds_homes, 3),
        endpoints=packed(sorted(of.values())),
        births_phones=_columns((of[cast(str, phone)], birth) for _, birth, phone in births_phones),
        sounds_phones=_columns(sounds_phones, 3),
        phones={endpoint: phone for phone, endpoint in of.items()},
    )


def _columns(keys: Iterable[Key], width: int = 2) -> list[str]:
    """The last parts of each key, a column for each part."""
    listed: list[Any] = list(keys)
    return [packed([key[at] for key in listed]) for at in range(-width, 0)]
