"""Which cases go to health protection, which rule would have sent one and did not, and who works it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from throughline.definitions.forms.protocol import ComplexRule, Handled, Protocol
from throughline.tracing.rules.dates import count

ManagedBy = Literal["health_protection", "national", "local"]
Subject = Literal["case", "contact"]


@dataclass(frozen=True, kw_only=True)
class LinkedSetting:
    """A setting that the case worked in, lived in or visited."""

    ref: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Escalation:
    """One rule that a setting of the case meets, or (suppressed) matches without enough cases yet."""

    rule: str
    setting: str
    cases: int
    reason: str


@dataclass(frozen=True, kw_only=True)
class Complexity:
    """Both lists are stored and counted, so that a quietly raised threshold shows in the figures."""

    escalations: tuple[Escalation, ...]
    suppressed: tuple[Escalation, ...]

    @property
    def is_complex(self) -> bool:
        """Whether health protection takes the case."""
        return bool(self.escalations)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """The tier and the manager; `handover_hours` is None where there is nothing to hand over."""

    tier: int
    managed_by: ManagedBy
    handover_hours: int | None
    reason: str


def complexity(
    protocol: Protocol,
    settings: Sequence[LinkedSetting],
    counts: Mapping[tuple[str, str], int],
) -> Complexity:
    """Judge each setting of a case by each rule for its kind.

    `counts` holds, by (setting ref, rule name), the cases linked to the setting within the rule's days, this one included;
    a missing count is this one case.
    """
    met: list[Escalation] = []
    short: list[Escalation] = []
    for rule in protocol.complex:
        for setting in settings:
            if setting.kind in rule.settings:
                cases = max(1, counts.get((setting.ref, rule.name), 1))
                found = _escalation(rule, setting, cases)
                (met if cases >= rule.at_least_cases else short).append(found)
    return Complexity(escalations=tuple(met), suppressed=tuple(short))


def tier_and_manager(
    protocol: Protocol,
    *,
    subject: Subject,
    judged: Complexity,
    handover_hours: int | None = None,
) -> Assignment:
    """Who works this case or contact; `handover_hours` is the area's own clock where it has one.

    With 0 hours the local team has the case at once, while its contacts stay with the national callers.
    """
    hours = protocol.calling.handover_hours if handover_hours is None else handover_hours
    if judged.is_complex:
        return Assignment(
            tier=_tier(protocol, "health_protection", subject),
            managed_by="health_protection",
            handover_hours=None,
            reason=judged.escalations[0].reason,
        )
    tier = _tier(protocol, "national", subject)
    if subject == "case" and hours == 0:
        return Assignment(
            tier=tier,
            managed_by="local",
            handover_hours=None,
            reason="The local team has the case from the start.",
        )
    if subject == "contact" and hours == 0:
        return Assignment(
            tier=tier,
            managed_by="national",
            handover_hours=None,
            reason="Contacts stay with the national callers where the local team has the cases.",
        )
    return Assignment(
        tier=tier,
        managed_by="national",
        handover_hours=hours,
        reason=f"No rule sends it to health protection; the local team takes over after {count(hours, 'hour')}.",
    )


def _escalation(rule: ComplexRule, setting: LinkedSetting, cases: int) -> Escalation:
    place = setting.kind.replace("_", " ")
    return Escalation(
        rule=rule.name,
        setting=setting.ref,
        cases=cases,
        reason=(
            f"{count(cases, 'case')} at this {place} in {count(rule.within_days, 'day')}; "
            f"the rule asks for {rule.at_least_cases}."
        ),
    )


def _tier(protocol: Protocol, handled: Handled, subject: Subject) -> int:
    return next(
        tier.number
        for tier in protocol.tier
        if tier.managed_by == handled and subject in tier.takes
    )
