"""How long a case or a contact stays at home, when they are asked how they are, and what may be told."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from throughline.definitions.forms.protocol import Advice, Protocol
from throughline.tracing.rules.dates import Derived, plus_days, spell
from throughline.tracing.rules.exposure import Exposure, Verdict, is_contact
from throughline.tracing.rules.infectious import Anchor, infectious_period

Branch = Literal["isolate", "watch", "already_over"]


@dataclass(frozen=True, kw_only=True)
class DayZero:
    """The day that a contact's days are counted from, and why that one."""

    on: date | None
    steps: tuple[str, ...]


def isolation_of_case(protocol: Protocol, anchor: Anchor) -> Derived:
    """The case's last day of isolation."""
    days = protocol.isolation.case_days
    if days is None:
        return Derived(on=None, steps=(*anchor.steps, "Until a clinician ends it; no date is told"))
    until, step = plus_days(anchor.on, days)
    return Derived(on=until, steps=(*anchor.steps, step, f"Last day {spell(until)}"))


def isolation_of_contact(protocol: Protocol, exposure: Exposure, anchor: Anchor) -> Derived:
    """The last day on which a contact isolates or watches for symptoms; refused for a non-contact."""
    zero = day_zero_of_contact(protocol, exposure, anchor)
    if zero.on is None:
        return Derived(
            on=None, steps=(*zero.steps, "No date is told until the case is no longer infectious")
        )
    until, step = plus_days(zero.on, protocol.isolation.contact_days)
    return Derived(on=until, steps=(*zero.steps, step, f"Last day {spell(until)}"))


def day_zero_of_contact(protocol: Protocol, exposure: Exposure, anchor: Anchor) -> DayZero:
    """The day that the contact's days run from."""
    verdict = is_contact(protocol, exposure, infectious_period(protocol, anchor))
    if not verdict.counts:
        raise ValueError(f"This is not a contact and has no dates: {verdict.reason}")
    count_from = verdict.rule.count_from if verdict.rule else "last_exposure"
    if count_from == "case_day_zero" and exposure.last_on is None:
        # One who went on living there counts from the first person's day 0, or it would never end.
        return DayZero(
            on=anchor.on, steps=("Lives with the case, so the case's day 0", *anchor.steps)
        )
    return DayZero(on=verdict.last_on, steps=(_last_step(exposure, verdict),))


def release_on(until: Derived) -> Derived:
    """The first free day: the one after the last day."""
    if until.on is None:
        return until
    free = until.on + timedelta(days=1)
    return Derived(on=free, steps=(*until.steps, f"Released on {spell(free)}"))


def follow_up_dates(
    protocol: Protocol, exposure: Exposure, anchor: Anchor, *, not_before: date
) -> tuple[Derived, ...]:
    """The days on which to ask a contact how they are, leaving out those already gone."""
    zero = day_zero_of_contact(protocol, exposure, anchor)
    start, steps = zero.on, zero.steps
    if start is None:
        # The last exposure is still to come, yet the person may fall ill from the first one on.
        period = infectious_period(protocol, anchor)
        start = max(exposure.first_on, period.first)
        steps = (f"Still exposed; first exposed {spell(start)}",)
    found = []
    for days in protocol.follow_up.days:
        on, step = plus_days(start, days)
        if on >= not_before:
            found.append(Derived(on=on, steps=(*steps, step)))
    return tuple(found)


def advice_branch(until: date | None, *, today: date, advice: Advice = "isolate") -> Branch:
    """The branch of the script: a day in the past is never told to anyone; the last day still counts."""
    return "already_over" if until is not None and until < today else advice


def _last_step(exposure: Exposure, verdict: Verdict) -> str:
    if verdict.last_on is None:
        return "Still lives with the case, whose infectious days have no end yet"
    if exposure.last_on is None or exposure.last_on > verdict.last_on:
        return f"Last infectious day together {spell(verdict.last_on)}"
    return f"Last together {spell(verdict.last_on)} (as told)"
