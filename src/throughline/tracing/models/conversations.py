"""A conversation with a household: answers saved as they are given, so that no browser can lose them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from throughline.core.models import Personal, Referenced


class Interview(Referenced, Personal):
    """One subject's script in one work item: which question, which answers, until it is ended."""

    household_id = models.UUIDField()
    item_id = models.UUIDField()
    person_id = models.UUIDField()
    subject = models.TextField(choices=[(s, s) for s in ("case", "contact", "retraction")])
    subject_id = models.UUIDField()
    script = models.TextField()
    script_version = models.PositiveIntegerField()
    answers = models.JSONField(default=dict)
    step = models.TextField(blank=True, default="")
    identity_confirmed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # When the worker has turned the answers (visits, settings) into rows.
    resolved_at = models.DateTimeField(null=True)
    outcome = models.TextField(null=True)
    note = models.TextField(blank=True, default="")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "tracing_interview"
        constraints = [
            models.UniqueConstraint(
                fields=["item_id", "subject_id"],
                condition=Q(ended_at__isnull=True),
                name="one_open_interview_per_subject",
            )
        ]
        indexes = [
            models.Index(fields=["household_id"], name="interview_by_household"),
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False, resolved_at__isnull=True),
                name="interviews_to_resolve",
            ),
        ]
