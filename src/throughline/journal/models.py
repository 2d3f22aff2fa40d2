"""The journal's two tables. Both are made by hand in the migration: partitions and insert-only rights."""

from __future__ import annotations

from django.db import models


class Entry(models.Model):
    """One act: who did what to which rows and when. References only: no names, no health details."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    kind = models.TextField()
    actor_id = models.UUIDField(null=True)
    actor_role = models.TextField()
    supplier_id = models.UUIDField(null=True)
    body = models.JSONField()
    version = models.PositiveSmallIntegerField()
    leaf = models.BinaryField()

    class Meta:
        managed = False
        db_table = "journal_entry"

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class Subject(models.Model):
    """The index from a row that an entry is about to the entry."""

    pk = models.CompositePrimaryKey("subject_id", "entry_id")
    subject_id = models.UUIDField()
    entry_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "journal_subject"

    def __str__(self) -> str:
        return f"{self.subject_id} in {self.entry_id}"
