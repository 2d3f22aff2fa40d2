"""One spelling for each address, close enough to tell who lives together."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_POSTCODE = re.compile(r"(GIR0AA|[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2})")
_NUMBER = re.compile(r"\b(\d{1,5})\s?([a-z]?)\b")
_FLAT = re.compile(
    r"\b(?:flat|apartment|apt|unit|room|studio)\s*(?:no\.?\s*)?([a-z]?\d{1,4}[a-z]?|[a-z])\b"
)
_SHORT = {"st": "street", "rd": "road", "ave": "avenue", "ln": "lane", "cl": "close", "dr": "drive"}


def postcode_key(raw: str) -> str | None:
    """A British postcode as written on letters, or None when it has not the shape of one."""
    tight = "".join(raw.split()).upper()
    return f"{tight[:-3]} {tight[-3:]}" if _POSTCODE.fullmatch(tight) else None


@lru_cache(maxsize=65536)
def address_key(line_1: str, *, line_2: str = "", town: str = "", postcode: str = "") -> str | None:
    """The same for every way to write one address; None when it says too little to tell.

    With a postcode the flat and the number are enough, or else the name of the house; without
    one the whole first line and the town are needed.
    """
    first, second = _plain(line_1), _plain(line_2)
    if not first and not second:
        return None
    where = "".join(postcode.split()).upper()
    both = f"{first} {second}".strip()
    flat = _FLAT.search(both)
    rest = _FLAT.sub(" ", both) if flat else both
    number = _NUMBER.search(rest)
    flat_said = f"flat {flat[1]} " if flat else ""
    if where and number:
        return f"{where}|{flat_said}{number[1]}{number[2]}"
    if where:
        return f"{where}|{flat_said}{' '.join(rest.split())[:60]}"
    place = _plain(town)
    if not place or not number:
        return None
    return f"{place}|{flat_said}{' '.join(rest.split())}"


def household_key(
    line_1: str, *, line_2: str = "", town: str = "", postcode: str = ""
) -> str | None:
    """What persons of one household share: their address. Never a telephone or a surname."""
    return address_key(line_1, line_2=line_2, town=town, postcode=postcode)


def _plain(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    words = re.sub(r"[^\w\s]+", " ", text.casefold()).split()
    return " ".join(_SHORT.get(word, word) for word in words)


def senders_household_key(sender: str, household_id: str) -> str:
    """A household that a sender numbers itself, where it gives no address."""
    return f"#{sender}|{household_id.strip().casefold()}"
