"""Who may see whom: the only maker of Sight, and each one leaves its reason in the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar
from uuid import UUID

from django.db import transaction

from throughline.calling.queries import Lease
from throughline.core.errors import NotFound
from throughline.core.sight import Sight
from throughline.journal.actions import record
from throughline.tracing.models import Case, Contact
from throughline.workforce.models import JobRole, User

# How long one look at a case or a list lasts: a page, its parts and a form that comes back.
LOOK = timedelta(minutes=30)


class Listed(Protocol):
    """A row of a list that shows people."""

    @property
    def persons(self) -> Sequence[UUID]:
        """Whom the row shows."""


L = TypeVar("L", bound=Listed)
OPENS_CASES = frozenset({JobRole.LOCAL, JobRole.AUTHORITY})


@transaction.atomic
def sight_of_lease(*, user_id: UUID, lease: Lease, at: datetime) -> Sight:
    """Let a handler see the household in hand, for as long as the lease lasts: one entry for each look."""
    sight = sight_in_act(user_id=user_id, lease=lease, at=at)
    record(
        "access.household_seen",
        at=at,
        by=user_id,
        subjects=(lease.household_id, lease.item_id),
        why=sight.why,
        fence=lease.fence,
    )
    return sight


def sight_in_act(*, user_id: UUID, lease: Lease, at: datetime) -> Sight:
    """Let an act on the household in hand read it. The act's own entry says who saw it and why.

    Where the act is refused and the household is shown again, that is a look: ask for `sight_of_lease`.
    """
    if at > lease.lease_until:
        raise NotFound
    return Sight(
        who=user_id, household=lease.household_id, why="conversation", until=lease.lease_until
    )


@transaction.atomic
def sight_of_case(*, user: User, ref: UUID, why: str, at: datetime) -> Sight:
    """Let a local team or the authority see one case or contact, with its household.

    The database shows a local team what is shared with it, so absent and not-yours come to the same here:
    NotFound. `why` is a code: `list`, `queue`, `question`, `handover`, `reference`.
    """
    found = _household_of(ref) if user.role in OPENS_CASES else None
    if found is None:
        raise NotFound
    subject_id, person_id, household_id = found
    record(
        "access.case_seen",
        at=at,
        by=user.id,
        subjects=(subject_id, person_id, household_id),
        why=why,
    )
    return Sight(who=user.id, household=household_id, why=why, until=at + LOOK)


@transaction.atomic
def sight_of_lists(*, user: User, why: str, at: datetime) -> Sight:
    """Let a local team or the authority see a list that names no person, such as settings."""
    sight = _of_lists(user, why, at)
    record("access.list_seen", at=at, by=user.id, subjects=(user.id,), why=why)
    return sight


@transaction.atomic
def look_at_list(
    *, user: User, why: str, at: datetime, read: Callable[[Sight], Sequence[L]]
) -> Sequence[L]:
    """Let a local team or the authority see a list of people: those that the role's key covers.

    The entry is about everybody who stands in it, so that each of them can be told who saw them.
    """
    rows = read(_of_lists(user, why, at))
    seen = dict.fromkeys(person for row in rows for person in row.persons)
    record("access.list_seen", at=at, by=user.id, subjects=(user.id, *seen), why=why)
    return rows


def _of_lists(user: User, why: str, at: datetime) -> Sight:
    if user.role not in OPENS_CASES:
        raise NotFound
    return Sight(who=user.id, household=None, why=why, until=at + LOOK)


def _household_of(ref: UUID) -> tuple[UUID, UUID, UUID] | None:
    for model in (Case, Contact):
        found = model.objects.filter(ref=ref).values_list("id", "person_id", "household_id").first()
        if found:
            return (found[0], found[1], found[2])
    return None
