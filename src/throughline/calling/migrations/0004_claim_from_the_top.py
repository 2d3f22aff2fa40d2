"""The claim's second index, leases by their end in one that serves nothing else, and one less to keep."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("calling", "0003_resting_by_queue")]

    operations = [
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                F("rank").desc(), F("id"), condition=Q(state="waiting"), name="claim_best"
            ),
        ),
        migrations.RemoveIndex(model_name="workitem", name="item_by_household"),
        migrations.RemoveIndex(model_name="workitem", name="leases_to_expire"),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                fields=["lease_until"],
                condition=Q(lease_until__isnull=False),
                name="leases_to_expire",
            ),
        ),
    ]
