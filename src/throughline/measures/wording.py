"""How figures are written for people: British numbers, percentages, dates and lists."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

SMALL = {"and", "of", "the", "on", "upon"}


def count(number: float | None, *, mark: str = "x") -> str:
    """Write a whole number with commas, 8087 as `8,087`; where there is none, the mark that says why (shorthand.py)."""
    if number is None:
        return f"[{mark}]"
    return f"{int(number):,}"


def percent(share: float | None, *, mark: str = "x", places: int = 1) -> str:
    """Write a fraction as a percentage, halves away from zero; 0.7338 is `73.4%`."""
    if share is None:
        return f"[{mark}]"
    return f"{rounded(share * 100, places):,.{places}f}%"


def decimal(number: float | None, *, mark: str = "x", places: int = 1) -> str:
    """Write a number with so many decimal places."""
    if number is None:
        return f"[{mark}]"
    return f"{rounded(number, places):,.{places}f}"


def rounded(number: float, places: int) -> Decimal:
    """Round as people do at school: halves away from zero, on the shortest decimal that is this number."""
    return Decimal(repr(round(number, 9))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def day(on: date) -> str:
    """Write a date; `4 June 2020`."""
    return f"{on.day} {on:%B %Y}"


def short_day(on: date) -> str:
    """Write a date without its year; `4 Jun`."""
    return f"{on.day} {on:%b}"


def week(first: date) -> str:
    """Write a week by its first and last day; `28 May to 3 June 2020`."""
    last = first + timedelta(days=6)
    if first.year != last.year:
        return f"{day(first)} to {day(last)}"
    return f"{first.day} {first:%B} to {day(last)}"


def listed(parts: Sequence[str]) -> str:
    """Join as a sentence does: `a, b and c`."""
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def named(code: str) -> str:
    """Write a code as a name: `east_midlands` is `East Midlands`; what has capitals already stays as it is."""
    if code != code.lower():
        return code
    words = code.replace("_", " ").split()
    return " ".join(
        word if word in SMALL and place else word.capitalize() for place, word in enumerate(words)
    )


def plural(number: float, one: str, many: str | None = None) -> str:
    """Write a number with its noun: `1 case`, `2 cases`."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def wrapped(text: str, characters: int) -> list[str]:
    """Break a text into lines of at most so many characters, since a chart breaks none by itself."""
    return textwrap.wrap(text, max(characters, 12), break_long_words=False) or [""]


def balanced(text: str, characters: int) -> list[str]:
    """Break a text into as few lines as may be, all about as long: no last line of one word."""
    lines = wrapped(text, characters)
    width = characters
    while width > 12 and len(tighter := wrapped(text, width - 1)) == len(lines):
        lines, width = tighter, width - 1
    return lines
