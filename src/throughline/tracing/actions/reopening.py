"""Cases that stand again: their result was reinstated, or what had joined them to another was withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from throughline.core.copying import fetch
from throughline.journal.actions import Act, record_all
from throughline.tracing.actions.closing import NO_DETAILS, NOT_REACHED, REACHED
from throughline.tracing.actions.offering import offer_or_close, window_of
from throughline.tracing.actions.retractions import TOLD
from throughline.tracing.models import Case, Contact, Exposure, Holding
from throughline.tracing.queries.derivations import IN_ERROR
from throughline.tracing.queries.subjects import OPEN

ENDED = (REACHED, NOT_REACHED, NO_DETAILS)


def reopen(episodes: Sequence[UUID], *, at: datetime) -> None:
    """Bring back the cases of these episodes, as they were before they were closed in error or merged.

    Who was reached stays reached; who was still to be called waits again, while a call is of use.
    """
    if not episodes:
        return
    cases = list(Case.objects.select_for_update(of=("self",)).filter(episode_id__in=episodes))
    told = Exposure.objects.filter(contact=OuterRef("id"))
    contacts = list(
        Contact.objects.select_for_update(of=("self",))
        .filter(case__in=cases, outcome=IN_ERROR)
        # Not who was taken back by whoever had told of them.
        .exclude(
            Exists(told.filter(withdrawn_at__isnull=False))
            & ~Exists(told.filter(withdrawn_at=None))
        )
    )
    rows: list[Case | Contact] = [*cases, *contacts]
    ends = _ends_before([one.id for one in rows])
    for case in cases:
        case.merged_into = None
    for contact in contacts:
        contact.released_at = None
    for one in rows:
        _bring_back(one, ends.get(one.id), at=at)
    Holding.objects.bulk_create(_held(one, at) for one in rows if one.outcome == OPEN)
    record_all(
        Act(
            kind=f"tracing.{'case' if isinstance(one, Case) else 'contact'}_reopened",
            at=at,
            subjects=(one.id, one.person_id),
            body={"outcome": one.outcome},
        )
        for one in rows
    )
    offer_or_close(
        [one.household_id for one in rows],
        offered=[one.household_id for one in rows if one.outcome == OPEN],
        reason="reinstated",
        by=None,
        at=at,
    )


def _ends_before(subjects: Sequence[UUID]) -> dict[UUID, str]:
    """How each one's last spell of responsibility ended; one that a correction or a merge ended was open."""
    return dict(
        fetch(
            """select distinct on (subject_id) subject_id, "end" from tracing_holding
            where subject_id = any(%s) and ended_at is not null
            order by subject_id, ended_at desc, id desc""",
            [list(subjects)],
        )
    )


def _bring_back(one: Case | Contact, ended: str | None, *, at: datetime) -> None:
    # Who was told meanwhile that it was wrong must be told again.
    told_back = one.retraction == TOLD
    one.retraction = one.retracted_at = None
    if one.reached_at is not None and not told_back:
        one.outcome = REACHED
    elif ended in ENDED and not told_back:
        one.outcome = str(ended)
    elif window_of(one) <= at:
        one.outcome = NOT_REACHED if one.details_given else NO_DETAILS
    else:
        one.outcome, one.closed_at = OPEN, None
    one.revision += 1
    one.save()


def _held(one: Case | Contact, at: datetime) -> Holding:
    return Holding(
        subject="case" if isinstance(one, Case) else "contact",
        subject_id=one.id,
        household_id=one.household_id,
        managed_by=one.managed_by,
        offered_at=at,
        reason="reopened",
    )
