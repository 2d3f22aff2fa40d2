"""What this deployment is, read from its one row."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from throughline.core.models import Service
from throughline.core.reads import Read
from throughline.core.remembering import remembered

DEFAULT_ZONE = "Europe/London"


_SERVICE = Read(lambda: Service.objects.filter(id=1))


def service() -> Service:
    """Return the service's row, or the defaults before it is founded."""
    return remembered(
        "service", lambda: _SERVICE.first() or Service(name="Throughline", zone=DEFAULT_ZONE)
    )


def service_zone() -> ZoneInfo:
    """Return the zone in which days begin and clocks are read."""
    return _zone(service().zone)


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
