"""Places where people mix, who visited them, and escalations raised or suppressed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from throughline.core.models import Personal, Referenced, Row
from throughline.tracing.models.cases import Case


class Setting(Referenced):
    """A care home, school, workplace, event…; not personal data."""

    kind = models.TextField()
    name = models.TextField()
    name_key = models.TextField()
    postcode = models.TextField(blank=True, default="")
    area = models.TextField(blank=True, default="")

    class Meta:
        db_table = "tracing_setting"
        constraints = [
            models.UniqueConstraint(fields=["kind", "name_key", "postcode"], name="setting_once")
        ]


class Visit(Row, Personal):
    """A case at a setting: as what, and when."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="visits")
    household_id = models.UUIDField()
    setting = models.ForeignKey(Setting, models.PROTECT, related_name="visits")
    role = models.TextField(blank=True, default="")  # resident | worker | pupil | visitor…
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)

    class Meta:
        db_table = "tracing_visit"
        constraints = [
            models.UniqueConstraint(fields=["case", "setting", "from_on"], name="visit_once")
        ]
        indexes = [
            models.Index(fields=["household_id"], name="visit_by_household"),
            models.Index(fields=["setting"], name="visit_by_setting"),
        ]


class Escalation(Row):
    """A rule that sent a case's setting to health protection, or was kept from doing so: both are counted."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="escalations")
    setting = models.ForeignKey(Setting, models.PROTECT, related_name="escalations")
    household_id = models.UUIDField()
    rule = models.TextField()
    protocol = models.TextField()
    protocol_version = models.PositiveIntegerField()
    suppressed = models.BooleanField(default=False)
    why = models.TextField(blank=True, default="")
    at = models.DateTimeField()
    team_id = models.UUIDField(null=True)

    class Meta:
        db_table = "tracing_escalation"
        constraints = [
            models.UniqueConstraint(fields=["case", "setting", "rule"], name="escalated_once"),
            models.CheckConstraint(
                condition=Q(suppressed=False) | ~Q(why=""), name="suppression_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["team_id", "-at"], name="escalation_by_team"),
            # The authority's lists: the newest raised ones, the newest held back.
            models.Index(fields=["suppressed", "-id"], name="escalations_newest_first"),
        ]
