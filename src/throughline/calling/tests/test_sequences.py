"""Whatever is done in whatever order, the rows stay whole; and the claim stays on its index."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.calling.actions import claim_next, finish, offer, put_down
from throughline.calling.actions.claim_sql import AT_ONCE, FROM_EACH_QUEUE, FROM_THE_TOP
from throughline.calling.actions.claims import CLAIMED
from throughline.calling.models import State, WorkItem
from throughline.calling.queries import lease_in_hand
from throughline.calling.tasks import expire_leases, wake_rested
from throughline.calling.tests.world import HOUR, MINUTE, NOON, World, an_offer
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.journal.actions.within import entry_values

OUTCOMES = ("completed", "no_answer", "busy", "wrong_number", "declined", "system_error")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["offer", "claim", "finish", "put_down", "expire", "wake"]),
        st.integers(0, 3),
        st.sampled_from(OUTCOMES),
    ),
    max_size=25,
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(STEPS)
def test_any_order_of_acts_leaves_one_open_item_a_household_and_one_lease_a_handler(
    world: World, steps: list[tuple[str, int, str]]
) -> None:
    mark = transaction.savepoint()
    agents = [world.agent(skills=["interview", "expert", "data_fix"]) for _ in range(4)]
    homes = [world.household().id for _ in range(4)]
    at, fences = NOON, dict[Any, int]()
    for act, who, outcome in steps:
        at += MINUTE
        user = agents[who].user_id
        lease = lease_in_hand(user_id=user, at=at)
        if act == "offer":
            offer([an_offer(homes[who])], by=None, at=at)
        elif act == "claim" and lease is None and (taken := claim_next(user_id=user, at=at)):
            assert taken.fence > fences.get(taken.item_id, 0)
            fences[taken.item_id] = taken.fence
        elif act == "finish" and lease:
            finish(lease=lease, outcome=outcome, at=at, by=user, open_subjects=0)
        elif act == "put_down" and lease:
            put_down(lease=lease, by=user, at=at)
        elif act == "expire":
            expire_leases(at)
        elif act == "wake":
            wake_rested(at)
        held = [one for one in WorkItem.objects.all() if one.state == State.LEASED]
        opened = [one.household_id for one in WorkItem.objects.exclude(state=State.CLOSED)]
        assert len({one.agent_id for one in held}) == len(held)
        assert len(set(opened)) == len(opened)
        assert not [
            one
            for one in WorkItem.objects.all()
            if (one.state == State.LEASED) != bool(one.agent_id)
        ]
    expire_leases(at + HOUR)
    assert not WorkItem.objects.filter(state=State.LEASED).exists()
    transaction.savepoint_rollback(mark)


FILL = """insert into calling_work_item (id, ref, household_id, state, kind, tier, skill, language, area,
    queue, rank, rank_bucket, rank_reasons, facts, callable_from, attempts, tried_hours, more_work, fence,
    opened_at, close_reason, revision)
select uuidv7(), gen_random_uuid(), gen_random_uuid(), 'waiting', 'case', '2', 'interview', 'en', '',
    'case/2/interview/en/a' || n %% 20, n %% 900, %s, '{}', '{}', %s, 0, '{}', false, 0, %s, '', 1
from generate_series(1, %s) n"""


@pytest.mark.parametrize("items", [50_000, pytest.param(1_000_000, marks=pytest.mark.storm)])
def test_each_claim_reads_the_backlog_by_index_alone_under_its_role(
    world: World, items: int
) -> None:
    plans = _plans(world.agent().user_id, items)
    for plan in plans.values():
        assert "Seq Scan on calling_work_item" not in plan
        assert "Index Scan using claim_my_call_backs" in plan
        # Taken of a time without leases, the statistics make every index of leases look as short as any other.
        assert re.search(r"using one_lease_per_agent .*\n +Index Cond: \(agent_id = a.id\)", plan)
    assert plans["from_each_queue"].count("Index Scan using claim_best_of_queue") == 3
    for name in ("at_once", "from_the_top"):
        assert plans[name].count("Index Scan using claim_best on") == 1
        assert plans[name].count("Tid Scan") == 1


def _plans(user_id: Any, items: int) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(FILL, [NOON, NOON, NOON, items])
        cursor.execute("analyze calling_work_item")
    values = {
        "user": user_id, "at": NOON, "until": NOON + HOUR, "grace": NOON - 15 * MINUTE,
        "since": NOON - timedelta(hours=48),
        **entry_values(CLAIMED, at=NOON, by=user_id, role=Role.DISPATCH, body=("agent", "fence")),
    }  # fmt: skip
    statements = {
        "at_once": AT_ONCE.text, "from_the_top": FROM_THE_TOP, "from_each_queue": FROM_EACH_QUEUE,
    }  # fmt: skip
    plans = {}
    with transaction.atomic(), acting(Role.DISPATCH), connection.cursor() as cursor:
        for name, statement in statements.items():
            cursor.execute("explain " + statement, values)
            plans[name] = "\n".join(row[0] for row in cursor.fetchall())
    return plans
