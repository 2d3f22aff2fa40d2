from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0001_event_tables"),
    ]

    operations = [
        migrations.CreateModel(
            name="Figure",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day",
                        "measure",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("measure", models.TextField()),
                ("version", models.PositiveIntegerField()),
                ("cut_at", models.DateTimeField()),
                ("answers", models.JSONField()),
            ],
            options={
                "db_table": "record_figure",
            },
        ),
    ]
