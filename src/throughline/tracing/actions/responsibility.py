"""Responsibility handed on: by the clock to the local team, accepted, returned, handed back, released.

Each step ends one spell and begins the next, so that nobody has it twice and somebody always has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from throughline.calling import actions as calling
from throughline.calling.models import State, WorkItem
from throughline.calling.queries import handovers_due
from throughline.core.context import acting
from throughline.core.errors import NotFound, Stale
from throughline.core.roles import Role
from throughline.journal.actions import Act, record, record_all
from throughline.tracing.actions.closing import (
    NO_DETAILS,
    NOT_REACHED,
    REACHED,
    End,
    close_cases,
    close_contacts,
)
from throughline.tracing.actions.handing_over import Move, move_subjects
from throughline.tracing.actions.retractions import TOLD, took_back
from throughline.tracing.errors import HandoverMoved, ReasonMissing
from throughline.tracing.models import CaseShare, Contact, Holding
from throughline.tracing.queries import terms
from throughline.tracing.queries.subjects import OPEN, RETRACTION, Subject, open_subjects
from throughline.tracing.queries.surroundings import LocalTeams
from throughline.tracing.rules.dates import day_of
from throughline.workforce.models import User

BATCH = 200
RETURN_REASONS = ("wrong_area", "not_ours", "no_capacity", "duplicate", "needs_national")
OUTCOMES = (REACHED, NOT_REACHED, NO_DETAILS)


def hand_over_due(at: datetime) -> int:
    """Give the local teams what was not reached in time, and return how many. Needs r_clock."""
    teams = LocalTeams()
    by_team: dict[UUID, list[UUID]] = {}
    households: dict[UUID, UUID] = {}
    for item_id, household_id, area in handovers_due(at, BATCH):
        team = next(iter(teams.of(area)), None)
        if team is not None:
            by_team.setdefault(team.id, []).append(item_id)
            households[item_id] = household_id
    given = 0
    for team_id, items in by_team.items():
        for item_id in calling.hand_over(items, team_id=team_id, by=None, at=at):
            _to_team(households[item_id], team_id, reason="clock", at=at)
            given += 1
    return given


def _to_team(household_id: UUID, team_id: UUID, *, reason: str, at: datetime) -> None:
    subjects = open_subjects(household_id)
    move_subjects(
        subjects,
        Move(
            end="handed_over",
            managed_by="local",
            team=team_id,
            reason=reason,
            at=at,
            by=None,
        ),
    )
    share_with(subjects, team_id, why="handover", at=at)
    record(
        "tracing.handed_over",
        at=at,
        by=None,
        subjects=(household_id, team_id, *(one.id for one in subjects)),
        reason=reason,
        subjects_open=len(subjects),
    )


def share_with(subjects: Sequence[Subject], team_id: UUID, *, why: str, at: datetime) -> None:
    """Let a team see what it answers for; what it sees already stays as it is."""
    CaseShare.objects.bulk_create(
        (
            CaseShare(
                case_id=one.case.id if one.case is not None else one.contacts[0].case_id,
                household_id=one.row.household_id,
                team_id=team_id,
                why=why,
                from_at=at,
            )
            for one in subjects
        ),
        ignore_conflicts=True,
    )


@transaction.atomic
def accept_handover(*, item_ref: UUID, user: User, expecting: int | None, at: datetime) -> None:
    """Take what was handed to the user's team. Accepting twice is accepting once."""
    item, team_id = _item_of_team(item_ref, user)
    if item.accepted_at is not None:
        return
    _expect(item, expecting)
    calling.accept(item.id, team_id=team_id, by=user.id, at=at)
    subjects = open_subjects(item.household_id)
    with acting(Role.DISPATCH, user=user.id):
        accepted = Holding.objects.filter(
            subject_id__in=_ids(subjects), team_id=team_id, ended_at__isnull=True, accepted_at=None
        ).update(
            # Offered by a machine whose clock is a little ahead: no spell is accepted before its offer.
            accepted_at=Greatest(Value(at), F("offered_at")),
            provider_id=user.organisation_id,
        )
    record(
        "tracing.handover_accepted",
        at=at,
        by=user.id,
        subjects=(item.id, item.household_id, team_id, *_ids(subjects)),
        holdings=accepted,
    )


@transaction.atomic
def return_handover(
    *, item_ref: UUID, user: User, reason: str, expecting: int | None, at: datetime
) -> None:
    """Return what the team cannot work, with a reason: to the national queues, and not by the clock again."""
    if reason not in RETURN_REASONS:
        raise ReasonMissing(RETURN_REASONS)
    item, team_id = _item_of_team(item_ref, user)
    _expect(item, expecting)
    # Sent back unopened it was refused; after it was accepted it is a failure to hold.
    end = "refused" if item.accepted_at is None else "returned"
    calling.give_back(item.id, team_id=team_id, reason=reason, by=user.id, at=at)
    subjects = open_subjects(item.household_id)
    move_subjects(
        subjects,
        Move(end=end, managed_by="national", team=None, reason=reason, at=at, by=user.id),
    )
    record(
        "tracing.handover_returned",
        at=at,
        by=user.id,
        subjects=(item.id, item.household_id, team_id, *_ids(subjects)),
        end=end,
        reason=reason,
    )


@transaction.atomic
def hand_back(
    *,
    item_ref: UUID,
    user: User,
    outcome: str,
    how: str | None,
    expecting: int | None,
    at: datetime,
) -> None:
    """Finish a local team's work on a household with what came of it: the centre sees it at once."""
    if outcome not in OUTCOMES:
        raise ReasonMissing(OUTCOMES)
    item, team_id = _item_of_team(item_ref, user)
    _expect(item, expecting)
    subjects = open_subjects(item.household_id)
    end = End(
        outcome=outcome,
        at=at,
        by=user.id,
        how=(how or "self") if outcome == REACHED else None,
        supplier=user.organisation_id,
        taken_at=item.accepted_at or at,
    )
    close_cases([one.case for one in subjects if one.case is not None], end)
    close_contacts(
        [
            row
            for one in subjects
            for row in Contact.objects.filter(id__in=[contact.id for contact in one.contacts])
        ],
        end,
    )
    for one in subjects:
        if one.kind == RETRACTION:
            state = TOLD if outcome == REACHED else NOT_REACHED
            took_back(one.person_id, state=state, by=user.id, at=at)
    calling.close_items([item.household_id], reason="handed_back", by=user.id, at=at)
    record(
        "tracing.handed_back",
        at=at,
        by=user.id,
        subjects=(item.id, item.household_id, team_id, *_ids(subjects)),
        outcome=outcome,
        how=end.how,
    )


def release_contacts(at: datetime) -> int:
    """Release the contacts whose last day has passed, and return how many. Needs r_clock."""
    today = day_of(at, zone=terms.zone())
    contacts = list(
        Contact.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(released_at__isnull=True, isolate_until__lt=today)
        .select_related("became_case")
        .order_by("isolate_until")[:BATCH]
    )
    if not contacts:
        return 0
    Contact.objects.filter(id__in=[one.id for one in contacts]).update(released_at=at)
    for one in contacts:
        one.released_at = at
    for one in contacts:
        # Who became a case is spoken with as a case, and ends as that one ends.
        own = one.became_case
        if one.outcome == OPEN and (own is None or own.outcome != OPEN):
            reached = own is not None and own.outcome == REACHED
            close_contacts(
                [one],
                End(
                    outcome=REACHED if reached else NOT_REACHED,
                    at=at,
                    by=None,
                    how=own.reached_how if own is not None and reached else None,
                    supplier=own.reached_by if own is not None and reached else None,
                ),
            )
    record_all(
        Act(
            kind="tracing.contact_released",
            at=at,
            subjects=(one.id, one.person_id),
            body={"outcome": one.outcome},
        )
        for one in contacts
    )
    _close_done({one.household_id for one in contacts}, at=at)
    return len(contacts)


def _close_done(households: Iterable[UUID], *, at: datetime) -> None:
    """Close the conversations that nobody is left for; one in a hand ends with its lease."""
    done = [one for one in households if not open_subjects(one)]
    calling.close_items(done, reason="released", by=None, at=at)


def _item_of_team(item_ref: UUID, user: User) -> tuple[WorkItem, UUID]:
    """Return an item that is with the user's team; absent and another team's look the same."""
    item = WorkItem.objects.filter(ref=item_ref, team_id=user.team_id).first()
    if item is None or user.team_id is None:
        raise NotFound
    if item.state not in (State.LOCAL, State.CLOSED):
        raise HandoverMoved
    return item, user.team_id


def _expect(item: WorkItem, expecting: int | None) -> None:
    if item.state != State.LOCAL:
        raise HandoverMoved
    if expecting is not None and expecting != item.revision:
        raise Stale


def _ids(subjects: Iterable[Subject]) -> list[UUID]:
    return [
        row
        for one in subjects
        for row in ([one.id] if one.case is not None else [contact.id for contact in one.contacts])
    ]
