"""Contacts of cases, how they were exposed, and the names an interview gave before they were resolved."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from throughline.core.models import Personal, Referenced, Row
from throughline.people.models import Person
from throughline.tracing.models.cases import Case
from throughline.tracing.models.settings import Setting


class Contact(Referenced, Personal):
    """One person exposed to one case (events.md, contacts)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="contacts")
    person = models.ForeignKey(Person, models.PROTECT, related_name="contact_of")
    household_id = models.UUIDField()
    protocol = models.TextField()
    protocol_version = models.PositiveIntegerField()
    household = models.BooleanField(null=True)  # lives with the case
    exposure_kind = models.TextField()
    exposed_on = models.DateField(null=True)  # the last exposure
    identified_at = models.DateTimeField()
    area = models.TextField(blank=True, default="")
    region = models.TextField(blank=True, default="")
    managed_by_first = models.TextField()
    managed_by = models.TextField()
    tier = models.TextField()
    details_given = models.BooleanField(default=False)
    first_attempt_at = models.DateTimeField(null=True)
    reached_at = models.DateTimeField(null=True)
    reached_how = models.TextField(null=True)
    reached_by = models.UUIDField(null=True)
    # As of a case; in_error: the case was opened in error, so it is not counted.
    outcome = models.TextField(default="open")
    closed_at = models.DateTimeField(null=True)
    isolate_from = models.DateField(null=True)
    isolate_until = models.DateField(null=True)
    released_at = models.DateTimeField(null=True)
    # Told what a correction took back: owed | told | not_reached.
    retraction = models.TextField(null=True)
    retracted_at = models.DateTimeField(null=True)
    became_case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="was_contact")
    # Known under two records of one person: kept, and counted no more.
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="absorbed")
    # The link that took what is still to be told to the other record's household; undone with it.
    moved_by_id = models.UUIDField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "tracing_contact"
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="contact_once_per_case"),
            models.CheckConstraint(
                condition=Q(outcome="open", closed_at__isnull=True)
                | (~Q(outcome="open") & Q(closed_at__isnull=False)),
                name="closed_contact_has_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["household_id"], name="contact_by_household"),
            models.Index(fields=["person"], name="contact_by_person"),
            models.Index(
                fields=["isolate_until"],
                condition=Q(released_at__isnull=True),
                name="contacts_to_release",
            ),
            models.Index(
                fields=["moved_by_id"],
                condition=Q(moved_by_id__isnull=False),
                name="contacts_moved_by_link",
            ),
        ]


class Exposure(Row, Personal):
    """One occasion on which a contact met a case."""

    contact = models.ForeignKey(Contact, models.PROTECT, related_name="exposures")
    household_id = models.UUIDField()
    kind = models.TextField()  # household | direct | proximity | travel | other
    on = models.DateField(null=True)
    setting = models.ForeignKey(Setting, models.PROTECT, null=True, related_name="exposures")
    named_contact_id = models.UUIDField(null=True)
    # Whoever told of it has taken it back.
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "tracing_exposure"
        constraints = [
            models.UniqueConstraint(fields=["named_contact_id"], name="exposure_once_per_naming")
        ]
        indexes = [
            models.Index(fields=["contact"], name="exposure_by_contact"),
            models.Index(fields=["household_id"], name="exposure_by_household"),
        ]


class NamedContact(Referenced, Personal):
    """A row of the contact grid, as told. Only the worker turns it into a person.

    A handler never creates a person, so that nobody learns from the screen who is known to the service.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="named")
    household_id = models.UUIDField()  # of the case that named them
    interview_id = models.UUIDField(null=True)
    position = models.PositiveSmallIntegerField()
    given_name = models.TextField(blank=True, default="")
    family_name = models.TextField(blank=True, default="")
    phone = models.TextField(blank=True, default="")
    email = models.TextField(blank=True, default="")
    age = models.PositiveSmallIntegerField(null=True)
    same_household = models.BooleanField(default=False)
    exposure_kind = models.TextField(blank=True, default="")
    last_met_on = models.DateField(null=True)
    place = models.TextField(blank=True, default="")
    # handler: we tell them; case: the case tells them; told_now: spoken to in this conversation;
    # guardian: a parent in this conversation confirmed for a child.
    informed_by = models.TextField(default="handler")
    saved_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    unresolved_reason = models.TextField(blank=True, default="")
    contact = models.ForeignKey(Contact, models.PROTECT, null=True, related_name="namings")
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "tracing_named_contact"
        constraints = [
            models.UniqueConstraint(fields=["case", "position"], name="one_row_per_position")
        ]
        indexes = [
            models.Index(fields=["household_id"], name="named_by_household"),
            models.Index(
                fields=["submitted_at"],
                condition=Q(submitted_at__isnull=False, resolved_at__isnull=True),
                name="named_to_resolve",
            ),
        ]
