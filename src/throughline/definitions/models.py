"""The one table of every rule in use, insert-only: a change is a new version."""

from __future__ import annotations

from django.db import models


class Definition(models.Model):
    """One version of one rule, as data, with who approved it and why."""

    pk = models.CompositePrimaryKey("kind", "name", "version")
    kind = models.TextField()
    name = models.TextField()
    version = models.PositiveIntegerField()
    valid_from = models.DateField()
    applies_to = models.TextField(choices=[("new", "new cases"), ("open", "open cases too")])
    title = models.TextField()
    sha256 = models.TextField()
    body = models.JSONField()
    reason = models.TextField()
    approved_by = models.TextField()
    source = models.TextField(blank=True, default="")
    recorded_at = models.DateTimeField()
    recorded_by = models.UUIDField(null=True)  # null: shipped with the package

    class Meta:
        db_table = "definitions_definition"
        indexes = [models.Index(fields=["kind", "valid_from"], name="definition_in_force")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name} version {self.version}"
