"""One code for an area, whoever names it."""

from __future__ import annotations

import re
import unicodedata

_APART = re.compile(r"[^a-z0-9]+")


def area_code(area: str, *, postcode: str = "") -> str:
    """The area as a lower-case word: as the sender names it, else the outward part of the postcode."""
    if not area:
        return postcode.split(" ")[0].lower() if " " in postcode else ""
    if not area.isascii():
        area = unicodedata.normalize("NFKD", area)
        area = "".join(letter for letter in area if not unicodedata.combining(letter))
    return _APART.sub("_", area.casefold()).strip("_")
