"""Days as people say them: "yesterday", "Sat", "3 Oct", "3/10/2020". Pure: today is passed in."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
SPOKEN = {"today": 0, "yesterday": 1, "the day before yesterday": 2}

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?(?:[\s./-]+(\d{1,2}))?(?:[\s./-]+(\d{2}|\d{4}))?")
_NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[\s.-]*([a-z]{3,9})\.?,?(?:[\s-]+(\d{2}|\d{4}))?")
_WEEKDAY_FIRST = re.compile(
    r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+(?=\d)"
)
_CLOCK = re.compile(r"(\d{1,2})(?:[:.h ]?(\d{2}))?\s*(am|pm)?")


class Unreadable(ValueError):
    """What was typed is no day or time that we can read; the sentence says what would be."""


def read_day(text: str, *, today: date) -> date | None:
    """Return the day meant, or None for nothing typed. Without a year it is the latest one gone by."""
    said = " ".join(text.lower().split())
    if not said:
        return None
    if said in SPOKEN:
        return today - timedelta(days=SPOKEN[said])
    if said.removesuffix("day")[:3] in WEEKDAYS and not any(c.isdigit() for c in said):
        return _last_weekday(said, today)
    said = _WEEKDAY_FIRST.sub("", said, count=1)
    try:
        return _written(said, today)
    except ValueError:
        raise Unreadable(
            f"“{text.strip()}” is not a day. Write it as 3 Oct, 3/10, Sat or yesterday."
        ) from None


def read_past_day(text: str, *, today: date) -> date | None:
    """As read_day, for things that have happened: no day after today."""
    found = read_day(text, today=today)
    if found is not None and found > today:
        raise Unreadable(
            f"{shown(found, today=today)} is still to come. Enter today or a day before it."
        )
    return found


def read_moment(day: str, clock: str, *, zone: ZoneInfo) -> datetime:
    """Return the moment of a chosen day (ISO) and a typed time: "17:30", "5.30 pm", "9"."""
    found = _CLOCK.fullmatch(clock.strip().lower())
    try:
        if found is None:
            raise ValueError(clock)
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            hour = hour % 12 + (12 if found[3] == "pm" else 0)
        return datetime.combine(date.fromisoformat(day), time(hour, minute), tzinfo=zone)
    except ValueError:
        raise Unreadable(
            "Choose a day and write a time such as 17:30, so that we ring then."
        ) from None


def shown(on: date, *, today: date) -> str:
    """The day as it is written back into its field: Sat 3 Oct, with the year where it is not this one."""
    words = f"{on:%a} {on.day} {on:%b}"
    return words if on.year == today.year else f"{words} {on.year}"


def _last_weekday(said: str, today: date) -> date:
    number = WEEKDAYS.index(said[:3])
    return today - timedelta(days=(today.weekday() - number) % 7)


def _written(said: str, today: date) -> date:
    if found := _ISO.fullmatch(said):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if found := _NAMED.fullmatch(said):
        month = MONTHS.index(found[2][:3]) + 1
        return _in_year(int(found[1]), month, found[3], today)
    found = _NUMBERS.fullmatch(said)
    if found is None:
        raise ValueError(said)
    if found[2] is None:
        return _in_month(int(found[1]), today)
    return _in_year(int(found[1]), int(found[2]), found[3], today)


def _in_year(day: int, month: int, year: str | None, today: date) -> date:
    if year is not None:
        return date(int(year) if len(year) == 4 else 2000 + int(year), month, day)
    this = date(today.year, month, day)
    return this if this <= today else date(today.year - 1, month, day)


def _in_month(day: int, today: date) -> date:
    if day <= today.day:
        return today.replace(day=day)
    return (today.replace(day=1) - timedelta(days=1)).replace(day=day)


def read_birth_day(text: str, *, today: date) -> date:
    """Return a date of birth; a year of two figures is the latest one gone by."""
    said = " ".join(text.lower().split())
    try:
        found = _written(_WEEKDAY_FIRST.sub("", said, count=1), today)
        if not re.search(r"\d{4}", said) and found > today:
            found = found.replace(year=found.year - 100)
    except ValueError:
        raise Unreadable(
            f"“{text.strip()}” is not a date of birth. Write it as 3 10 1985."
        ) from None
    return found
