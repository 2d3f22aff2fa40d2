"""The next spell of responsibility: one ends with its manner, the next begins with another holder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughline.core.context import acting, current
from throughline.core.roles import Role
from throughline.tracing.models import Case, Contact, Holding
from throughline.tracing.queries.subjects import RETRACTION, Subject
from throughline.tracing.rules.acceptance import accept_by


@dataclass(frozen=True, kw_only=True)
class Move:
    """From whoever holds it now to `team` (None: the national pool), as what, and why."""

    end: str  # handed_over | returned | refused | withdrawn
    managed_by: str
    team: UUID | None
    reason: str
    at: datetime
    by: UUID | None


def move_subjects(subjects: Sequence[Subject], move: Move) -> None:
    """End each subject's holding, begin the next one, and change who manages the subject.

    Nobody answers for what is only to be taken back: it goes with the conversation.
    """
    subjects = [one for one in subjects if one.kind != RETRACTION]
    for subject in subjects:
        rows: Sequence[Case | Contact] = (
            (subject.case,) if subject.case is not None else subject.contacts
        )
        for row in rows:
            row.managed_by = move.managed_by
            row.revision += 1
            row.save(update_fields=["managed_by", "revision"])
    ids = {row: subject for subject in subjects for row in _ids(subject)}
    context = current()
    if context is None or context.role in (Role.MATCH, Role.AUTHORITY, Role.CLOCK):
        _next_holdings(ids, move)
        return
    with acting(Role.DISPATCH, user=move.by):
        _next_holdings(ids, move)


def _ids(subject: Subject) -> list[UUID]:
    return [subject.id] if subject.case is not None else [one.id for one in subject.contacts]


def _next_holdings(subjects: dict[UUID, Subject], move: Move) -> None:
    held = {
        one.subject_id: one
        for one in Holding.objects.select_for_update().filter(
            subject_id__in=list(subjects), ended_at__isnull=True
        )
    }
    for one in held.values():
        one.ended_at = max(move.at, one.offered_at)
        one.end, one.reason = move.end, move.reason
        one.save(update_fields=["ended_at", "end", "reason"])
    Holding.objects.bulk_create(
        Holding(
            subject=subject.kind,
            subject_id=subject_id,
            household_id=subject.row.household_id,
            team_id=move.team,
            managed_by=move.managed_by,
            offered_at=move.at,
            # The national pool has no time to accept; what comes back to it the clock leaves there.
            due_at=accept_by(move.at) if move.team else None,
        )
        for subject_id, subject in subjects.items()
    )
