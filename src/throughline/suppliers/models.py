"""Organisations: who works for the service, under whom, and who sends it results."""

from __future__ import annotations

from django.db import models

from throughline.core.models import Referenced


class Kind(models.TextChoices):
    """What an organisation is to the service."""

    AUTHORITY = "authority", "authority"
    SUPPLIER = "supplier", "supplier"
    SUBCONTRACTOR = "subcontractor", "subcontractor"
    COUNCIL = "council", "council"
    LABORATORY = "laboratory", "laboratory"


class Organisation(Referenced):
    """A body with a name that is published; a subcontractor has the organisation it works under."""

    code = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField(choices=Kind.choices)
    works_under = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="subcontractors"
    )

    class Meta:
        db_table = "suppliers_organisation"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(kind="subcontractor") | models.Q(works_under__isnull=False),
                name="subcontractor_works_under_someone",
            ),
        ]

    def __str__(self) -> str:
        return self.name
