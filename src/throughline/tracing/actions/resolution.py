"""From the names that a case gave to persons, contacts and conversations. Only the worker does this.

A row is resolved once: it is locked, and its exposure carries its id, which the database keeps unique.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.calling.actions import offer
from throughline.core.ids import new_id, new_ref
from throughline.journal.actions import Act, record_all
from throughline.people.claims import Match, PersonClaim
from throughline.people.models import Person
from throughline.people.rules.phones import phone_key
from throughline.tracing.actions.closing import (
    NO_DETAILS,
    NOT_REACHED,
    REACHED,
    End,
    close_contacts,
)
from throughline.tracing.actions.contact_offers import due_of, held_by, offer_of, share_contacts
from throughline.tracing.actions.whom import find_named
from throughline.tracing.models import Case, Contact, Exposure, Holding, NamedContact
from throughline.tracing.queries import terms
from throughline.tracing.queries.derivations import IN_ERROR, anchor_of
from throughline.tracing.queries.named import can_be_reached, complexity_of, own_case
from throughline.tracing.queries.subjects import OPEN, is_child
from throughline.tracing.queries.surroundings import Around, LocalTeams, around
from throughline.tracing.rules.acceptance import accept_by
from throughline.tracing.rules.complexity import tier_and_manager
from throughline.tracing.rules.dates import day_of
from throughline.tracing.rules.exposure import Exposure as Told
from throughline.tracing.rules.exposure import Verdict, exposure_told, is_contact, told_by
from throughline.tracing.rules.infectious import Anchor, infectious_period
from throughline.tracing.rules.isolation import isolation_of_contact
from throughline.tracing.rules.window import calling_window
from throughline.workforce.models import Team

BATCH = 200
TOLD_HERE = {"told_now": "household_member", "guardian": "guardian"}
THE_CASE_ITSELF = "This is the person who named them."
NO_CASE = "The laboratory has corrected the result of the person who named them."
# Codes of the journal, which carries no dates of anybody.
OUTSIDE, SELF, CORRECTED = "not_a_contact", "named_themselves", "in_error"


@dataclass(kw_only=True)
class Naming:
    """One row of the grid on its way: how it was judged, and whom it was found to mean."""

    row: NamedContact
    case: Case
    anchor: Anchor
    told: Told
    verdict: Verdict
    match: Match | None = None


def resolve_named(at: datetime) -> int:
    """Resolve the rows that wait, a batch at a time, and return how many. Needs r_match."""
    rows = list(
        NamedContact.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(submitted_at__isnull=False, resolved_at__isnull=True)
        .select_related("case")
        .order_by("submitted_at", "id")[:BATCH]
    )
    namings = [_judged(row) for row in rows]
    counting = [one for one in namings if one.verdict.counts]
    drama = terms.service().accepts_drama_numbers
    matches = find_named([_claim(one, drama=drama) for one in counting], at=at)
    for naming, match in zip(counting, matches, strict=True):
        naming.match = match
        if match.person_id == naming.case.person_id:
            naming.verdict = Verdict(outcome="not_contact", reason=THE_CASE_ITSELF)
    traced = [one for one in counting if one.verdict.counts]
    _leave([one for one in namings if not one.verdict.counts], at=at)
    if traced:
        _trace(traced, at=at)
    return len(rows)


def _judged(row: NamedContact) -> Naming:
    case = row.case
    told_on = day_of(row.submitted_at or row.saved_at, zone=terms.zone())
    anchor = anchor_of(case)
    assert anchor is not None  # noqa: S101 - a case was transferred on some day
    rules = terms.protocol(case.protocol, case.protocol_version)
    told = exposure_told(
        kind=row.exposure_kind,
        lives_with_case=row.same_household,
        met_on=row.last_met_on,
        told_on=told_by(rules, anchor, named_on=told_on),
    )
    verdict = is_contact(rules, told, infectious_period(rules, anchor))
    if case.outcome == IN_ERROR:
        verdict = Verdict(outcome="not_contact", reason=NO_CASE)
    return Naming(row=row, case=case, anchor=anchor, told=told, verdict=verdict)


def _claim(naming: Naming, *, drama: bool) -> PersonClaim:
    row = naming.row
    phone = phone_key(row.phone, allow_drama=drama) if row.phone else None
    return PersonClaim(
        on=day_of(row.submitted_at or row.saved_at, zone=terms.zone()),
        given_name=row.given_name,
        family_name=row.family_name,
        age=float(row.age) if row.age is not None else None,
        phones=(phone,) if phone else (),
        email=row.email,
        lives_with=naming.case.household_id if row.same_household else None,
    )


def _leave(namings: Iterable[Naming], *, at: datetime) -> None:
    """Keep the rows that make no contact, each with its reason."""
    acts = []
    for naming in namings:
        naming.row.resolved_at = at
        naming.row.unresolved_reason = naming.verdict.reason
        naming.row.save(update_fields=["resolved_at", "unresolved_reason"])
        why = {THE_CASE_ITSELF: SELF, NO_CASE: CORRECTED}.get(naming.verdict.reason, OUTSIDE)
        acts.append(
            Act(
                kind="tracing.contact_not_traced",
                at=at,
                subjects=(naming.row.id, naming.case.id),
                body={"reason": why},
            )
        )
    record_all(acts)


def _trace(namings: Sequence[Naming], *, at: datetime) -> None:
    tracing = _Tracing({one.match.person_id for one in namings if one.match}, at=at)
    for naming in namings:
        tracing.add(naming)
    tracing.close_those_told()
    tracing.follow_cases()
    share_contacts(tracing.contacts, tracing.teams, at=at)
    tracing.offer()


class _Tracing:
    """The contacts of one batch, with what decides who works them."""

    def __init__(self, persons: set[UUID], *, at: datetime) -> None:
        self.at = at
        self.around = around(persons)
        self.persons = Person.objects.in_bulk(persons)
        self.teams = LocalTeams()
        self.contacts: list[Contact] = []
        self.ends: list[tuple[Contact, End]] = []

    def add(self, naming: Naming) -> None:
        """Write the contact, or the further exposure of a known one."""
        assert naming.match is not None  # noqa: S101 - it counts, so it was matched
        row, case = naming.row, naming.case
        contact = (
            Contact.objects.select_for_update()
            .filter(case_id=case.id, person_id=naming.match.person_id)
            .first()
        )
        if contact is None:
            contact = self._new(naming, naming.match)
        elif contact.outcome == OPEN:
            _exposed_again(contact, naming)
        Exposure.objects.create(
            contact=contact,
            household_id=contact.household_id,
            kind="household" if row.same_household else row.exposure_kind,
            on=naming.verdict.last_on,
            named_contact_id=row.id,
        )
        row.contact, row.resolved_at = contact, self.at
        row.save(update_fields=["contact", "resolved_at"])
        how = TOLD_HERE.get(row.informed_by)
        if how is not None:
            self.ends.append((contact, self._told(row, case, how, naming.match.person_id)))

    def _new(self, naming: Naming, match: Match) -> Contact:
        row, case = naming.row, naming.case
        here = self.around[match.person_id]
        rules = terms.protocol(case.protocol, case.protocol_version)
        team = self.local(here)
        assignment = tier_and_manager(
            rules,
            subject="contact",
            judged=complexity_of(case),
            handover_hours=team.handover_hours if team else None,
        )
        identified = row.submitted_at or row.saved_at
        until = isolation_of_contact(rules, naming.told, naming.anchor).on
        contact = Contact.objects.create(
            id=new_id(),
            ref=new_ref(),
            case=case,
            person_id=match.person_id,
            household_id=match.household_id,
            protocol=case.protocol,
            protocol_version=case.protocol_version,
            household=row.same_household,
            exposure_kind="household" if row.same_household else row.exposure_kind,
            exposed_on=None if row.same_household else naming.verdict.last_on,
            identified_at=identified,
            area=here.area,
            region=here.region,
            managed_by_first=assignment.managed_by,
            managed_by=assignment.managed_by,
            tier=str(assignment.tier),
            details_given=can_be_reached(row, match, here),
            isolate_from=day_of(identified, zone=terms.zone()),
            isolate_until=until,
        )
        with_team = held_by(contact, team)
        hours = assignment.handover_hours
        due = accept_by(self.at) if with_team else due_of(hours, team, at=self.at)
        Holding.objects.create(
            subject="contact",
            subject_id=contact.id,
            household_id=contact.household_id,
            team_id=with_team,
            managed_by=contact.managed_by,
            offered_at=self.at,
            due_at=due,
        )
        self.contacts.append(contact)
        record_all(
            [
                Act(
                    kind="tracing.contact_identified",
                    at=self.at,
                    subjects=(contact.id, contact.person_id, case.id, row.id),
                    body={"how": match.how, "judged": naming.verdict.outcome, "tier": contact.tier},
                )
            ]
        )
        return contact

    def local(self, here: Around) -> Team | None:
        """Return the local team of where somebody lives."""
        return next(iter(self.teams.of(here.area)), None)

    def _told(self, row: NamedContact, case: Case, how: str, person_id: UUID) -> End:
        told_at = row.submitted_at or row.saved_at
        if how == "guardian" and not self._is_child(row, person_id):
            how = "household_member"
        return End(outcome=REACHED, at=told_at, by=None, how=how, supplier=case.reached_by)

    def _is_child(self, row: NamedContact, person_id: UUID) -> bool:
        if row.age is not None:
            return row.age < 18
        return is_child(self.persons[person_id], day_of(self.at, zone=terms.zone()))

    def close_those_told(self) -> None:
        """Close those who were told in the very conversation that named them."""
        for contact, end in self.ends:
            close_contacts([contact], end)

    def follow_cases(self) -> None:
        """Link contacts who are cases themselves: they are spoken with as cases, and only once."""
        for contact in self.contacts:
            own = own_case(contact)
            if own is None:
                continue
            contact.became_case = own
            contact.save(update_fields=["became_case"])
            record_all(
                [
                    Act(
                        kind="tracing.contact_became_case",
                        at=self.at,
                        subjects=(contact.id, contact.person_id, own.id),
                    )
                ]
            )
            if own.outcome != OPEN and contact.outcome == OPEN:
                close_contacts([contact], self._as(own))

    def _as(self, own: Case) -> End:
        return End(
            outcome=own.outcome
            if own.outcome in (REACHED, NOT_REACHED, NO_DETAILS)
            else NOT_REACHED,
            at=self.at,
            by=None,
            how=own.reached_how,
            supplier=own.reached_by,
        )

    def offer(self) -> None:
        """Offer the households of those still to be told; the others are closed for what they are."""
        offers = []
        for contact in self.contacts:
            if contact.outcome != OPEN or contact.became_case_id is not None:
                continue
            window = calling_window(
                terms.protocol(contact.protocol, contact.protocol_version),
                subject="contact",
                opened_at=contact.identified_at,
                until=contact.isolate_until,
                zone=terms.zone(),
            )
            if not contact.details_given:
                close_contacts([contact], End(outcome=NO_DETAILS, at=self.at, by=None))
            elif window.closes_at <= self.at:
                close_contacts([contact], End(outcome=NOT_REACHED, at=self.at, by=None))
            else:
                here = self.around[contact.person_id]
                ends = window.closes_at
                offers.append(
                    offer_of(contact, here, self.local(here), window_ends_at=ends, at=self.at)
                )
        offer(offers, by=None, at=self.at)


def _exposed_again(contact: Contact, naming: Naming) -> None:
    """A further naming of a contact: the later last day counts, and living together outlasts a meeting."""
    rules = terms.protocol(contact.protocol, contact.protocol_version)
    until = isolation_of_contact(rules, naming.told, naming.anchor).on
    if naming.row.same_household:
        contact.household, contact.exposure_kind, contact.exposed_on = True, "household", None
    elif naming.verdict.last_on and not contact.household:
        contact.exposed_on = max(
            contact.exposed_on or naming.verdict.last_on, naming.verdict.last_on
        )
    days = [day for day in (contact.isolate_until, until) if day is not None]
    contact.isolate_until = max(days) if days else None
    contact.revision += 1
    contact.save()
