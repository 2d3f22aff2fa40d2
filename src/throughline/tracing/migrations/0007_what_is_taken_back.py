"""Who was told what a correction took back is to be told so: owed, told, or not reached."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracing", "0006_time_to_accept")]

    operations = [
        *(
            migrations.AddField(model, name, field)
            for model in ("case", "contact")
            for name, field in (
                ("retraction", models.TextField(null=True)),
                ("retracted_at", models.DateTimeField(null=True)),
            )
        ),
        migrations.AlterField(
            "interview",
            "subject",
            models.TextField(
                choices=[("case", "case"), ("contact", "contact"), ("retraction", "retraction")]
            ),
        ),
    ]
