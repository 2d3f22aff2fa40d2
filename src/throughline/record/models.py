"""The figures that pages show, as they were computed: one row a measure and day, the day's last word."""

from __future__ import annotations

from django.db import models


class Figure(models.Model):
    """A measure's answers of the last weeks, as the tables stood at `cut_at`.

    Kept by day, so that it can be seen how a week's figure grew while late results and calls came in.
    """

    pk = models.CompositePrimaryKey("day", "measure")
    day = models.DateField()  # local, of the cut
    measure = models.TextField()
    version = models.PositiveIntegerField()  # of the measure's definition
    cut_at = models.DateTimeField()
    answers = models.JSONField()  # as docs/reference/events.md has them, by week

    class Meta:
        db_table = "record_figure"
