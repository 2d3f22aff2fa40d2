"""Results, the episodes they belong to, and the cases that episodes become."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from throughline.core.ids import new_ref
from throughline.core.models import Personal, Referenced, Row
from throughline.people.models import Person


class Episode(Row, Personal):
    """One illness of one person: every positive belongs to exactly one, whatever the order of arrival."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="episodes", db_index=False)
    household_id = models.UUIDField()
    disease = models.TextField()
    number = models.PositiveSmallIntegerField()
    first_on = models.DateField()  # earliest specimen
    last_on = models.DateField()  # latest specimen
    opened_at = models.DateTimeField()
    # A positive that arrives late can show two episodes to be one; the lower number survives.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")

    class Meta:
        db_table = "tracing_episode"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "disease", "number"], name="episode_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(last_on__gte=models.F("first_on")), name="episode_in_order"
            ),
        ]


class TestResult(Referenced, Personal):
    """One test of one person as a laboratory reported it (events.md, results)."""

    __test__ = False  # not a test class, whatever pytest thinks of its name

    # Told with the event tables and never looked up by: 128 random bits need no index to be unique.
    ref = models.UUIDField(default=new_ref, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="results", db_index=False)
    household_id = models.UUIDField()
    sender_id = models.UUIDField()
    message_id = models.UUIDField()
    row_number = models.PositiveBigIntegerField()
    report_id = models.TextField()
    disease = models.TextField()
    result = models.TextField(choices=[(r, r) for r in ("positive", "negative", "void")])
    test_kind = models.TextField(blank=True, default="")
    route = models.TextField(blank=True, default="")
    pillar = models.TextField(blank=True, default="")
    purpose = models.TextField(blank=True, default="")
    taken_at = models.DateTimeField(null=True)
    reported_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    onset_on = models.DateField(null=True)
    symptomatic = models.BooleanField(null=True)
    area = models.TextField(blank=True, default="")
    region = models.TextField(blank=True, default="")
    setting = models.TextField(blank=True, default="")
    setting_kind = models.TextField(blank=True, default="")
    episode = models.ForeignKey(
        Episode, models.PROTECT, null=True, related_name="results", db_index=False
    )
    exclusion = models.TextField(null=True)
    superseded_by = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="supersedes", db_index=False
    )

    class Meta:
        db_table = "tracing_result"
        constraints = [
            # I3: a positive in force belongs to one episode or has one reason for exclusion.
            models.CheckConstraint(
                condition=~Q(result="positive")
                | Q(superseded_by__isnull=False)
                | Q(episode__isnull=False, exclusion__isnull=True)
                | Q(episode__isnull=True, exclusion__isnull=False),
                name="positive_has_episode_or_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "disease"], name="result_by_person"),
            models.Index(fields=["message_id", "row_number"], name="result_by_row"),
            # Of the positives alone, and of the few that were corrected: most rows are in neither.
            models.Index(
                fields=["episode"], name="result_by_episode", condition=Q(episode__isnull=False)
            ),
            models.Index(
                fields=["superseded_by"],
                name="result_by_successor",
                condition=Q(superseded_by__isnull=False),
            ),
        ]


class Case(Referenced, Personal):
    """An episode transferred to tracing (events.md, cases), and the definition that judged it."""

    episode = models.OneToOneField(Episode, models.PROTECT, related_name="case")
    result_id = models.UUIDField(null=True)  # the positive that opened it
    # Shown by a later result to be the same illness: kept, and counted no more.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    person = models.ForeignKey(Person, models.PROTECT, related_name="cases", db_index=False)
    household_id = models.UUIDField()
    disease = models.TextField()
    protocol = models.TextField()
    protocol_version = models.PositiveIntegerField()
    area = models.TextField(blank=True, default="")
    region = models.TextField(blank=True, default="")
    managed_by_first = models.TextField()
    managed_by = models.TextField()  # health_protection | national | local
    tier = models.TextField()
    symptomatic = models.BooleanField(null=True)
    onset_on = models.DateField(null=True)
    taken_on = models.DateField(null=True)
    taken_at = models.DateTimeField(null=True)
    result_at = models.DateTimeField(null=True)
    transferred_at = models.DateTimeField()
    details_given = models.BooleanField(default=False)
    first_attempt_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    reached_how = models.TextField(null=True)
    reached_by = models.UUIDField(null=True)
    # reached | not_reached | no_details | open; in_error: its only positive was withdrawn, so it is not counted.
    outcome = models.TextField(default="open")
    closed_at = models.DateTimeField(null=True)
    contacts_named = models.PositiveSmallIntegerField(null=True)
    isolate_until = models.DateField(null=True)
    # Told what a correction took back: owed | told | not_reached.
    retraction = models.TextField(null=True)
    retracted_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "tracing_case"
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="open", closed_at__isnull=True)
                | (~Q(outcome="open") & Q(closed_at__isnull=False)),
                name="closed_case_has_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["household_id"], name="case_by_household"),
            models.Index(fields=["person"], name="case_by_person"),
            # A receipt asks of each positive whether it opened a case.
            models.Index(fields=["result_id"], name="case_by_result"),
            models.Index(fields=["-transferred_at", "id"], name="case_by_transfer"),
            models.Index(
                fields=["area", "-transferred_at"], name="case_by_area", condition=~Q(area="")
            ),
        ]
