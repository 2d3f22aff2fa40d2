"""The ledger's days: local ones, in the service's time zone."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from throughline.core.service import service_zone
from throughline.intake.models import Message

__all__ = ["day_received", "service_zone"]


def day_received(message: Message) -> date:
    """Return the local day on which a message arrived."""
    return _day(message.received_at, service_zone())


@lru_cache(maxsize=1024)
def _day(at: datetime, zone: ZoneInfo) -> date:
    """Asked several times of each message, and the same for all that came together."""
    return at.astimezone(zone).date()


def first_moment(day: date) -> datetime:
    """Return when a local day begins."""
    return datetime.combine(day, time(), tzinfo=service_zone())
