"""How long a session lasts, and when it has ended. Pure: the moment is passed in."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(minutes=30)
WARNING = timedelta(minutes=5)
ABSOLUTE = timedelta(hours=12)
# A session that is used is written at most this often, not at every request.
STEP = timedelta(minutes=1)


class Ended(StrEnum):
    """Why a session is over."""

    IDLE = "idle"
    LONG = "long"


def ended(*, began: datetime, seen: datetime, at: datetime) -> Ended | None:
    """Return why the session is over at that moment, or None while it lasts."""
    if at - began >= ABSOLUTE:
        return Ended.LONG
    if at - seen >= IDLE:
        return Ended.IDLE
    return None


def worth_writing(*, seen: datetime, at: datetime) -> bool:
    """Say whether the moment last seen is old enough to be written anew."""
    return at - seen >= STEP
