"""A cell's stored value as text, without loss: dates as ISO, whole numbers without a decimal point."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

BUILT_IN = {**dict.fromkeys((*range(14, 18), 22, *range(27, 32), 36, *range(50, 59)), "date"),
            **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35), "date"),
            **dict.fromkeys((45, 46, 47), "span")}  # fmt: skip
"""Number formats that every program knows by number (ECMA-376, 18.8.30), where they are of dates or times."""

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_SPAN = re.compile(r"\[(h+|m+|s+)\]", re.IGNORECASE)
_DATED = re.compile(r"[dmyhs]|AM/PM", re.IGNORECASE)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def kind_of(number: int, own: Mapping[int, str]) -> str:
    """Return `date`, `span` or nothing for a number format, by its number or the text that a workbook gives it."""
    code = own.get(number)
    if code is None:
        return BUILT_IN.get(number, "")
    shown = _LITERAL.sub("", code.split(";", 1)[0])
    if _SPAN.search(shown):
        return "span"
    return "date" if _DATED.search(shown) and "general" not in shown.casefold() else ""


def number(stored: str, kind: str, *, from_1904: bool) -> str:
    """Return a number as its cell means it: digits, a date, a moment, a time of day or a span of time."""
    if stored.isdecimal() and not kind:
        return stored
    try:
        value = float(stored)
    except ValueError:
        return stored
    if kind == "span":
        seconds = round(value * 86400)
        return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    if kind == "date" and 0 <= value < 2_958_466:
        return _moment(value, from_1904=from_1904)
    return str(int(value)) if value.is_integer() and abs(value) < 1e16 else repr(value)


def _moment(value: float, *, from_1904: bool) -> str:
    # A day is kept as a count; of seconds, so that 0.1 of a millisecond makes no 23:59:59.
    days, seconds = divmod(round(value * 86400), 86400)
    if value < 1 and not from_1904:
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    # The calendar from 1900 counts a 29 February of that year, which never was.
    first = (1904, 1, 1) if from_1904 else (1899, 12, 31 if days < 60 else 30)
    moment = datetime(*first) + timedelta(days=days, seconds=seconds)  # noqa: DTZ001 - it has no zone
    return f"{moment:%Y-%m-%d %H:%M:%S}" if seconds else f"{moment:%Y-%m-%d}"


def unescaped(text: str) -> str:
    """Return text with the signs that XML cannot hold put back (_x000D_ is a carriage return)."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def column(letters: str) -> int:
    """Return the place of a column, from 0, of its letters (AB is 27); -1 for what is no column."""
    place = 0
    for letter in letters[:8]:
        place = place * 26 + ord(letter) - 64
    return place - 1
