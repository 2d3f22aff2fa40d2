"""Links of a list: each makes somebody a contact of a case, or tells of a further meeting of one who is.

Whoever is spoken with as a case is not rung as a contact; nor is anybody of an epidemic whose days are over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q

from throughline.calling.actions import Offer, offer
from throughline.core.copying import insert
from throughline.core.ids import new_id, new_ref
from throughline.journal.actions import Act, record_all
from throughline.people.models import ContactDetail
from throughline.tracing.actions.contact_offers import offer_of, share_contacts
from throughline.tracing.actions.listed import Settling, Standing
from throughline.tracing.arrivals import NO_CASE, OUTSIDE, YOURSELF, Linked, Met
from throughline.tracing.models import Case, Contact, Exposure
from throughline.tracing.queries import terms
from throughline.tracing.queries.derivations import IN_ERROR
from throughline.tracing.queries.meetings import Judged, Meetings
from throughline.tracing.queries.named import complexity_of
from throughline.tracing.queries.subjects import OPEN
from throughline.tracing.queries.surroundings import LocalTeams, around
from throughline.tracing.rules.became import Ill, case_became
from throughline.tracing.rules.complexity import Assignment, tier_and_manager
from throughline.tracing.rules.isolation import isolation_of_contact
from throughline.workforce.models import Team

WRITTEN = [one.name for one in Contact._meta.concrete_fields if not one.primary_key]  # noqa: SLF001 - Django's own documented way to a model's fields

Pair = tuple[UUID, UUID]


def add_links(batch: Sequence[Met], *, at: datetime) -> list[Linked]:
    """Make the contacts and exposures of these links; return what each came to, in order. Needs r_match."""
    if not batch:
        return []
    adding = _Adding(batch, at=at)
    found = [adding.add(one) for one in batch]
    adding.write()
    return found


class _Adding:
    """The links of one batch on their way to contacts; a later one meets what an earlier one made."""

    def __init__(self, batch: Sequence[Met], *, at: datetime) -> None:
        self.at = at
        self.meetings = Meetings(batch, at=at, others=(one for met in batch for one in met.records))
        index = {one for met in batch if (one := self.meetings.case_met(met)) is not None}
        self.around = around({met.person_id for met in batch})
        self.teams = LocalTeams()
        self.reachable = _reachable(batch)
        self.known = _contacts_of([one.case_id for one in index], batch)
        self.made: dict[Pair, Contact] = {}
        self.changed: dict[Pair, Contact] = {}
        # Of each contact the link that it was judged by last.
        self.judged: dict[Pair, Judged] = {}
        self.unrung: set[Pair] = set()
        self.settling = Settling(at=at, zone=self.meetings.zone)
        self.exposures: list[Exposure] = []
        self.acts: list[Act] = []

    def add(self, met: Met) -> Linked:
        """Make the contact of one link, or a further exposure of a known one."""
        index = self.meetings.case_met(met)
        if index is None:
            return Linked(why=NO_CASE)
        judged = self.meetings.judge(met, index)
        case = judged.case
        if met.person_id == case.person_id or met.case_of & met.records:
            return Linked(why=YOURSELF)
        if not judged.verdict.counts:
            return Linked(why=OUTSIDE, said=judged.verdict.reason)
        pair = (case.id, met.person_id)
        contact = self.made.get(pair) or self.known.get(pair)
        if contact is None or contact.outcome == IN_ERROR:
            contact = self._new(met, judged, before=contact)
        else:
            self._again(contact, met, judged)
        self.judged[pair] = judged
        exposure = Exposure(
            id=new_id(),
            contact_id=contact.id,
            household_id=contact.household_id,
            kind="household" if met.lives_with else met.exposure_kind,
            on=met.exposed_on,
        )
        self.exposures.append(exposure)
        return Linked(contact_id=contact.id, exposure_id=exposure.id)

    def _again(self, contact: Contact, met: Met, judged: Judged) -> None:
        """A further meeting: the later last day counts, and living together outlasts it."""
        pair = (contact.case_id, contact.person_id)
        if pair not in self.made:
            self.changed[pair] = contact
            contact.revision += 1
        is_unrung = pair not in self.made and Settling.was_left_unrung(contact)
        if is_unrung and self._own(met, judged) is None:
            self.unrung.add(pair)
            contact.details_given = self._can_be_reached(met)
        elif contact.outcome != OPEN:
            return
        until = self._until(judged)
        if met.lives_with:
            contact.household, contact.exposure_kind, contact.exposed_on = True, "household", None
        elif met.exposed_on and not contact.household:
            days = (contact.exposed_on, met.exposed_on)
            contact.exposed_on = max(day for day in days if day is not None)
        ends = [day for day in (contact.isolate_until, until) if day is not None]
        contact.isolate_until = max(ends, default=None)

    def _until(self, judged: Judged) -> date | None:
        rules = terms.protocol(judged.case.protocol, judged.case.protocol_version)
        return isolation_of_contact(rules, judged.told, judged.anchor).on

    def _new(self, met: Met, judged: Judged, *, before: Contact | None) -> Contact:
        case = judged.case
        here = self.around[met.person_id]
        assignment = self._assignment(case, self._team_of(met.person_id))
        until = self._until(judged)
        own = self._own(met, judged)
        contact = Contact(
            id=before.id if before else new_id(),
            ref=before.ref if before else new_ref(),
            case_id=case.id,
            person_id=met.person_id,
            household_id=met.household_id,
            protocol=case.protocol,
            protocol_version=case.protocol_version,
            household=met.lives_with,
            exposure_kind="household" if met.lives_with else met.exposure_kind,
            exposed_on=None if met.lives_with else met.exposed_on,
            identified_at=self.at,
            area=here.area,
            region=here.region,
            managed_by_first=assignment.managed_by,
            managed_by=assignment.managed_by,
            tier=str(assignment.tier),
            details_given=self._can_be_reached(met),
            isolate_from=self.meetings.today,
            isolate_until=until,
            became_case_id=own.case_id if own else None,
            revision=before.revision + 1 if before else 1,
        )
        pair = (case.id, met.person_id)
        self.made[pair] = contact
        if before is not None:
            self.changed[pair] = contact
        return contact

    def _own(self, met: Met, judged: Judged) -> Ill | None:
        rules = terms.protocol(judged.case.protocol, judged.case.protocol_version)
        illnesses = self.meetings.illnesses(met.records, met.disease)
        return case_became(
            illnesses,
            of=judged.index,
            gap_days=rules.episode.gap_days,
            until=self._until(judged),
        )

    def _can_be_reached(self, met: Met) -> bool:
        return bool({met.person_id, met.household_id} & self.reachable)

    def _team_of(self, person: UUID) -> Team | None:
        return next(iter(self.teams.of(self.around[person].area)), None)

    def _assignment(self, case: Case, team: Team | None) -> Assignment:
        return tier_and_manager(
            terms.protocol(case.protocol, case.protocol_version),
            subject="contact",
            judged=complexity_of(case),
            handover_hours=team.handover_hours if team else None,
        )

    def _settle(self) -> None:
        """Say how each contact stands, by all the meetings that the batch told of."""
        for pair, contact in self.made.items():
            self.settling.begin(self._standing(pair, contact))
            self._tell(contact, self.judged[pair])
        for pair in sorted(self.unrung):
            contact = self.changed[pair]
            if self.settling.open_again(self._standing(pair, contact)):
                subjects, body = (contact.id, contact.person_id), {"outcome": contact.outcome}
                self.acts.append(
                    Act(kind="tracing.contact_reopened", at=self.at, subjects=subjects, body=body)
                )

    def _standing(self, pair: Pair, contact: Contact) -> Standing:
        judged, team = self.judged[pair], self._team_of(contact.person_id)
        return Standing(
            contact=contact,
            anchor=judged.anchor,
            own=self.meetings.cases.get(contact.became_case_id) if contact.became_case_id else None,
            team=team,
            assignment=self._assignment(judged.case, team),
        )

    def _tell(self, contact: Contact, judged: Judged) -> None:
        subjects = (contact.id, contact.person_id, contact.case_id)
        body = {
            "how": "listed",
            "judged": judged.verdict.outcome,
            "tier": contact.tier,
            "outcome": contact.outcome,
        }
        self.acts.append(
            Act(kind="tracing.contact_identified", at=self.at, subjects=subjects, body=body)
        )
        if contact.became_case_id is not None:
            became = (contact.id, contact.person_id, contact.became_case_id)
            self.acts.append(
                Act(kind="tracing.contact_became_case", at=self.at, subjects=became, body={})
            )

    def write(self) -> None:
        """Write all of it in a few statements, and offer the households of those still to be told."""
        self._settle()
        insert("new_contact", (one for pair, one in self.made.items() if pair not in self.changed))
        Contact.objects.bulk_update(self.changed.values(), WRITTEN, batch_size=1000)
        insert("new_exposure", self.exposures)
        insert("new_holding", self.settling.holdings)
        share_contacts(self.made.values(), self.teams, at=self.at)
        offers = [self._offer(contact, ends) for contact, ends in self.settling.to_ring]
        offer(offers, by=None, at=self.at)
        if self.exposures:
            contacts = sorted({one.contact_id for one in self.exposures})
            body = {"exposures": len(self.exposures), "contacts": len(self.made)}
            added = Act(kind="tracing.links_added", at=self.at, subjects=contacts, body=body)
            record_all([*self.acts, added])

    def _offer(self, contact: Contact, ends: datetime) -> Offer:
        here = self.around[contact.person_id]
        team = self._team_of(contact.person_id)
        return offer_of(contact, here, team, window_ends_at=ends, at=self.at)


def _contacts_of(cases: Collection[UUID], batch: Sequence[Met]) -> dict[Pair, Contact]:
    rows = Contact.objects.select_for_update(of=("self",)).filter(
        case_id__in=list(cases), person_id__in={met.person_id for met in batch}
    )
    return {(one.case_id, one.person_id): one for one in rows.order_by("id")}


def _reachable(batch: Sequence[Met]) -> set[UUID]:
    """The households of these persons with a telephone, and those of them who have one or an e-mail themselves."""
    persons = {met.person_id for met in batch}
    rows = ContactDetail.objects.filter(
        Q(household_id__in={met.household_id for met in batch}, kind="phone")
        | Q(person_id__in=persons, kind__in=("phone", "email")),
        wrong_since__isnull=True,
    ).values_list("person_id", "household_id", "kind")
    return {
        one
        for person, household, kind in rows
        for one in (person, *((household,) if kind == "phone" else ()))
    }
