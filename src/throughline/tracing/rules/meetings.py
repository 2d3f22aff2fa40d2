"""What the meetings that still stand make of a contact: whether they live with the case, the last one, and the last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from throughline.definitions.forms.protocol import Protocol
from throughline.tracing.rules.exposure import exposure_told, is_contact, told_by
from throughline.tracing.rules.infectious import Anchor, infectious_period
from throughline.tracing.rules.isolation import isolation_of_contact

HOUSEHOLD = "household"


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """One meeting as it was told. `lives_with`: it says that they live with the case."""

    kind: str
    on: date | None
    lives_with: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Left:
    """A contact as all of these meetings make them."""

    household: bool
    kind: str
    exposed_on: date | None
    until: date | None


def left_of(
    protocol: Protocol, occasions: Sequence[Occasion], anchor: Anchor, *, named_on: date
) -> Left:
    """Put together what these meetings make of a contact; the order of them makes no difference to the days."""
    told_on = told_by(protocol, anchor, named_on=named_on)
    kinds = {rule.kind for rule in protocol.contact}
    period = infectious_period(protocol, anchor)
    ends = []
    for one in occasions:
        told = exposure_told(
            kind=one.kind if one.kind in kinds else "",
            lives_with_case=one.lives_with,
            met_on=one.on,
            told_on=told_on,
        )
        # The case's days may have been corrected since: such a meeting says nothing of the last day.
        if is_contact(protocol, told, period).counts:
            ends.append(isolation_of_contact(protocol, told, anchor).on)
    household = any(one.lives_with for one in occasions)
    days = [one.on for one in occasions if one.on is not None]
    return Left(
        household=household,
        kind=HOUSEHOLD if household else occasions[0].kind,
        exposed_on=None if household else max(days, default=None),
        until=max((day for day in ends if day is not None), default=None),
    )
