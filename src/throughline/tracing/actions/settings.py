"""What a case told of places, as visits and settings, and the escalations that the rules ask for or just miss."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from throughline.calling import actions as calling
from throughline.calling.models import State, WorkItem
from throughline.core.ids import new_id, new_ref
from throughline.journal.actions import record
from throughline.people.rules.addresses import postcode_key
from throughline.people.rules.names import name_key
from throughline.tracing.actions.handing_over import Move, move_subjects
from throughline.tracing.actions.places import judge_settings
from throughline.tracing.actions.responsibility import share_with
from throughline.tracing.models import Case, Contact, Escalation, Interview, Setting, Visit
from throughline.tracing.queries import terms
from throughline.tracing.queries.derivations import contact_isolation
from throughline.tracing.queries.subjects import OPEN, Subject, case_subject, contact_subject
from throughline.tracing.queries.surroundings import LocalTeams
from throughline.tracing.rules.complexity import Complexity
from throughline.workforce.models import Team

BATCH = 100
NOTHING = "none"
SPECIAL_PLACES = "special_places"
# The script's words for places, where a protocol has another.
KIND_OF = {"hostel": "homeless_hostel"}
NOT_NAMED = "Not named"


@dataclass(frozen=True, kw_only=True)
class Told:
    """One place of one case, as told."""

    kind: str
    name: str
    name_key: str
    postcode: str
    role: str = ""
    from_on: date | None = None
    to_on: date | None = None


def resolve_interviews(at: datetime) -> int:
    """Turn the answers of ended conversations into rows, and return how many were. Needs r_match."""
    interviews = list(
        Interview.objects.select_for_update(skip_locked=True)
        .filter(ended_at__isnull=False, resolved_at__isnull=True)
        .order_by("ended_at")[:BATCH]
    )
    for interview in interviews:
        case = Case.objects.select_for_update(of=("self",)).get(id=interview.subject_id)
        places = list(_told(interview, case))
        judged = [_visit(case, one, at=at) for one in places]
        _date_again(case)
        escalations = [found for one in judged for found in one.escalations]
        if escalations:
            _escalate(case, at=at)
        interview.resolved_at = at
        interview.save(update_fields=["resolved_at"])
        record(
            "tracing.interview_resolved",
            at=at,
            by=None,
            subjects=(interview.id, case.id),
            places=len(places),
            escalations=[found.rule for found in escalations],
            suppressed=[found.rule for one in judged for found in one.suppressed],
        )
    return len(interviews)


def _told(interview: Interview, case: Case) -> Iterator[Told]:
    """The places of an interview: each row of the grid, and each special place that no row names."""
    script = terms.script(interview.script, interview.script_version)
    answers: Mapping[str, Any] = interview.answers
    kinds: set[str] = set()
    for step in script.step:
        rows = answers.get(step.field)
        if step.question is None or step.question.type != "visits_grid":
            continue
        for row in rows if isinstance(rows, list) else ():
            said = str(row.get("kind") or "")
            kind = str(KIND_OF.get(said, said))
            kinds.add(kind)
            yield Told(
                kind=kind,
                name=row.get("name") or NOT_NAMED,
                name_key=name_key(row.get("name", "")) or _own_key(case),
                postcode=postcode_key(row.get("postcode", "")) or "",
                role=row.get("role", ""),
                from_on=_day(row.get("from_on")),
                to_on=_day(row.get("to_on")),
            )
    special = answers.get(SPECIAL_PLACES)
    for code in special if isinstance(special, list) else ():
        special_kind = str(KIND_OF.get(code, code))
        if code != NOTHING and special_kind not in kinds:
            yield Told(kind=special_kind, name=NOT_NAMED, name_key=_own_key(case), postcode="")


def _own_key(case: Case) -> str:
    """A place that nobody named is this case's alone: two such are not one place."""
    return f"case {case.ref}"


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None


def _visit(case: Case, told: Told, *, at: datetime) -> Complexity:
    setting, _ = Setting.objects.get_or_create(
        kind=told.kind,
        name_key=told.name_key,
        postcode=told.postcode,
        defaults={"id": new_id(), "ref": new_ref(), "name": told.name, "area": case.area},
    )
    known = Visit.objects.filter(case=case, setting=setting).exists()
    judged = judge_settings(
        setting.id,
        told.kind,
        terms.protocol(case.protocol, case.protocol_version),
        others=-1 if known else 0,  # the case itself is counted among those stored
        at=at,
    )
    Visit.objects.get_or_create(
        case=case,
        setting=setting,
        from_on=told.from_on,
        defaults={"household_id": case.household_id, "role": told.role, "to_on": told.to_on},
    )
    team = _team(case)
    Escalation.objects.bulk_create(
        (
            Escalation(
                case=case,
                setting=setting,
                household_id=case.household_id,
                rule=found.rule,
                protocol=case.protocol,
                protocol_version=case.protocol_version,
                suppressed=suppressed,
                why=found.reason,
                at=at,
                team_id=team.id if team else None,
            )
            for suppressed, founds in ((False, judged.escalations), (True, judged.suppressed))
            for found in founds
        ),
        ignore_conflicts=True,
    )
    return judged


def _team(case: Case) -> Team | None:
    return next(iter(LocalTeams().of(case.area)), None)


def _date_again(case: Case) -> None:
    """An onset told moves the days of the contacts who have not been told another one yet."""
    for contact in Contact.objects.filter(case=case, outcome=OPEN):
        until = contact_isolation(contact, case).on
        if until != contact.isolate_until:
            contact.isolate_until = until
            contact.revision += 1
            contact.save(update_fields=["isolate_until", "revision"])


def _escalate(case: Case, *, at: datetime) -> None:
    """Give the case and its open contacts to health protection, and their conversations to the team there."""
    if case.managed_by == "health_protection":
        return
    case.managed_by = "health_protection"
    case.revision += 1
    case.save(update_fields=["managed_by", "revision"])
    team = _team(case)
    subjects: list[Subject] = []
    if case.outcome == OPEN:
        subjects.append(case_subject(case))
    subjects += [contact_subject([one]) for one in Contact.objects.filter(case=case, outcome=OPEN)]
    move_subjects(
        subjects,
        Move(
            end="withdrawn",
            managed_by="health_protection",
            team=team.id if team else None,
            reason="escalated",
            at=at,
            by=None,
        ),
    )
    if team is not None:
        share_with(subjects, team.id, why="setting", at=at)
        calling.hand_over(_items(subjects), team_id=team.id, by=None, at=at)
    record(
        "tracing.case_escalated",
        at=at,
        by=None,
        subjects=(case.id, case.person_id, *(one.id for one in subjects)),
        team=team.id if team else None,
    )


def _items(subjects: Sequence[Subject]) -> list[UUID]:
    households = {one.row.household_id for one in subjects}
    return list(
        WorkItem.objects.filter(
            household_id__in=households, state__in=(State.WAITING, State.RESTING)
        ).values_list("id", flat=True)
    )
