"""Meetings as a list tells of them: which case each was with, and whether the protocol counts it.

Asked before anybody is added for a meeting that comes to nothing, and again when contacts are made.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch
from throughline.tracing.arrivals import NO_CASE, OUTSIDE, Linked, Meeting
from throughline.tracing.models import Case
from throughline.tracing.queries import terms
from throughline.tracing.queries.derivations import IN_ERROR
from throughline.tracing.rules.became import Ill, case_met
from throughline.tracing.rules.dates import day_of
from throughline.tracing.rules.exposure import Exposure, Verdict, exposure_told, is_contact, told_by
from throughline.tracing.rules.infectious import Anchor, anchor_date, infectious_period


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """A meeting with its case, and what the protocol says of it."""

    case: Case
    index: Ill
    anchor: Anchor
    told: Exposure
    verdict: Verdict


class Meetings:
    """The meetings of one batch, with the cases that they and these other persons may have."""

    def __init__(
        self, batch: Collection[Meeting], *, at: datetime, others: Iterable[UUID] = ()
    ) -> None:
        # Asked once: each meeting has days of its own.
        self.zone = terms.zone()
        self.today = day_of(at, zone=self.zone)
        self.ill = _cases_of({one for met in batch for one in met.case_of} | set(others))
        self.cases = Case.objects.in_bulk(
            [one.case_id for some in self.ill.values() for one in some]
        )

    def illnesses(self, records: Collection[UUID], disease: str) -> list[Ill]:
        """Return the cases of this disease that one person has, on whichever record."""
        return [one for record in records for one in self.ill.get((record, disease), ())]

    def case_met(self, met: Meeting) -> Ill | None:
        """Return the illness in which somebody was met."""
        return case_met(self.illnesses(met.case_of, met.disease), met_on=met.exposed_on)

    def refusal(self, met: Meeting) -> Linked | None:
        """Return why a meeting makes nobody a contact, or nothing where it does."""
        index = self.case_met(met)
        if index is None:
            return Linked(why=NO_CASE)
        verdict = self.judge(met, index).verdict
        return None if verdict.counts else Linked(why=OUTSIDE, said=verdict.reason)

    def judge(self, met: Meeting, index: Ill) -> Judged:
        """Judge a meeting with somebody in this illness."""
        case = self.cases[index.case_id]
        rules = terms.protocol(case.protocol, case.protocol_version)
        anchor = anchor_date(
            onset_on=case.onset_on,
            taken_at=case.taken_at,
            reported_at=case.result_at or case.transferred_at,
            zone=self.zone,
        )
        assert anchor is not None  # noqa: S101 - a case was transferred on some day
        # A kind that the protocol has no rule for is as good as none: it is not known how they met.
        known = any(rule.kind == met.exposure_kind for rule in rules.contact)
        told = exposure_told(
            kind=met.exposure_kind if known else "",
            lives_with_case=met.lives_with,
            met_on=met.exposed_on,
            told_on=told_by(rules, anchor, named_on=self.today),
        )
        verdict = is_contact(rules, told, infectious_period(rules, anchor))
        return Judged(case=case, index=index, anchor=anchor, told=told, verdict=verdict)


def _cases_of(records: Collection[UUID]) -> Mapping[tuple[UUID, str], list[Ill]]:
    """The cases that stand of these persons, by person and disease."""
    found: dict[tuple[UUID, str], list[Ill]] = defaultdict(list)
    for case, person, disease, on in fetch(
        """select id, person_id, disease, coalesce(onset_on, taken_on, transferred_at::date)
        from tracing_case where person_id = any(%s) and merged_into_id is null and outcome <> %s""",
        [list(records), IN_ERROR],
    ):
        found[person, disease].append(Ill(case_id=case, on=on))
    return found
