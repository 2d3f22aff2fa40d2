"""One reader per kind of value: text in, our value out, or `Unusable` with what is allowed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from throughline.definitions.forms.mapping import as_shown
from throughline.intake.parsing.writing import NOT_STORED
from throughline.people.rules.addresses import postcode_key
from throughline.people.rules.nhs_numbers import nhs_number_key
from throughline.people.rules.phones import phone_key

Reader = Callable[[str], object]

LONGEST = {"id": 100, "name": 120, "text": 200, "email": 254}
NAMED = 24  # codes that a sentence still names one by one
FLAGS = {"yes": True, "no": False, "true": True, "false": False}
_BETWEEN = re.compile(r"[\s\-]+")
_WORD = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_EMAIL = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_NO_NAME = re.compile(r"^[=+@\-\uff1d\uff0b\uff20\uff0d]|[=<>{}|\\\x00]")
_TURNING = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")


SPREADSHEET_ERRORS = frozenset(
    [
        "#N/A",
        "#VALUE!",
        "#REF!",
        "#DIV/0!",
        "#NUM!",
        "#NAME?",
        "#NULL!",
        "#SPILL!",
        "#CALC!",
        "#GETTING_DATA",
    ]
) | {NOT_STORED}
"""What a spreadsheet shows for a formula that has no value; in CSV that it wrote they are text like any other."""


class Unusable(Exception):
    """A value that cannot be taken."""

    def __init__(self, reason: str, allowed: str) -> None:
        self.reason, self.allowed = reason, allowed
        super().__init__(reason)


def tidy(value: str) -> str:
    """One spelling of a text: composed letters, single spaces, nothing that turns its direction.

    Joiners stay, since Persian and Indic names are written with them.
    """
    if not value.isascii():
        value = _TURNING.sub("", unicodedata.normalize("NFC", value))
    elif value.isprintable() and "  " not in value and value[:1] != "#":
        return value.strip()
    value = " ".join(value.split())
    if value in SPREADSHEET_ERRORS:
        raise Unusable("error", "it stands where a value should be, so put the value into its cell")
    if any(unicodedata.category(letter) == "Cc" for letter in value):
        raise Unusable("control", "only letters that can be seen are allowed, so remove them")
    return value


def text(longest: int) -> Reader:
    """Any text up to a length."""

    def read(value: str) -> str:
        value = tidy(value)
        if len(value) > longest:
            raise Unusable("too_long", f"up to {longest} characters are allowed, so shorten it")
        return value

    return read


def name(value: str) -> str:
    """A person's name: nothing that a spreadsheet would run, nothing that no name has."""
    value = tidy(value)
    if len(value) > LONGEST["name"]:
        raise Unusable("too_long", f"up to {LONGEST['name']} characters are allowed, so shorten it")
    if _NO_NAME.search(value):
        raise Unusable(
            "formula",
            "a name does not begin with = + - @ nor hold = < > { } | \\, so give the name itself",
        )
    return value


def word(value: str) -> str:
    """A code in lower-case words."""
    value = _BETWEEN.sub("_", value.strip().casefold())
    if not _WORD.fullmatch(value) or len(value) > 60:
        raise Unusable("not_a_word", "a code of letters, digits and _ is allowed, so mend it")
    return value


def code(codes: dict[str, str], allowed: tuple[str, ...], otherwise: str | None) -> Reader:
    """A sender's code as ours."""
    table = {each: each for each in allowed} | {k.casefold(): v for k, v in codes.items()}
    accepted = _accepted(codes, table)

    def read(value: str) -> str:
        found = table.get(value) or table.get(value.strip().casefold(), otherwise)
        if found is None:
            raise Unusable(
                "unknown_code",
                f"{accepted} are allowed, so correct it or add it to the mapping",
            )
        return found

    return read


def _accepted(codes: dict[str, str], table: dict[str, str]) -> str:
    """What is allowed, in words: all of it where that is a sentence, else how many there are."""
    if len(table) <= NAMED:
        return f"the values {', '.join(sorted(table))}"
    return f"the {len(codes)} values that its mapping names"


def translated(codes: dict[str, str], otherwise: str | None, then: Reader) -> Reader:
    """A free field with some values translated first; translated to "" they say nothing."""
    table = {key.casefold(): value for key, value in codes.items()}

    def read(value: str) -> object:
        meant = table.get(value.strip().casefold(), otherwise or value)
        return then(meant) if meant else None

    return read


def listed(codes: dict[str, str], then: Reader) -> Reader:
    """A free field that takes the values of a table alone; translated to "" they say nothing."""
    table = {key.casefold(): value for key, value in codes.items()}

    def read(value: str) -> object:
        meant = table.get(value.strip().casefold())
        if meant is None:
            raise Unusable(
                "unknown_code",
                f"the {len(table)} codes of its mapping are allowed, so correct it or add it to the mapping",
            )
        return then(meant) if meant else None

    return read


def ids(split: str | None) -> Reader:
    """One or several of the sender's own numbers."""
    one = text(LONGEST["id"])

    def read(value: str) -> tuple[str, ...]:
        parts = value.split(split) if split else [value]
        return tuple(dict.fromkeys(str(one(part)) for part in parts if part.strip()))

    return read


def age(value: str) -> float:
    """Years, also in parts."""
    try:
        years = float(value)
    except ValueError:
        years = -1.0
    if not 0 <= years <= 130:
        raise Unusable("not_an_age", "years from 0 to 130 are allowed, so correct it")
    return years


def count(value: str) -> int:
    """A whole number; spreadsheets write one with a decimal point too."""
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not (0 <= number < 1e9 and number.is_integer()):
        raise Unusable("not_a_count", "whole numbers from 0 on are allowed, so correct it")
    return int(number)


def flag(codes: dict[str, str], otherwise: str | None) -> Reader:
    """Yes or no."""
    said = code(codes, tuple(FLAGS), otherwise)
    return lambda value: FLAGS[str(said(value))]


def nhs_number(value: str) -> str:
    """Ten digits that fit their check digit."""
    if (key := nhs_number_key(value)) is None:
        raise Unusable("not_a_number", "ten digits with a fitting last one are allowed")
    return key


def postcode(country: str) -> Reader:
    """A postcode; its shape is known for British ones."""
    plain = text(20)

    def british(value: str) -> str:
        if (key := postcode_key(value)) is None:
            raise Unusable("not_a_postcode", "one like AB1 2CD is allowed")
        return key

    return british if country == "GB" else plain


def phone(country: str, *, allow_drama: bool) -> Reader:
    """A telephone number in its international form."""

    def read(value: str) -> str:
        if (key := phone_key(value, country=country, allow_drama=allow_drama)) is None:
            raise Unusable("not_a_phone", "a full number with its area code is allowed")
        return key

    return read


def email(value: str) -> str:
    """An address that a message could be sent to."""
    value = value.strip()
    if len(value) > LONGEST["email"] or not _EMAIL.fullmatch(value):
        raise Unusable("not_an_email", "one like name@example.org is allowed")
    return value


def moment(forms: list[str], zone: str, hour: int) -> Callable[[str], datetime]:
    """A date, with or without a time, as a moment in UTC; a bare date is taken at a stated hour."""
    local = ZoneInfo(zone)
    shown = " or ".join(map(as_shown, forms))
    bare = {form for form in forms if "%H" not in form and "%I" not in form}
    # The two forms below are read by C code; all others by strptime.
    iso = [form for form in forms if form in _ISO]

    @lru_cache(maxsize=4096)
    def of_day(value: str) -> datetime | None:
        for form in forms:
            try:
                found = datetime.strptime(value, form)  # noqa: DTZ007 - the zone is set below
            except ValueError:
                continue
            if form in bare:
                found = datetime.combine(found.date(), time(hour))
            return _in_utc(found, local)
        return None

    def read(value: str) -> datetime:
        value = value.strip()
        found = None
        if len(value) > 10 and iso:
            found = _iso(value, local, iso)
        if found is None:
            found = of_day(value)
        if found is None:
            raise Unusable("not_a_date", f"it is written as {shown}, so correct it")
        return found

    return read


def day(forms: list[str]) -> Callable[[str], date]:
    """A date."""
    shown = " or ".join(map(as_shown, forms))

    iso = "%Y-%m-%d" in forms

    def of_day(value: str) -> date | None:
        if iso and (found := _iso_day(value)):
            return found
        for form in forms:
            try:
                return datetime.strptime(value, form).date()  # noqa: DTZ007 - a day has no zone
            except ValueError:
                continue
        return None

    def read(value: str) -> date:
        if (found := of_day(value.strip())) is None:
            raise Unusable("not_a_date", f"it is written as {shown}, so correct it")
        return found

    return read


def _iso_day(value: str) -> date | None:
    """The commonest form, read by C code; 1930-02-30 and the like fall to strptime."""
    if len(value) != 10 or value[4] != "-" or value[7] != "-":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


_ISO = {
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S%z",
    "%Y-%m-%d %H:%M:%S",
}
_ISO_SHAPE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?")


def _iso(value: str, local: ZoneInfo, forms: list[str]) -> datetime | None:
    shape = _ISO_SHAPE.fullmatch(value)
    if shape is None or f"%Y-%m-%d{value[10]}%H:%M:%S{'%z' if shape[2] else ''}" not in forms:
        return None
    try:
        return _in_utc(datetime.fromisoformat(value), local)
    except ValueError:
        return None


def _in_utc(found: datetime, local: ZoneInfo) -> datetime:
    if found.tzinfo is None:
        found = found.replace(tzinfo=local)
    return found.astimezone(UTC)
