"""The ledger's days: local ones, in the service's time zone."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from throughline.core.models import Service
from throughline.intake.models import Message


def service_zone() -> ZoneInfo:
    """Return the time zone in which days are counted."""
    return ZoneInfo(Service.objects.values_list("zone", flat=True).first() or "Europe/London")


def day_received(message: Message) -> date:
    """Return the local day on which a message arrived."""
    return message.received_at.astimezone(service_zone()).date()


def first_moment(day: date) -> datetime:
    """Return when a local day begins."""
    return datetime.combine(day, time(), tzinfo=service_zone())
