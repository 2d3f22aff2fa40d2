"""What every table shares, the one row that describes the service, and acts done only once."""

from __future__ import annotations

from django.db import models

from throughline.core.ids import new_id, new_ref


class Row(models.Model):
    """A row with a time-ordered key."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class Referenced(Row):
    """A row that people point at: its `ref` is random, its key never leaves the service."""

    ref = models.UUIDField(unique=True, default=new_ref, editable=False)

    class Meta:
        abstract = True


class Personal(models.Model):
    """A row about a person: when it must be purged, and when it was."""

    purge_after = models.DateField(null=True)
    purged_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Service(models.Model):
    """The one row that says what this deployment is."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    name = models.TextField()
    zone = models.TextField(default="Europe/London")
    week_start = models.TextField(default="thursday")
    telephone = models.TextField(blank=True, default="")
    demonstration = models.BooleanField(default=False)
    accepts_drama_numbers = models.BooleanField(default=False)

    class Meta:
        db_table = "core_service"
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="core_service_one_row"),
        ]

    def __str__(self) -> str:
        return self.name


class DoneOnce(models.Model):
    """An act that a repeated request must not repeat; purged after 48 hours."""

    key = models.UUIDField(primary_key=True)
    actor_id = models.UUIDField()
    at = models.DateTimeField()
    action = models.TextField()
    result_id = models.UUIDField(null=True)

    class Meta:
        db_table = "core_done_once"
        indexes = [models.Index(fields=["at"], name="core_done_once_at")]

    def __str__(self) -> str:
        return f"{self.action} {self.key}"
