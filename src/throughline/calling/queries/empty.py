"""Why a hand is empty, from counts that stay cheap however long the queues are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Min

from throughline.calling.models import State, WorkItem
from throughline.calling.queries.terms import terms
from throughline.calling.rules.empty import COUNTED_TO, Empty, EmptyFacts, empty_queue_reason
from throughline.calling.rules.hours import in_service
from throughline.calling.rules.queues import Queue, Reach, from_key, queues_for
from throughline.workforce.models import Agent, AgentState

# From queue to queue by the index of the waiting or of the resting items, never from item to item.
QUEUES = """
with recursive q as (
    (select queue from calling_work_item where state = %(state)s order by queue limit 1)
    union all
    select n.queue from q cross join lateral (
        select queue from calling_work_item where state = %(state)s and queue > q.queue
        order by queue limit 1) n
) select queue from q
"""


def why_empty(user_id: UUID, at: datetime, *, next_results_at: datetime | None = None) -> Empty:
    """Say why this user was given nothing, and when to look again. Runs as r_dispatch."""
    agent = Agent.objects.filter(user_id=user_id).first()
    if agent is None:
        return Empty(
            sentence="You are not set up to take conversations; ask your team leader for skills.",
            look_again_at=at + timedelta(minutes=30),
        )
    reach = reach_of(agent)
    waiting, resting = _queues(State.WAITING), _queues(State.RESTING)
    mine = _keys(queues_for(reach, waiting))
    resting_mine = WorkItem.objects.filter(
        state=State.RESTING, queue__in=_keys(queues_for(reach, resting))
    )
    facts = EmptyFacts(
        waiting_for_me=_count(State.WAITING, mine),
        resting_for_me=_count(State.RESTING, _keys(queues_for(reach, resting))),
        next_wakes_at=resting_mine.aggregate(first=Min("callable_from"))["first"],
        with_others=sum(
            1 for queue in _leased_queues(agent.id) if queues_for(reach, [from_key(queue)])
        ),
        waiting_for_other_skills=_count(
            State.WAITING, [one.key for one in waiting if one.key not in set(mine)]
        ),
        handlers_ready=AgentState.objects.filter(to_at=None, state="available").count(),
        next_results_at=next_results_at,
    )
    return empty_queue_reason(facts, terms(at), at)


def queue_waiting(user_id: UUID, at: datetime) -> bool:
    """Whether there is work now that this user could be given: what an idle spell is charged to."""
    agent = Agent.objects.filter(user_id=user_id).first()
    if agent is None or not in_service(at, terms(at)):
        return False
    return bool(queues_for(reach_of(agent), _queues(State.WAITING)))


def reach_of(agent: Agent) -> Reach:
    """Return what an agent may take; one with no areas named takes from everywhere."""
    return Reach(
        kinds=frozenset(agent.kinds),
        tiers=frozenset(agent.tiers),
        skills=frozenset(agent.skills),
        languages=frozenset(agent.languages),
        areas=frozenset(agent.areas) or None,
    )


def _queues(state: State) -> list[Queue]:
    with connection.cursor() as cursor:
        # The state is a literal: a parameter would not match the partial index.
        cursor.execute(QUEUES.replace("%(state)s", f"'{state.value}'"))
        return [from_key(queue) for (queue,) in cursor.fetchall()]


def _keys(queues: Iterable[Queue]) -> list[str]:
    return [one.key for one in queues]


def _count(state: State, queues: list[str]) -> int:
    """Count, but never further than the sentence says."""
    items = WorkItem.objects.filter(state=state, queue__in=queues)
    return len(items.values_list("queue")[:COUNTED_TO])


def _leased_queues(but: UUID) -> Iterator[str]:
    yield from (
        WorkItem.objects.filter(state=State.LEASED)
        .exclude(agent_id=but)
        .values_list("queue", flat=True)
    )
