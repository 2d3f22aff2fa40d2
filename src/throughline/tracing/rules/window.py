"""The time left in which a call is of use."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from throughline.definitions.forms.protocol import Protocol
from throughline.tracing.rules.complexity import Subject
from throughline.tracing.rules.dates import count


@dataclass(frozen=True, kw_only=True)
class CallingWindow:
    """When calling stops being useful, and why then."""

    closes_at: datetime
    reason: str

    def left(self, at: datetime) -> timedelta:
        """The time left at this moment, never below zero."""
        return max(timedelta(0), self.closes_at - at)


def calling_window(
    protocol: Protocol,
    *,
    subject: Subject,
    opened_at: datetime,
    until: date | None,
    zone: ZoneInfo,
) -> CallingWindow:
    """The window of a case (from its transfer) or a contact (from being named).

    It closes after the protocol's useful hours, or with the last day of isolation if that comes first.
    """
    calling = protocol.calling
    hours = calling.useful_hours_case if subject == "case" else calling.useful_hours_contact
    by_hours = opened_at.astimezone(UTC) + timedelta(hours=hours)
    if until is not None:
        midnight = datetime.combine(until + timedelta(days=1), time(), tzinfo=zone).astimezone(UTC)
        if midnight < by_hours:
            return CallingWindow(closes_at=midnight, reason="The last day of isolation ends.")
    return CallingWindow(
        closes_at=by_hours, reason=f"{count(hours, 'hour')} after it was opened have gone by."
    )
