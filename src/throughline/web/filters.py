"""How times, dates, numbers and ages are written on pages, in the service's own time zone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.timezone import get_current_timezone
from markupsafe import Markup, escape

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip

_CELL = re.compile(r"<(td|th)(?=[\s>])")


def _local(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError(f"The time {moment.isoformat()} has no zone; pass an aware time.")
    return moment.astimezone(get_current_timezone())


def _day_of(value: date | datetime) -> date:
    return _local(value).date() if isinstance(value, datetime) else value


def clock(moment: datetime) -> str:
    """10:41"""
    return f"{_local(moment):%H:%M}"


def day(value: date | datetime) -> str:
    """3 May 2020"""
    on = _day_of(value)
    return f"{on.day} {MONTHS[on.month - 1]} {on.year}"


def weekday(value: date | datetime) -> str:
    """Sunday 3 May: what a person is told."""
    on = _day_of(value)
    return f"{DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]}"


def moment(value: datetime) -> str:
    """3 May 2020, 10:41"""
    return f"{day(value)}, {clock(value)}"


def age(born: date, on: date) -> int:
    """Whole years on a day; a birthday counts from its own day, 29 February from 1 March."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def span(value: timedelta) -> str:
    """How long, in the two largest units: '2 days 3 hours', '12 minutes', 'under a minute'."""
    minutes = int(abs(value).total_seconds()) // 60
    units = (("day", minutes // 1440), ("hour", minutes // 60 % 24), ("minute", minutes % 60))
    shown = [f"{n} {name}{'' if n == 1 else 's'}" for name, n in units if n]
    return " ".join(shown[:2]) or "under a minute"


def stopwatch(value: timedelta) -> str:
    """03:12, or 1:03:12"""
    seconds = max(int(value.total_seconds()), 0)
    hours, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def count(value: int) -> str:
    """12,345"""
    return f"{value:,}"


def share(part: int, whole: int) -> str:
    """64%; a little is not nothing, nearly all is not all, and nothing out of nothing is a dash."""
    if whole == 0:
        return "–"
    part_of_all = part / whole
    if 0 < part_of_all <= 0.005:
        return "under 1%"
    if 0.995 <= part_of_all < 1:
        return "over 99%"
    return f"{part_of_all:.0%}"


def plural(value: int, one: str, many: str) -> str:
    """1 household, 2,000 households"""
    return f"{value:,} {one if value == 1 else many}"


def digits(code: str) -> str:
    """123 456: a six-figure code in two groups."""
    return f"{code[:3]} {code[3:]}"


def labelled(cells: Markup, columns: Sequence[dict[str, Any]]) -> Markup:
    """The cells of a table's row, each with its role and its column's title, for where columns do not fit."""
    titles = (str(column["title"]) for column in columns)

    def told(found: re.Match[str]) -> str:
        role = "cell" if found[1] == "td" else "rowheader"
        return f'<{found[1]} role="{role}" data-label="{escape(next(titles))}"'

    return Markup(_CELL.sub(told, str(cells)))  # noqa: S704  # what was escaped stays so


FILTERS: dict[str, Callable[..., Any]] = {
    "clock": clock, "day": day, "weekday": weekday, "moment": moment, "age": age, "span": span,
    "stopwatch": stopwatch, "count_of": count, "share": share, "plural": plural, "digits": digits,
    "labelled": labelled,
}  # fmt: skip
