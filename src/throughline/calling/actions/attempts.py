"""Ringing someone: charged to the person and to the telephone, whichever supplier rings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from django.db import connection, transaction

from throughline.calling.actions.leases import held_item
from throughline.calling.actions.role import moving
from throughline.calling.errors import AllowanceSpent
from throughline.calling.models import Attempt, WorkItem
from throughline.calling.queries.leases import Lease
from throughline.calling.queries.ranks import is_owed_a_call
from throughline.calling.queries.terms import terms as terms_in_force
from throughline.calling.rules.allowance import Refused, allowance_of_both
from throughline.calling.rules.hours import clock
from throughline.core.ids import new_id
from throughline.definitions.forms.calling import Calling
from throughline.journal.actions import record
from throughline.people.models import CallUse

# Only what rings is charged; a text or a letter disturbs nobody in this sense.
RINGS = frozenset({"call"})


def start_attempt(
    *,
    lease: Lease,
    person_id: UUID,
    subject: str,
    subject_id: UUID,
    endpoint_id: UUID | None,
    channel: str,
    by: UUID,
    at: datetime,
) -> UUID:
    """Begin an attempt and return its id. Raises LeaseLost, or AllowanceSpent when a call is one too many.

    The attempt is written in the caller's own role, whose key is the household of the lease.
    """
    with transaction.atomic():
        with moving(by):
            item, agent = held_item(item_id=lease.item_id, fence=lease.fence, by=by, at=at)
            if channel in RINGS:
                _charge(item, person_id, endpoint_id, agent.supplier_id, at)
        attempt = Attempt.objects.create(
            id=new_id(),
            item_id=item.id,
            household_id=item.household_id,
            person_id=person_id,
            subject=subject,
            subject_id=subject_id,
            endpoint_id=endpoint_id,
            supplier_id=agent.supplier_id,
            team_id=item.team_id or agent.team_id,
            agent_id=agent.id,
            fence=lease.fence,
            channel=channel,
            started_at=at,
        )
        record(
            "calling.attempt_started",
            at=at,
            by=by,
            subjects=(attempt.id, item.id, person_id, subject_id),
            supplier=agent.supplier_id,
            channel=channel,
            fence=lease.fence,
        )
    return attempt.id


def uses_of(
    subjects: Iterable[UUID], *, terms: Calling, at: datetime
) -> dict[UUID, list[datetime]]:
    """Return the calls charged to each of these persons and telephones that an allowance can look at."""
    wanted = list(subjects)
    since = at - timedelta(hours=max(25, terms.allowance.within_hours))
    found: dict[UUID, list[datetime]] = {subject: [] for subject in wanted}
    for subject, used in CallUse.objects.filter(subject_id__in=wanted, at__gt=since).values_list(
        "subject_id", "at"
    ):
        found[subject].append(used)
    return found


def _charge(
    item: WorkItem, person_id: UUID, endpoint_id: UUID | None, supplier_id: UUID, at: datetime
) -> None:
    terms = terms_in_force(at)
    charged = {"person": person_id} | ({"endpoint": endpoint_id} if endpoint_id else {})
    _one_at_a_time(charged.values())
    uses = uses_of(charged.values(), terms=terms, at=at)
    answer = allowance_of_both(
        person=uses[person_id],
        telephone=uses[endpoint_id] if endpoint_id else (),
        at=at,
        terms=terms,
    )
    # A call that the household asked for, or an expert was asked for, is made, and counts like any other.
    if isinstance(answer, Refused) and not is_owed_a_call(item.facts):
        raise AllowanceSpent(
            reason=answer.reason, until=answer.until, clock=clock(answer.until, terms)
        )
    CallUse.objects.bulk_create(
        CallUse(kind=kind, subject_id=subject, at=at, supplier_id=supplier_id)
        for kind, subject in charged.items()
    )


def _one_at_a_time(subjects: Iterable[UUID]) -> None:
    """Let nobody else charge these until the transaction ends. Sorted, so that no two wait for each other.

    A statement of its own: what is read next sees what the one before has committed.
    """
    keys = sorted(
        int.from_bytes(blake2b(b"allowance" + one.bytes, digest_size=8).digest(), signed=True)
        for one in subjects
    )
    with connection.cursor() as cursor:
        for key in keys:
            cursor.execute("select pg_advisory_xact_lock(%s)", [key])
