"""HL7's times (YYYY[MM[DD[HH[MM[SS[.S…]]]]]][+ZZZZ]) in ISO form, with the precision that they have."""

from __future__ import annotations

import re
from functools import lru_cache

_TIME = re.compile(
    r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\.\d{1,6})?)?)?)?)?)?([+-]\d{4})?"
)


@lru_cache(maxsize=8192)
def iso_whole(value: str) -> str:
    """Return a time with seconds and a zone in ISO form, and nothing for one without: mostly times have both."""
    if not _is_whole(value):
        return ""
    return f"{value[:4]}-{value[4:6]}-{value[6:8]}T{value[8:10]}:{value[10:12]}:{value[12:-2]}:{value[-2:]}"


@lru_cache(maxsize=8192)
def iso_moment(value: str, zone: str = "") -> str:
    """Return a time in ISO form; `zone` (+ZZZZ) is that of values that state none.

    Less than a day's precision stays so (2021, 2021-06), a day stays a day; what is no time stays as it is.
    """
    if whole := iso_whole(value):
        return whole
    found = _TIME.fullmatch(value)
    if found is None:
        return value
    year, month, day, hour, minute, second, fraction, stated = found.groups()
    if hour is None:
        return "-".join(part for part in (year, month, day) if part)
    where = stated or zone
    where = f"{where[:3]}:{where[3:]}" if where else ""
    return f"{year}-{month}-{day}T{hour}:{minute or '00'}:{second or '00'}{fraction or ''}{where}"


def _is_whole(value: str) -> bool:
    """Say whether a time has seconds and a zone: the commonest form, and the dearest to take apart."""
    if len(value) < 19 or value[-5] not in "+-":
        return False
    if not (value[:14].isdecimal() and value[-4:].isdecimal()):
        return False
    return len(value) == 19 or (value[14] == "." and len(value) < 27 and value[15:-5].isdecimal())


def iso_day(value: str) -> str:
    """Return the day of a time, as the clock showed it where it was written down."""
    if len(value) == 8 and value.isdecimal():
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    return iso_moment(value)[:10]


def zone_of(value: str) -> str:
    """Return the zone (+ZZZZ) that a time states, or nothing."""
    if _is_whole(value):
        return value[-5:]
    found = _TIME.fullmatch(value)
    return (found[8] or "") if found else ""
