"""One spelling for each telephone number."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

_NOT_DIALLED = re.compile(r"[\s().\-/\u2010-\u2015\u00a0]+")
_BRITISH = re.compile(r"(?:\+44|0044|0)(?:0)?(7[1-57-9]\d{8}|[1-3]\d{9})")
_DRAMA = re.compile(
    r"\+44(?:7700900\d{3}|1632960\d{3}|2079460\d{3}|1134960\d{3}|1144960\d{3}|1154960\d{3}"
    r"|1164960\d{3}|1174960\d{3}|1184960\d{3}|1214960\d{3}|1314960\d{3}|1414960\d{3}"
    r"|1514960\d{3}|1614960\d{3}|1914980\d{3}|2890180\d{3}|2920180\d{3}|8081570\d{3}"
    r"|3069990\d{3})"
)
"""The numbers that Ofcom keeps for drama: nobody can be called there."""


def phone_key(raw: str, *, country: str = "GB", allow_drama: bool = False) -> str | None:
    """The number as +44..., or None when nobody could be called under it."""
    dialled = _NOT_DIALLED.sub("", raw)
    if country == "GB" and (british := _BRITISH.fullmatch(dialled)):
        key = "+44" + british[1]
        if is_drama(key):
            return key if allow_drama else None
        if british[1][0] == "7":
            return key
    return _elsewhere(dialled, country, allow_drama)


def is_drama(key: str) -> bool:
    """Whether a number is one of those kept for drama."""
    return _DRAMA.fullmatch(key) is not None


@lru_cache(maxsize=65536)
def _elsewhere(dialled: str, country: str, allow_drama: bool) -> str | None:  # noqa: FBT001
    try:
        number = phonenumbers.parse(dialled, country)
    except phonenumbers.NumberParseException:
        return None
    key = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if is_drama(key):
        return key if allow_drama else None
    return key if phonenumbers.is_valid_number(number) else None
