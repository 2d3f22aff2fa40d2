"""Messages in conflict and without a mapping are listed by age beside those that were refused."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("intake", "0012_refused_owners"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="message", name="refused_by_age"),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                condition=models.Q(
                    ("settled_at__isnull", True),
                    ("state__in", ["refused", "conflict", "unmapped"]),
                ),
                fields=["received_at"],
                name="held_by_age",
            ),
        ),
    ]
