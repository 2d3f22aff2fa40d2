"""The service's day: when it begins and ends, and which one a moment is in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from throughline.core.service import service_zone


def today(at: datetime) -> date:
    """Return the service's day at that moment."""
    return at.astimezone(service_zone()).date()


def bounds(day: date) -> tuple[datetime, datetime]:
    """Return the first moment of the day and that of the next."""
    zone = service_zone()
    first = datetime.combine(day, time(), zone).astimezone(UTC)
    return first, datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


class DayConverter:
    """A day in an address, such as 2020-10-06."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """Return the day; ValueError, which is no such page, when the calendar has none."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """Return the day as it stands in an address."""
        return value.isoformat()
