"""One case on one page: each date with its derivation, links both ways, and everything that happened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from throughline.calling.models import State, WorkItem
from throughline.core.context import current
from throughline.core.errors import NotFound
from throughline.core.sight import Sight
from throughline.definitions import queries as definitions
from throughline.people.models import Person
from throughline.suppliers.models import Organisation
from throughline.tracing.models import (
    Case,
    CaseShare,
    Contact,
    Escalation,
    Holding,
    NamedContact,
    TestResult,
    Visit,
)
from throughline.tracing.queries import terms
from throughline.tracing.queries.case_cards import (
    CasePage,
    ContactLine,
    Correction,
    DatedLine,
    EscalationLine,
    HoldingLine,
    ItemLine,
    ResultLine,
    UntracedLine,
    VisitLine,
)
from throughline.tracing.queries.case_timeline import timeline
from throughline.tracing.queries.derivations import anchor_of, case_isolation, contact_isolation
from throughline.tracing.queries.person_cards import person_card
from throughline.tracing.queries.subjects import display_name
from throughline.tracing.rules.dates import day_of
from throughline.tracing.rules.infectious import infectious_period
from throughline.workforce.models import Team

WITHDRAWN = "withdrawn"
# Counted from where no first symptom is known.
DAY_ZERO = {"specimen": "the test", "report": "the report"}


def case_page(sight: Sight, ref: UUID, at: datetime) -> CasePage:
    """Return a case with all that hangs on it. Raises NotFound for what the sight does not cover."""
    case = Case.objects.filter(ref=ref).select_related("merged_into").first()
    if case is None or not sight.covers(case.household_id, at=at):
        raise NotFound
    today = day_of(at, zone=terms.zone())
    person = Person.objects.get(id=case.person_id)
    contacts = list(
        Contact.objects.filter(case=case, merged_into__isnull=True).order_by("identified_at", "id")
    )
    return CasePage(
        ref=case.ref,
        person=person_card(person, today, revealed=True),
        disease=case.disease,
        protocol=case.protocol,
        protocol_version=case.protocol_version,
        protocol_title=definitions.get("protocol", case.protocol, case.protocol_version).title,
        tier=case.tier,
        managed_by=case.managed_by,
        managed_by_first=case.managed_by_first,
        area=case.area,
        outcome=case.outcome,
        reached_at=case.reached_at,
        reached_how=case.reached_how or "",
        transferred_at=case.transferred_at,
        symptomatic=case.symptomatic,
        contacts_named=case.contacts_named,
        merged_into_ref=case.merged_into.ref if case.merged_into else None,
        dates=_dates(case, today),
        results=_results(case),
        contacts=tuple(_contact_lines(contacts, case)),
        untraced=_untraced(case),
        contact_of=_contact_of(case),
        other_cases=tuple(
            Case.objects.filter(person_id=case.person_id)
            .exclude(id=case.id)
            .order_by("transferred_at")
            .values_list("ref", flat=True)
        ),
        holdings=_holdings(case, contacts, at),
        escalations=tuple(escalation_lines(Escalation.objects.filter(case=case).order_by("at"))),
        visits=_visits(case),
        shared_with=_shared_with(case),
        item=_item(case),
        timeline=timeline(case, contacts, at),
        revision=case.revision,
    )


def _dates(case: Case, today: date) -> tuple[DatedLine, ...]:
    anchor = anchor_of(case)
    if anchor is None:
        return ()
    rules = terms.protocol(case.protocol, case.protocol_version)
    period = infectious_period(rules, anchor)
    isolation = case_isolation(case, today=today)
    return (
        DatedLine(
            title=f"Day 0: {DAY_ZERO.get(anchor.kind, rules.disease.day_zero)}",
            on=anchor.on,
            steps=anchor.steps,
        ),
        DatedLine(title="Infectious", on=period.first, until=period.last, steps=period.steps),
        DatedLine(title="Isolates until", on=isolation.until, steps=isolation.steps),
    )


def _results(case: Case) -> tuple[ResultLine, ...]:
    rows = TestResult.objects.filter(person_id=case.person_id, disease=case.disease)
    return tuple(
        ResultLine(
            result=one.result,
            test_kind=one.test_kind,
            taken_at=one.taken_at,
            reported_at=one.reported_at,
            received_at=one.received_at,
            exclusion=one.exclusion or "",
            in_episode=one.episode_id == case.episode_id,
            correction=_correction(one),
        )
        for one in rows.select_related("superseded_by").order_by("taken_at", "id")
    )


def _correction(one: TestResult) -> Correction | None:
    if one.superseded_by_id is None:
        return None
    newer = one.superseded_by
    if newer is None:
        # It speaks of somebody whom the reader may not see.
        return Correction(received_at=None, reported_at=None, result="", taken_at=None)
    said = WITHDRAWN if newer.exclusion == WITHDRAWN else newer.result
    return Correction(
        received_at=newer.received_at,
        reported_at=newer.reported_at,
        # Whose result it is now is not told on this person's page.
        result=said if newer.person_id == one.person_id else "",
        taken_at=newer.taken_at if newer.taken_at != one.taken_at else None,
    )


def _contact_lines(contacts: Sequence[Contact], case: Case) -> Iterable[ContactLine]:
    persons = Person.objects.in_bulk([one.person_id for one in contacts])
    became = dict(
        Case.objects.filter(
            id__in=[one.became_case_id for one in contacts if one.became_case_id]
        ).values_list("id", "ref")
    )
    for one in contacts:
        person = persons.get(one.person_id)
        yield ContactLine(
            ref=one.ref,
            case_ref=case.ref,
            name=display_name(person) if person else "",
            exposure_kind=one.exposure_kind,
            household=one.household,
            exposed_on=one.exposed_on,
            isolate_until=one.isolate_until,
            steps=contact_isolation(one, case).steps,
            outcome=one.outcome,
            reached_how=one.reached_how or "",
            became_case_ref=became.get(one.became_case_id) if one.became_case_id else None,
        )


def _contact_of(case: Case) -> tuple[ContactLine, ...]:
    """The cases of which this person was a contact; a case that is not shared keeps its reference."""
    rows = list(Contact.objects.filter(person_id=case.person_id).order_by("identified_at", "id"))
    cases = Case.objects.in_bulk([one.case_id for one in rows])
    names = Person.objects.in_bulk([one.person_id for one in cases.values()])
    lines = []
    for one in rows:
        source = cases.get(one.case_id)
        person = names.get(source.person_id) if source else None
        lines.append(
            ContactLine(
                ref=one.ref,
                case_ref=source.ref if source else None,
                name=display_name(person) if person else "",
                exposure_kind=one.exposure_kind,
                household=one.household,
                exposed_on=one.exposed_on,
                isolate_until=one.isolate_until,
                steps=contact_isolation(one, source).steps if source else (),
                outcome=one.outcome,
                reached_how=one.reached_how or "",
                became_case_ref=case.ref if one.became_case_id == case.id else None,
            )
        )
    return tuple(lines)


def _untraced(case: Case) -> tuple[UntracedLine, ...]:
    return tuple(
        UntracedLine(
            name=" ".join(part for part in (one.given_name, one.family_name) if part)
            or one.phone
            or one.email,
            reason=one.unresolved_reason,
            waiting=one.resolved_at is None,
        )
        for one in NamedContact.objects.filter(case=case, contact__isnull=True).order_by("position")
    )


def _holdings(case: Case, contacts: Sequence[Contact], at: datetime) -> tuple[HoldingLine, ...]:
    rows = list(
        Holding.objects.filter(subject_id__in=[case.id, *(one.id for one in contacts)]).order_by(
            "offered_at", "id"
        )
    )
    teams = dict(
        Team.objects.filter(id__in={one.team_id for one in rows if one.team_id}).values_list(
            "id", "name"
        )
    )
    providers = dict(
        Organisation.objects.filter(
            id__in={one.provider_id for one in rows if one.provider_id}
        ).values_list("id", "name")
    )
    return tuple(
        HoldingLine(
            subject=one.subject,
            holder=(teams.get(one.team_id) if one.team_id else None)
            or (providers.get(one.provider_id) if one.provider_id else None)
            or "National pool",
            managed_by=one.managed_by,
            offered_at=one.offered_at,
            accepted_at=one.accepted_at,
            due_at=one.due_at,
            ended_at=one.ended_at,
            end=one.end or "",
            reason=one.reason,
            late=is_late(one, at),
            of_team=one.team_id is not None,
        )
        for one in rows
    )


def is_late(holding: Holding, at: datetime) -> bool:
    """Say whether a team's acceptance is, or was, later than it was due."""
    if holding.team_id is None or holding.due_at is None:
        return False
    return (holding.accepted_at or holding.ended_at or at) > holding.due_at


def escalation_lines(rows: Iterable[Escalation]) -> Iterable[EscalationLine]:
    """Return escalations with the names of their settings and the references of their cases."""
    for one in rows:
        yield EscalationLine(
            case_ref=one.case.ref,
            rule=one.rule,
            setting=one.setting.name,
            kind=one.setting.kind,
            suppressed=one.suppressed,
            why=one.why,
            at=one.at,
            protocol=one.protocol,
            version=one.protocol_version,
        )


def _visits(case: Case) -> tuple[VisitLine, ...]:
    return tuple(
        VisitLine(
            setting_ref=one.setting.ref,
            name=one.setting.name,
            kind=one.setting.kind,
            role=one.role,
            from_on=one.from_on,
            to_on=one.to_on,
        )
        for one in Visit.objects.filter(case=case)
        .select_related("setting")
        .order_by("from_on", "id")
    )


def _shared_with(case: Case) -> tuple[str, ...]:
    ids = CaseShare.objects.filter(case=case, until_at__isnull=True).values_list(
        "team_id", flat=True
    )
    return tuple(
        Team.objects.filter(id__in=list(ids)).order_by("name").values_list("name", flat=True)
    )


def _item(case: Case) -> ItemLine | None:
    """The open conversation; a local team sees its own."""
    item = (
        WorkItem.objects.filter(household_id=case.household_id).exclude(state=State.CLOSED).first()
    )
    if item is None:
        return None
    context = current()
    team = Team.objects.filter(id=item.team_id).first() if item.team_id else None
    return ItemLine(
        ref=item.ref,
        state=item.state,
        revision=item.revision,
        team_name=team.name if team else "",
        mine=bool(context and context.team and context.team == item.team_id),
        accepted_at=item.accepted_at,
        handover_at=item.handover_at,
    )
