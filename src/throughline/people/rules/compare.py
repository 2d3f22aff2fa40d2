"""How two values of one kind agree, in levels that the score gives points to."""

from __future__ import annotations

from datetime import date
from typing import Literal

from rapidfuzz.distance import OSA, Levenshtein

from throughline.people.rules.names import family_words, sound_key

Given = Literal["same", "short", "initial", "similar", "different"]
Family = Literal["same", "part", "sounds", "similar", "different"]
Birth = Literal["same", "new_year", "swapped", "one_digit", "different"]


def compare_given(a: str, b: str) -> Given | None:
    """First given names; None when one side says none."""
    if not a or not b:
        return None
    if a == b:
        return "same"
    first_a, first_b = a.split()[0], b.split()[0]
    if first_a == first_b:
        return "same"
    short, long = sorted((first_a, first_b), key=len)
    if len(short) == 1:
        return "initial" if long.startswith(short) else "different"
    if len(short) >= 3 and long.startswith(short):
        return "short"
    if len(short) >= 4 and OSA.distance(first_a, first_b) <= (1 if len(short) < 7 else 2):
        return "similar"
    if len(short) <= 4 and len(short) < len(long) and short[0] == long[0]:
        # Tom may be Thomas: enough to ask, never enough to join.
        return "initial"
    return "different"


def compare_family(a: str, b: str) -> Family | None:
    """Surnames; a part of a doubled name agrees with the whole."""
    if not a or not b:
        return None
    words_a, words_b = family_words(a), family_words(b)
    if words_a == words_b or "".join(words_a) == "".join(words_b):
        return "same"
    if set(words_a) & set(words_b):
        return "part"
    joined_a, joined_b = "".join(words_a), "".join(words_b)
    if sound_key(a) == sound_key(b):
        return "sounds"
    shorter = min(len(joined_a), len(joined_b))
    if shorter >= 4 and OSA.distance(joined_a, joined_b) <= (1 if shorter < 7 else 2):
        return "similar"
    return "different"


def names_crossed(given_a: str, family_a: str, given_b: str, family_b: str) -> bool:
    """Whether one source has put the given name where the family name belongs."""
    return bool(given_a and family_a and given_a != family_a) and (given_a, family_a) == (
        family_b,
        given_b,
    )


def compare_births(a: date | None, b: date | None) -> Birth | None:
    """Birth dates; the first of January is often what is written when nobody knows the day."""
    if a is None or b is None:
        return None
    if a == b:
        return "new_year" if (a.month, a.day) == (1, 1) else "same"
    if a.year == b.year and (a.month, a.day) == (b.day, b.month):
        return "swapped"
    if (a.year == b.year) + (a.month == b.month) + (a.day == b.day) < 2:
        # One digit is in one part; most who share a home end here, and cost no more.
        return "different"
    one_digit = Levenshtein.distance(a.isoformat(), b.isoformat()) == 1
    return "one_digit" if one_digit else "different"


def compare_ages(a: float | None, b: float | None) -> Literal["near", "different"] | None:
    """Ages as told; a year of difference is a birthday."""
    if a is None or b is None:
        return None
    return "near" if abs(a - b) <= 1 else "different"
