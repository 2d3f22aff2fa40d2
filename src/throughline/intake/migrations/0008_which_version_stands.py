"""A report remembers how the version that stands was called, so that an older one that comes late is known for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("intake", "0007_sender_certificates")]

    operations = [
        migrations.AddField("report", "status", models.TextField(default="final")),
    ]
