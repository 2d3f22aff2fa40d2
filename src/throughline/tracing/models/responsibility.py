"""Who answers for a case or contact, and with which local teams it is shared."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from throughline.core.models import Row
from throughline.tracing.models.cases import Case


class Holding(Row):
    """One unbroken spell of responsibility for one case or contact (events.md, holdings)."""

    subject = models.TextField(choices=[("case", "case"), ("contact", "contact")])
    subject_id = models.UUIDField()
    household_id = models.UUIDField()
    provider_id = models.UUIDField(null=True)  # an organisation; null: the national pool
    team_id = models.UUIDField(null=True)
    managed_by = models.TextField()
    queue = models.TextField(blank=True, default="")
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    # By when a team accepts it, or the clock gives it to one; null: the national pool for good.
    due_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end = models.TextField(null=True)
    next_provider_id = models.UUIDField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        db_table = "tracing_holding"
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id"],
                condition=Q(ended_at__isnull=True),
                name="one_holding_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, end__isnull=True)
                | Q(ended_at__isnull=False, end__isnull=False),
                name="ended_holding_says_how",
            ),
            # Or it would wait for ever without showing late, or show late the moment it was given.
            models.CheckConstraint(
                condition=Q(team_id__isnull=True)
                | Q(due_at__isnull=False, due_at__gt=F("offered_at")),
                name="team_has_time_to_accept",
            ),
        ]
        indexes = [
            models.Index(fields=["household_id"], name="holding_by_household"),
            # A case's page shows its holdings that ended, too.
            models.Index(fields=["subject_id"], name="holding_by_subject"),
            models.Index(
                fields=["team_id", "offered_at"],
                condition=Q(ended_at__isnull=True),
                name="holdings_of_team",
            ),
        ]


class CaseShare(Row):
    """A case, with its household, that a local team may see, why, and from when to when."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="shares")
    household_id = models.UUIDField()
    team_id = models.UUIDField()
    why = models.TextField()  # area | term_address | handover | setting | contact
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tracing_case_share"
        constraints = [
            models.UniqueConstraint(
                fields=["case", "team_id", "household_id"],
                condition=Q(until_at__isnull=True),
                name="shared_once_with_a_team",
            )
        ]
        indexes = [
            # The list of a team starts here; the policies of persons and households end here.
            models.Index(
                fields=["team_id", "-from_at", "id"],
                condition=Q(until_at__isnull=True),
                name="shares_of_team",
            ),
            models.Index(fields=["household_id", "team_id"], name="share_by_household"),
        ]
