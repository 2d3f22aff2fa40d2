"""How long a local team has to take what it was given, whichever way it came to it."""

from datetime import datetime, timedelta

ACCEPT_WITHIN = timedelta(hours=4)


def accept_by(given_at: datetime) -> datetime:
    """When a team that has not accepted shows late: by the clock, an outcome, an escalation or from the start."""
    return given_at + ACCEPT_WITHIN
