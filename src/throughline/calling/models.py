"""Work items and attempts. A household has at most one open item: one household, one conversation."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from throughline.core.models import Referenced


class State(models.TextChoices):
    """Where an item is. Only `waiting` items stand in the claim's index."""

    WAITING = "waiting", "waiting"
    RESTING = "resting", "resting until a time"
    LEASED = "leased", "with a handler"
    LOCAL = "local", "with a local team"
    CLOSED = "closed", "closed"


class WorkItem(Referenced):
    """One household's conversation to be had, with its place in the queues and its lease."""

    household_id = models.UUIDField()
    state = models.TextField(choices=State.choices)
    kind = models.TextField()  # case | contact | retraction
    tier = models.TextField()
    skill = (
        models.TextField()
    )  # general, or where an outcome moved it: interpreter, data_fix, expert
    language = models.TextField()
    area = models.TextField(blank=True, default="")
    queue = models.TextField()  # composed of the five above by calling.rules
    rank = models.IntegerField(default=0)
    rank_bucket = models.DateTimeField(null=True)
    rank_reasons = ArrayField(models.TextField(), default=list)
    facts = models.JSONField(default=dict)  # what rank is made of; no names, no health details
    window_ends_at = models.DateTimeField(null=True)
    callable_from = models.DateTimeField()
    callback_agent_id = models.UUIDField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_hours = ArrayField(models.PositiveSmallIntegerField(), default=list)
    more_work = models.BooleanField(default=False)
    # Who answers for it now.
    supplier_id = models.UUIDField(null=True)
    team_id = models.UUIDField(null=True)
    accepted_at = models.DateTimeField(null=True)
    handover_at = models.DateTimeField(null=True)
    # The lease. `fence` grows with every claim; an act with an older fence is refused.
    agent_id = models.UUIDField(null=True)
    fence = models.BigIntegerField(default=0)
    leased_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    close_reason = models.TextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "calling_work_item"
        constraints = [
            # It serves every look at a household's item, too: nobody asks for closed ones by household.
            models.UniqueConstraint(
                fields=["household_id"],
                condition=~Q(state="closed"),
                name="one_open_item_per_household",
            ),
            models.UniqueConstraint(
                fields=["agent_id"], condition=Q(state="leased"), name="one_lease_per_agent"
            ),
            models.CheckConstraint(
                condition=Q(
                    state="leased",
                    agent_id__isnull=False,
                    lease_until__isnull=False,
                    leased_at__isnull=False,
                )
                | (~Q(state="leased") & Q(agent_id__isnull=True, lease_until__isnull=True)),
                name="lease_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False)
                | (~Q(state="closed") & Q(closed_at__isnull=True)),
                name="closed_item_has_its_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state="local") | Q(team_id__isnull=False), name="local_item_has_a_team"
            ),
        ]
        indexes = [
            # The claim: the few that are wanted most, and the best few of a queue. `-rank, id` is the order in
            # which they are offered.
            models.Index(
                F("rank").desc(), F("id"), condition=Q(state="waiting"), name="claim_best"
            ),
            models.Index(
                F("queue"),
                F("rank").desc(),
                F("id"),
                condition=Q(state="waiting"),
                name="claim_best_of_queue",
            ),
            models.Index(
                fields=["callback_agent_id"],
                condition=Q(state="waiting", callback_agent_id__isnull=False),
                name="claim_my_call_backs",
            ),
            models.Index(
                fields=["callable_from"], condition=Q(state="resting"), name="items_to_wake"
            ),
            # Whether, and from when on, a handler's queues have work again.
            models.Index(
                fields=["queue", "callable_from"],
                condition=Q(state="resting"),
                name="items_resting_by_queue",
            ),
            # Not `state`, or the planner reads this one through for the lease of one agent.
            models.Index(
                fields=["lease_until"],
                condition=Q(lease_until__isnull=False),
                name="leases_to_expire",
            ),
            models.Index(
                fields=["rank_bucket"], condition=Q(state="waiting"), name="ranks_to_refresh"
            ),
            models.Index(
                fields=["handover_at"],
                condition=Q(state__in=["waiting", "resting"], handover_at__isnull=False),
                name="handovers_due",
            ),
            models.Index(
                fields=["team_id", "-rank", "id"],
                condition=Q(state="local"),
                name="local_items_by_team",
            ),
        ]


class Attempt(models.Model):
    """One attempt to reach a person (events.md, attempts). Partitioned by month of its id."""

    id = models.UUIDField(primary_key=True)
    item_id = models.UUIDField()
    household_id = models.UUIDField()
    person_id = models.UUIDField()
    subject = models.TextField()  # case | contact
    subject_id = models.UUIDField()
    endpoint_id = models.UUIDField(null=True)
    supplier_id = models.UUIDField(null=True)
    team_id = models.UUIDField(null=True)
    agent_id = models.UUIDField()
    fence = models.BigIntegerField()
    channel = models.TextField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    outcome = models.TextField(null=True)
    reached = models.BooleanField(null=True)

    class Meta:
        managed = False
        db_table = "calling_attempt"
