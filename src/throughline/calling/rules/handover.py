"""The clock that gives an unfinished conversation to the local team."""

from datetime import datetime, timedelta


def handover_due(opened_at: datetime, hours: float) -> datetime:
    """When the local team takes over; with 0 hours it holds the work from the start."""
    return opened_at + timedelta(hours=hours)
