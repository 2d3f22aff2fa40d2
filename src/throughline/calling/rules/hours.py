"""The clock on the wall of the people who are rung: hours of service, days, buckets of time."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from throughline.definitions.forms.calling import Calling

HORIZON_DAYS = 14


def local(at: datetime, terms: Calling) -> datetime:
    """This moment on the clock of the people who are rung."""
    return at.astimezone(ZoneInfo(terms.service.time_zone))


def in_service(at: datetime, terms: Calling) -> bool:
    """Whether people may be rung at this moment."""
    return terms.service.opens <= local(at, terms).hour < terms.service.closes


def next_in_service(at: datetime, terms: Calling) -> datetime:
    """This moment, or the next one at which people may be rung."""
    return next(open_moments(at, terms))


def open_moments(start: datetime, terms: Calling) -> Iterator[datetime]:
    """The first callable moment of each open hour from `start` on, for two weeks.

    An hour that the clock skips in spring is left out; one that it repeats in autumn comes once.
    """
    zone = ZoneInfo(terms.service.time_zone)
    first_day = local(start, terms).date()
    for days in range(HORIZON_DAYS):
        for hour in range(terms.service.opens, terms.service.closes):
            wall = datetime.combine(first_day + timedelta(days=days), time(hour), zone)
            moment = max(wall.astimezone(UTC), start.astimezone(UTC))
            if local(moment, terms).replace(minute=0, second=0, microsecond=0) == wall:
                yield moment


def next_midnight(at: datetime, terms: Calling) -> datetime:
    """When the next day begins there."""
    zone = ZoneInfo(terms.service.time_zone)
    tomorrow = local(at, terms).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time(0), zone).astimezone(UTC)


def bucket(at: datetime, terms: Calling) -> datetime:
    """The beginning of the stretch of time within which a rank stays as it was stored."""
    minutes = terms.rank.bucket_minutes
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute - at.minute % minutes, second=0, microsecond=0)


def clock(at: datetime, terms: Calling) -> str:
    """A moment as a person says it: 14:05."""
    return f"{local(at, terms):%H:%M}"
