"""The interview in hand, locked, once the lease has been found to hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import connection, transaction

from throughline.calling.actions import check_lease
from throughline.calling.queries import Lease
from throughline.core.errors import NotFound, Stale
from throughline.core.prepared import execute
from throughline.core.reads import Late, Read
from throughline.core.remembering import remembered
from throughline.journal.actions import record
from throughline.tracing.errors import ConversationOver
from throughline.tracing.models import Interview
from throughline.tracing.queries.households import Household, household
from throughline.tracing.queries.interviews import Talk, talk_of
from throughline.tracing.queries.subjects import Subject, subject_by_id

P = ParamSpec("P")
R = TypeVar("R")

# All that an act may change on an interview that goes on.
KEEP = """
update tracing_interview
set answers = %(answers)s::jsonb, step = %(step)s, identity_confirmed_at = %(confirmed)s,
    saved_at = %(saved_at)s, revision = %(revision)s
where id = %(id)s
"""
_LOCKED = Read(
    lambda: Interview.objects.select_for_update().filter(ref=Late("ref"), item_id=Late("item"))
)


def one_act(act: Callable[P, R]) -> Callable[P, R]:
    """Run an act in a transaction of its own, or within the caller's without a savepoint.

    For acts that refuse before they write anything: what they refuse leaves nothing to be undone.
    """

    @wraps(act)
    def whole(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return act(*args, **kwargs)
        with transaction.atomic():
            return act(*args, **kwargs)

    return whole


def hold(lease: Lease, *, by: UUID, at: datetime) -> None:
    """Find the lease to hold, and hold it until the request's transaction ends: once is enough."""
    remembered(
        ("held", lease.item_id, lease.fence, by),
        lambda: check_lease(lease=lease, by=by, at=at),
    )


def held_talk(
    lease: Lease, interview_ref: UUID, *, by: UUID, at: datetime, expecting: int | None = None
) -> Talk:
    """Return the open interview of this lease. Raises LeaseLost, NotFound, ConversationOver or Stale."""
    hold(lease, by=by, at=at)
    interview = _LOCKED.first(ref=interview_ref, item=lease.item_id)
    # One that an earlier lease left open must be begun again, so that identity is asked again.
    if interview is None or interview.saved_at < lease.leased_at:
        raise NotFound
    if interview.ended_at is not None:
        raise ConversationOver
    if expecting is not None and expecting != interview.revision:
        raise Stale
    home = household(lease.household_id)
    return talk_of(interview, subject_of(interview, home), at=at, home=home)


def subject_of(interview: Interview, home: Household | None = None) -> Subject:
    """Return the subject of an interview, whether it is still open or not."""
    for one in (home or household(interview.household_id)).subjects:
        if one.id == interview.subject_id:
            return one
    found = subject_by_id(interview.subject, interview.subject_id)
    if found is None:
        raise NotFound
    return found


def keep(interview: Interview, kind: str, *, by: UUID, at: datetime, **body: Any) -> None:
    """Save the interview as one revision more, with its entry: which question, never what was answered."""
    interview.revision += 1
    interview.saved_at = at
    if interview.revision == 1:
        interview.save()
    else:
        execute(
            KEEP,
            {
                "id": interview.id,
                "answers": json.dumps(interview.answers),
                "step": interview.step,
                "confirmed": interview.identity_confirmed_at,
                "saved_at": at,
                "revision": interview.revision,
            },
        )
    record(
        kind,
        at=at,
        by=by,
        subjects=(interview.id, interview.subject_id, interview.person_id, interview.item_id),
        script=interview.script,
        version=interview.script_version,
        revision=interview.revision,
        **body,
    )
