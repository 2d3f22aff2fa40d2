"""Whether an exposure makes a contact, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from throughline.definitions.forms.protocol import ContactRule, Protocol
from throughline.tracing.rules.dates import spell
from throughline.tracing.rules.infectious import Anchor, Period

Outcome = Literal["contact", "assumed", "not_contact"]


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """What was told about one person near the case; no last day means that they still live together."""

    kind: str
    first_on: date
    last_on: date | None
    manner: str | None = None
    metres: float | None = None
    minutes_at_once: int | None = None
    minutes_in_day: int | None = None


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """A contact, one assumed until something is known, or none; `last_on` is the last day that counts."""

    outcome: Outcome
    reason: str
    rule: ContactRule | None = None
    last_on: date | None = None

    @property
    def counts(self) -> bool:
        """Whether the person is traced: what is not known never lets anybody off."""
        return self.outcome != "not_contact"


def is_contact(protocol: Protocol, exposure: Exposure, period: Period) -> Verdict:
    """Judge one exposure by the protocol's rules for its kind, the most certain first."""
    outside = _outside(exposure, period)
    if outside:
        return Verdict(outcome="not_contact", reason=outside)
    last_on = _last_counting_day(exposure, period)
    if not exposure.kind:
        reason = "Counts until it is known how they met."
        return Verdict(outcome="assumed", reason=reason, last_on=last_on)
    refusals: list[str] = []
    assumed: Verdict | None = None
    for rule in (rule for rule in protocol.contact if rule.kind == exposure.kind):
        failures = [f for f in _failures(rule, exposure) if f]
        if failures:
            refusals.append(failures[0])
            continue
        unknown = [u for u in _unknowns(rule, exposure) if u]
        if not unknown:
            return Verdict(outcome="contact", reason=f"{rule.meaning}.", rule=rule, last_on=last_on)
        if assumed is None:
            reason = f"Counts until {unknown[0]} is known: {rule.meaning}."
            assumed = Verdict(outcome="assumed", reason=reason, rule=rule, last_on=last_on)
    if assumed is not None:
        return assumed
    reason = " ".join(refusals) or f"This protocol has no contacts by {exposure.kind!r}."
    return Verdict(outcome="not_contact", reason=reason)


def exposure_told(
    *, kind: str, lives_with_case: bool, met_on: date | None, told_on: date
) -> Exposure:
    """The exposure behind one row of the contact grid.

    Who lives with the case has no last day. Without a day for anybody else, the meeting may have been at any
    time until they were named, so the latest day that it can have been is the one that counts.
    """
    if lives_with_case:
        return Exposure(kind="household", first_on=met_on or date.min, last_on=None)
    if met_on is None:
        return Exposure(kind=kind, first_on=date.min, last_on=told_on)
    return Exposure(kind=kind, first_on=met_on, last_on=met_on)


def told_by(protocol: Protocol, anchor: Anchor, *, named_on: date) -> date:
    """The last day on which a meeting without a day can have been, of a contact who was named then.

    That on which they were named; or, in a list of an epidemic of long ago, the last one of the case's illness.
    """
    return min(named_on, anchor.on + timedelta(days=protocol.episode.gap_days))


def _outside(exposure: Exposure, period: Period) -> str:
    if exposure.last_on is not None and exposure.last_on < period.first:
        return (
            f"Last together on {spell(exposure.last_on)}, "
            f"before the infectious days began on {spell(period.first)}."
        )
    if period.last is not None and exposure.first_on > period.last:
        return (
            f"First together on {spell(exposure.first_on)}, "
            f"after the infectious days ended on {spell(period.last)}."
        )
    return ""


def _last_counting_day(exposure: Exposure, period: Period) -> date | None:
    ends = [day for day in (exposure.last_on, period.last) if day is not None]
    return min(ends) if ends else None


def _failures(rule: ContactRule, exposure: Exposure) -> Iterator[str]:
    if rule.manners and exposure.manner is not None and exposure.manner not in rule.manners:
        yield f"Not {' or '.join(rule.manners).replace('_', ' ')}."
    metres = 0.0 if exposure.metres is None or _touched(exposure) else exposure.metres
    if rule.within_metres is not None and metres > rule.within_metres:
        yield f"Nearest was {metres:g} m; the rule is within {rule.within_metres:g} m."
    minutes = _minutes(rule, exposure)
    # Time at once is part of the day's time, so a day that is too short settles both.
    most = minutes if minutes is not None else exposure.minutes_in_day
    if rule.more_than_minutes is not None and most is not None and most <= rule.more_than_minutes:
        yield f"Together {most} minutes; the rule is more than {rule.more_than_minutes}."
    if rule.at_least_minutes is not None and most is not None and most < rule.at_least_minutes:
        yield f"Together {most} minutes; the rule is {rule.at_least_minutes} or longer."


def _unknowns(rule: ContactRule, exposure: Exposure) -> Iterator[str]:
    if rule.manners and exposure.manner is None:
        yield "how they met"
    if rule.within_metres is not None and exposure.metres is None and not _touched(exposure):
        yield "the distance"
    timed = rule.at_least_minutes is not None or rule.more_than_minutes is not None
    if timed and _minutes(rule, exposure) is None:
        yield "the time together"


def _touched(exposure: Exposure) -> bool:
    return exposure.manner in {"skin_to_skin", "coughed_on"}


def _minutes(rule: ContactRule, exposure: Exposure) -> int | None:
    if rule.minutes_counted == "at_once":
        return exposure.minutes_at_once
    known = [m for m in (exposure.minutes_in_day, exposure.minutes_at_once) if m is not None]
    # The longest single spell alone may already be enough, but only the day's sum can be too little.
    if exposure.minutes_in_day is None and known and not _enough(rule, known[0]):
        return None
    return max(known) if known else None


def _enough(rule: ContactRule, minutes: int) -> bool:
    if rule.more_than_minutes is not None:
        return minutes > rule.more_than_minutes
    return rule.at_least_minutes is None or minutes >= rule.at_least_minutes
