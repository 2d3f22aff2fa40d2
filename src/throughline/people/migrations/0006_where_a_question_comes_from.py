"""A question says whether an arrival raised it or the nightly comparison of all persons."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_indexes_that_are_read")]

    operations = [
        migrations.AddField(
            "matchquestion", "source", models.TextField(default="live", db_default="live")
        ),
    ]
