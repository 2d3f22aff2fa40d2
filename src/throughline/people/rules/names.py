"""Names as they compare: one spelling, its words, and how it sounds."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import jellyfish

# fmt: off
PARTICLES = frozenset([
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "dos", "das", "do", "du", "la",
    "le", "el", "al", "ul", "bin", "binti", "bint", "ibn", "ben", "bar", "ap", "ab", "ter", "ten",
    "zu", "zur", "y", "e",
])
# fmt: on
"""Small words that one clerk writes and the next leaves out."""

BEGINNINGS = frozenset(("mac", "mc", "o", "fitz", "st", "san"))
"""Beginnings that one clerk writes apart and the next together: Mac Donald, O Brien."""

TITLES = frozenset(
    ["mr", "mrs", "ms", "miss", "mx", "dr", "prof", "rev", "sir", "dame", "lady", "lord"]
)
ENDINGS = frozenset(["jr", "sr", "junior", "senior", "ii", "iii", "iv"])

_APART = re.compile(r"[^\w]+")
_JOINED = re.compile(r"['\u2019\u2018`\u02bc.]")
_BY_HAND = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


@lru_cache(maxsize=65536)
def name_key(name: str) -> str:
    """A name in plain lower-case letters and single spaces; the same however often applied."""
    text = name.casefold()
    if not text.isascii():
        # Twice: taking a letter apart can leave a capital, and a small one can have an accent.
        text = _bare(_bare(text).casefold()).translate(_BY_HAND)
        text = unicodedata.normalize("NFC", text)
    return " ".join(_APART.sub(" ", _JOINED.sub("", text)).replace("_", " ").split())


def _bare(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


@lru_cache(maxsize=65536)
def family_words(name: str) -> tuple[str, ...]:
    """The words of a surname that carry it, without particles, titles and endings."""
    words = _put_together(name_key(name).split())
    carrying = [w for w in words if w not in PARTICLES and w not in TITLES and w not in ENDINGS]
    return tuple(carrying or words)


def _put_together(words: list[str]) -> list[str]:
    together: list[str] = []
    for word in words:
        if together and together[-1] in BEGINNINGS:
            together[-1] += word
        else:
            together.append(word)
    return together


@lru_cache(maxsize=65536)
def sound_key(name: str) -> str:
    """How a surname sounds, the same for spellings that are often confused.

    Metaphone was made for English; for other letters than a to z the name itself is the key,
    so that no two such names fall together by chance. Doubled names keep the last part's sound,
    which is the one more often given alone.
    """
    words = family_words(name)
    if not words:
        return ""
    last = words[-1]
    return (jellyfish.metaphone(last) if last.isascii() else last) or last


def split_name(full: str) -> tuple[str, str]:
    """Given and family name of a name written as one: "Family, Given" or "Given Family".

    Particles belong to the family name that they precede.
    """
    if "," in full:
        family, _, given = full.partition(",")
        return " ".join(given.split()), " ".join(family.split())
    words = [word for word in full.split() if name_key(word) not in TITLES]
    if len(words) < 2:
        return "", " ".join(words)
    first = len(words) - 1
    if name_key(words[first]) in ENDINGS and first > 1:
        first -= 1
    while first > 1 and name_key(words[first - 1]) in PARTICLES:
        first -= 1
    return " ".join(words[:first]), " ".join(words[first:])
