"""What falls due in calling: leases that ran out, households that have rested, ranks of another hour."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet

from throughline.calling.models import State, WorkItem
from throughline.calling.queries.ranks import REST_REASON, rank_of
from throughline.calling.queries.terms import terms as terms_in_force
from throughline.calling.rules.hours import bucket
from throughline.core.roles import Role
from throughline.core.tasks import Task
from throughline.journal.actions import Act, record, record_all

BATCH = 1000

EXPIRE = """
with due as (
    select id, agent_id from calling_work_item
    where state = 'leased' and lease_until <= %(at)s
    order by lease_until limit %(batch)s for update skip locked
)
update calling_work_item w set state = case when w.team_id is null then 'waiting' else 'local' end,
    agent_id = null, leased_at = null, lease_until = null, revision = w.revision + 1
from due where w.id = due.id
returning w.id, w.household_id, w.fence, due.agent_id
"""

# An attempt is open only while the lease that began it holds; every other way out of a lease ends here.
END_ATTEMPTS = """
update calling_attempt a set ended_at = greatest(%(at)s, a.started_at), outcome = 'error', reached = false
from (
    select o.id from calling_attempt o join calling_work_item w on w.id = o.item_id
    where o.ended_at is null and (w.state <> 'leased' or w.fence <> o.fence)
    limit %(batch)s for update of o skip locked
) lost where a.id = lost.id
returning a.id, a.item_id, a.supplier_id
"""

SAVE_RANKS = """
update calling_work_item w set rank = r.rank, rank_reasons = r.rank_reasons, rank_bucket = %(bucket)s,
    state = 'waiting', facts = w.facts - %(forget)s::text
from jsonb_to_recordset(%(rows)s::jsonb) as r(id uuid, rank int, rank_reasons text[])
where w.id = r.id
"""


def expire_leases(at: datetime) -> int:
    """Return conversations whose handler fell silent, and end the attempts they left open, not counted."""
    with connection.cursor() as cursor:
        cursor.execute(EXPIRE, {"at": at, "batch": BATCH})
        items = cursor.fetchall()
        cursor.execute(END_ATTEMPTS, {"at": at, "batch": BATCH})
        attempts = cursor.fetchall()
    record_all(
        Act(
            kind="calling.lease_expired",
            at=at,
            subjects=(item_id, household_id),
            body={"fence": fence, "agent": str(agent_id)},
        )
        for item_id, household_id, fence, agent_id in items
    )
    record_all(
        Act(
            kind="calling.attempt_lost",
            at=at,
            subjects=(attempt_id, item_id),
            supplier=supplier_id,
            body={"outcome": "error"},
        )
        for attempt_id, item_id, supplier_id in attempts
    )
    return len(items) + len(attempts)


def wake_rested(at: datetime) -> int:
    """Put households whose rest is over back into their queues, ranked for this hour."""
    rested = WorkItem.objects.filter(state=State.RESTING, callable_from__lte=at)
    count = _rerank(rested.order_by("callable_from"), at)
    if count:
        record("calling.items_woken", at=at, by=None, count=count)
    return count


def refresh_ranks(at: datetime) -> int:
    """Rank anew a batch of waiting items that were ranked for an earlier stretch of time."""
    old = WorkItem.objects.filter(
        state=State.WAITING, rank_bucket__lt=bucket(at, terms_in_force(at))
    )
    count = _rerank(old.order_by("rank_bucket"), at)
    if count:
        record("calling.ranks_refreshed", at=at, by=None, count=count)
    return count


def _rerank(items: QuerySet[WorkItem], at: datetime) -> int:
    terms = terms_in_force(at)
    due = list(
        items.select_for_update(skip_locked=True).values(
            "id", "kind", "opened_at", "window_ends_at", "facts"
        )[:BATCH]
    )
    if not due:
        return 0
    rows = []
    for item in due:
        ranked = rank_of(
            kind=item["kind"],
            opened_at=item["opened_at"],
            window_ends_at=item["window_ends_at"],
            facts=item["facts"],
            terms=terms,
            at=at,
        )
        rows.append({"id": str(item["id"]), "rank": ranked.score, "rank_reasons": ranked.reasons})
    with connection.cursor() as cursor:
        cursor.execute(
            SAVE_RANKS,
            {"rows": json.dumps(rows), "bucket": bucket(at, terms), "forget": REST_REASON},
        )
    return len(rows)


TASKS: tuple[Task, ...] = (
    Task(
        name="calling.expire_leases",
        role=Role.CLOCK,
        every=timedelta(seconds=5),
        run=expire_leases,
    ),
    Task(name="calling.wake_rested", role=Role.CLOCK, every=timedelta(seconds=5), run=wake_rested),
    Task(
        name="calling.refresh_ranks",
        role=Role.CLOCK,
        every=timedelta(seconds=20),
        run=refresh_ranks,
    ),
)
