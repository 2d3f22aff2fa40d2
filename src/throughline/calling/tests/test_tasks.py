"""What the clock does: nothing stays with a handler who fell silent, and ranks follow the hour."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.db import transaction

from throughline.calling.actions import claim_next, finish, put_down, start_attempt
from throughline.calling.models import Attempt, State, WorkItem
from throughline.calling.queries import queue_board, queue_waiting, why_empty
from throughline.calling.tasks import TASKS, expire_leases, refresh_ranks, wake_rested
from throughline.calling.tests.world import HOUR, MINUTE, NIGHT, NOON, World, query
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.people.models import ContactDetail
from throughline.workforce.actions import set_state


def test_nothing_is_stuck_beyond_its_lease_plus_a_minute(world: World) -> None:
    """I9: at the first run of the task after the lease's end, and it runs every five seconds."""
    world.offered()
    lease = claim_next(user_id=world.agent().user_id, at=NOON)
    assert lease is not None
    (task,) = (one for one in TASKS if one.name == "calling.expire_leases")
    assert task.every < timedelta(seconds=60)
    with transaction.atomic(), acting(task.role):
        assert task.run(lease.lease_until - timedelta(microseconds=1)) == 0
        assert task.run(lease.lease_until) == 1
        assert task.run(lease.lease_until) == 0
    item = WorkItem.objects.get()
    assert (item.state, item.agent_id, item.fence) == (State.WAITING, None, lease.fence)
    assert query("select count(*) from journal_entry where kind = 'calling.lease_expired'") == [
        (1,)
    ]


def test_the_attempt_of_a_handler_who_vanished_ends_as_an_error_not_counted(world: World) -> None:
    world.offered()
    agent = world.agent()
    lease = claim_next(user_id=agent.user_id, at=NOON)
    assert lease is not None
    detail = ContactDetail.objects.get()
    start_attempt(
        lease=lease, person_id=detail.person_id, subject="case", subject_id=uuid4(),
        endpoint_id=detail.endpoint_id, channel="call", by=agent.user_id, at=NOON,
    )  # fmt: skip
    with transaction.atomic(), acting(Role.CLOCK):
        assert expire_leases(NOON + MINUTE) == 0
        assert expire_leases(NOON + 5 * MINUTE) == 2
    attempt = Attempt.objects.get()
    assert (attempt.outcome, attempt.reached) == ("error", False)
    assert WorkItem.objects.get().attempts == 0


def test_an_attempt_left_open_by_putting_down_is_ended_too(world: World) -> None:
    world.offered()
    agent = world.agent()
    lease = claim_next(user_id=agent.user_id, at=NOON)
    assert lease is not None
    start_attempt(
        lease=lease, person_id=uuid4(), subject="case", subject_id=uuid4(), endpoint_id=None,
        channel="letter", by=agent.user_id, at=NOON,
    )  # fmt: skip
    put_down(lease=lease, by=agent.user_id, at=NOON)
    assert expire_leases(NOON) == 1
    assert Attempt.objects.get().ended_at == NOON


def test_a_household_wakes_when_its_rest_is_over(world: World) -> None:
    world.offered(2)
    first, second = WorkItem.objects.all()
    WorkItem.objects.filter(id=first.id).update(
        state=State.RESTING, callable_from=NOON + MINUTE, facts={"rest_reason": "allowance"}
    )
    with transaction.atomic(), acting(Role.CLOCK):
        assert wake_rested(NOON) == 0
        assert wake_rested(NOON + MINUTE) == 1
        assert wake_rested(NOON + MINUTE) == 0
    first.refresh_from_db()
    assert (first.state, first.facts) == (State.WAITING, {})
    assert first.rank == second.rank


def test_ranks_follow_the_hour_in_batches_until_none_is_old(world: World) -> None:
    world.offered(3, window_ends_at=NOON + 8 * HOUR)
    before = set(WorkItem.objects.values_list("rank", flat=True))
    with transaction.atomic(), acting(Role.CLOCK):
        assert refresh_ranks(NOON + 20 * MINUTE) == 0
        assert refresh_ranks(NOON + 4 * HOUR) == 3
        assert refresh_ranks(NOON + 4 * HOUR) == 0
    after = set(WorkItem.objects.values_list("rank", flat=True))
    assert len(after) == 1
    assert min(after) > max(before)
    assert any("left of the" in reason for reason in WorkItem.objects.all()[0].rank_reasons)


def test_an_empty_hand_hears_why_and_when_to_look_again(world: World) -> None:
    agent = world.agent()
    world.offered(2, language="pl")
    (resting,) = world.offered()
    WorkItem.objects.filter(id=resting.id).update(
        state=State.RESTING, callable_from=NOON + 30 * MINUTE
    )
    set_state(user_id=agent.user_id, state="available", at=NOON)
    with transaction.atomic(), acting(Role.DISPATCH, user=agent.user_id):
        empty = why_empty(agent.user_id, NOON)
    assert "0 conversations wait for your skills." in empty.sentence
    assert "1 rests, of which the first comes back at 11:30" in empty.sentence
    assert "2 wait for skills, languages or areas that are not yours" in empty.sentence
    assert empty.look_again_at == NOON + 30 * MINUTE
    assert "begin again at 08:00" in why_empty(agent.user_id, NIGHT).sentence
    assert "team leader" in why_empty(uuid4(), NOON).sentence


def test_idle_time_with_work_waiting_is_told_from_idle_time_without(world: World) -> None:
    agent = world.agent()
    world.offered(language="pl")
    assert not queue_waiting(agent.user_id, NOON)
    world.offered()
    assert queue_waiting(agent.user_id, NOON)
    assert not queue_waiting(agent.user_id, NIGHT)


def test_the_board_counts_every_queue(world: World) -> None:
    world.offered(3)
    world.offered(2, kind="contact")
    agent = world.agent(kinds=["contact"])
    lease = claim_next(user_id=agent.user_id, at=NOON)
    assert lease is not None
    finish(lease=lease, outcome="no_answer", at=NOON, by=agent.user_id, open_subjects=1)
    claim_next(user_id=agent.user_id, at=NOON)
    with transaction.atomic(), acting(Role.AUTHORITY):
        lines = {one.queue: (one.waiting, one.resting, one.leased) for one in queue_board()}
    assert lines == {
        "case/2/interview/en/": (3, 0, 0),
        "contact/2/interview/en/": (0, 1, 1),
    }
