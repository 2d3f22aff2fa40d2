"""Dates of cases and contacts with the steps that lead to them, from the rows and the protocol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from throughline.tracing.models import Case, Contact
from throughline.tracing.queries.subjects import Subject
from throughline.tracing.queries.terms import protocol, zone
from throughline.tracing.rules import exposure as rules
from throughline.tracing.rules.dates import Derived, day_of, latest_of, spell
from throughline.tracing.rules.infectious import Anchor, Period, anchor_date, infectious_period
from throughline.tracing.rules.isolation import (
    advice_branch,
    isolation_of_case,
    isolation_of_contact,
)

IN_ERROR = "in_error"


@dataclass(frozen=True, kw_only=True)
class Isolation:
    """What may be told: the last day, whether it is known, whether it is over, and how it was found."""

    until: date | None
    over: bool
    steps: tuple[str, ...]

    @property
    def known(self) -> bool:
        """Whether there is a day to speak of."""
        return self.until is not None

    @property
    def until_long(self) -> str:
        """The day in words, only while it may be told: a day in the past is told to nobody."""
        return spell(self.until) if self.until and not self.over else ""


def anchor_of(case: Case, *, onset_on: date | None = None) -> Anchor | None:
    """Return day 0 of a case; `onset_on` is what is being told just now."""
    return anchor_date(
        onset_on=onset_on or case.onset_on,
        taken_at=case.taken_at,
        reported_at=case.result_at or case.transferred_at,
        zone=zone(),
    )


def period_of(case: Case) -> Period | None:
    """Return the infectious days of a case."""
    anchor = anchor_of(case)
    return (
        infectious_period(protocol(case.protocol, case.protocol_version), anchor)
        if anchor
        else None
    )


def case_isolation(case: Case, *, today: date, onset_on: date | None = None) -> Isolation:
    """Return a case's isolation, with an onset told just now if there is one."""
    anchor = anchor_of(case, onset_on=onset_on)
    if anchor is None:
        return Isolation(until=None, over=False, steps=("No day is known to count from.",))
    derived = isolation_of_case(protocol(case.protocol, case.protocol_version), anchor)
    return _isolation(derived, today=today)


def contacts_isolation(contacts: Iterable[Contact], *, today: date) -> Isolation:
    """Return the isolation of one person who is a contact of several cases: the latest day counts.

    From the stored days alone: the person's handler cannot see the cases, and need not.
    """
    days = [Derived(on=one.isolate_until, steps=(_stored_step(one),)) for one in contacts]
    return _isolation(latest_of(days), today=today)


def isolation_besides(subject: Subject, *, today: date) -> Isolation:
    """Return what still keeps somebody at home when something else that they were told is taken back."""
    own = Case.objects.filter(person_id=subject.person_id, merged_into__isnull=True).exclude(
        outcome=IN_ERROR
    )
    others = Contact.objects.filter(
        person_id=subject.person_id, merged_into__isnull=True, released_at__isnull=True
    ).exclude(outcome=IN_ERROR)
    days = [
        *own.values_list("isolate_until", flat=True),
        *others.values_list("isolate_until", flat=True),
    ]
    ahead = [day for day in days if day is not None and day >= today]
    if not ahead:
        return Isolation(until=None, over=False, steps=("Nothing else keeps them at home.",))
    return Isolation(until=max(ahead), over=False, steps=("Kept at home for another reason.",))


def contact_isolation(contact: Contact, case: Case) -> Derived:
    """Return how a contact's last day was found, from the last exposure, for those who may see the case."""
    anchor = anchor_of(case)
    if anchor is None:
        return Derived(on=None, steps=("No day is known to count from.",))
    judged = protocol(contact.protocol, contact.protocol_version)
    exposure = rules.exposure_told(
        kind=contact.exposure_kind,
        lives_with_case=bool(contact.household),
        met_on=contact.exposed_on,
        told_on=rules.told_by(judged, anchor, named_on=day_of(contact.identified_at, zone=zone())),
    )
    if not rules.is_contact(judged, exposure, infectious_period(judged, anchor)).counts:
        # The onset was corrected after the contact had been told; the day that was told stands.
        return Derived(on=contact.isolate_until, steps=("As told at the time",))
    return isolation_of_contact(judged, exposure, anchor)


def _stored_step(contact: Contact) -> str:
    if contact.isolate_until is None:
        return "No last day can be worked out yet"
    return f"Last day {spell(contact.isolate_until)}, worked out when the contact was named"


def _isolation(derived: Derived, *, today: date) -> Isolation:
    over = advice_branch(derived.on, today=today) == "already_over"
    return Isolation(until=derived.on, over=over, steps=derived.steps)
