"""How many calls one person, and one telephone, may get from all suppliers together."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from throughline.calling.rules.hours import local, next_midnight
from throughline.definitions.forms.calling import Calling


@dataclass(frozen=True, kw_only=True)
class Allowed:
    """One more call is within the allowance."""


@dataclass(frozen=True, kw_only=True)
class Refused:
    """No call before `until`; the reason can be read aloud."""

    until: datetime
    reason: str


def allowance(uses: Sequence[datetime], at: datetime, terms: Calling) -> Allowed | Refused:
    """Whether one more call at this moment is allowed after these, all to one person or telephone.

    A use that claims to be later than `at` counts as if it were now: clocks differ a little, and
    nobody is called more often for it.
    """
    rule = terms.allowance
    known = sorted(min(use, at).astimezone(UTC) for use in uses)
    refusals = []
    gap = timedelta(minutes=rule.gap_minutes)
    if known and known[-1] + gap > at:
        refusals.append(
            Refused(
                until=known[-1] + gap,
                reason=f"called {_ago(at - known[-1])}; "
                f"{rule.gap_minutes} minutes must lie between calls",
            )
        )
    today = [use for use in known if local(use, terms).date() == local(at, terms).date()]
    if len(today) >= rule.calls_a_day:
        refusals.append(
            Refused(
                until=next_midnight(at, terms),
                reason=f"called {_times(len(today))} today; {rule.calls_a_day} a day is the most",
            )
        )
    window = timedelta(hours=rule.within_hours)
    recent = [use for use in known if use + window > at]
    if len(recent) >= rule.calls:
        refusals.append(
            Refused(
                until=recent[-rule.calls] + window,
                reason=f"called {_times(len(recent))} in {rule.within_hours} hours; "
                f"{rule.calls} is the most",
            )
        )
    return max(refusals, key=lambda one: one.until) if refusals else Allowed()


def allowance_of_both(
    *, person: Sequence[datetime], telephone: Sequence[datetime], at: datetime, terms: Calling
) -> Allowed | Refused:
    """The person's allowance and the telephone's together: the later refusal holds."""
    refusals = [
        Refused(until=answer.until, reason=f"this {whose} was {answer.reason}")
        for whose, uses in (("person", person), ("telephone", telephone))
        if isinstance(answer := allowance(uses, at, terms), Refused)
    ]
    return max(refusals, key=lambda one: one.until) if refusals else Allowed()


def message_allowed(left: Sequence[datetime], at: datetime, terms: Calling) -> bool:
    """Whether a message may be left on the voicemail after those left before."""
    today = local(at, terms).date()
    return sum(local(one, terms).date() == today for one in left) < terms.allowance.messages_a_day


def _ago(since: timedelta) -> str:
    minutes = int(since.total_seconds() // 60)
    return "just now" if minutes < 1 else f"{minutes} minute{'s' if minutes > 1 else ''} ago"


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")
