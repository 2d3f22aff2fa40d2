"""The interview in hand, for an act that needs no more of the household than that."""

from __future__ import annotations

from datetime import datetime

from throughline.calling.queries import Lease
from throughline.core.errors import NotFound
from throughline.core.reads import Late, Read
from throughline.core.sight import Sight
from throughline.tracing.models import Interview
from throughline.tracing.queries.households import household
from throughline.tracing.queries.interviews import Talk, talk_of
from throughline.tracing.queries.subjects import subject_by_id

_BEGUN = Read(
    lambda: Interview.objects.filter(
        item_id=Late("item"), ended_at__isnull=True, saved_at__gte=Late("since")
    ).order_by("-saved_at")
)


def talk_in_hand(sight: Sight, *, lease: Lease, subject_ref: str, at: datetime) -> Talk | None:
    """Return the interview with the person named, else the one saved last; None before it was begun."""
    if sight.household != lease.household_id or not sight.covers(lease.household_id, at=at):
        raise NotFound
    home = household(lease.household_id)
    subjects = {one.id: one for one in home.subjects}
    for interview in _BEGUN.all(item=lease.item_id, since=lease.leased_at):
        subject = subjects.get(interview.subject_id) or subject_by_id(
            interview.subject, interview.subject_id
        )
        if subject is not None and subject_ref in ("", str(subject.ref)):
            return talk_of(interview, subject, at=at, home=home)
    return None
