"""Every team has a time by which to accept: those that were given none get the usual one, from when they had it."""

from django.db import migrations, models
from django.db.models import F, Q

# The owner's own policies would hide the rows from it; they are lifted for this statement alone.
GIVE_TIME = """
do $$ declare forced bool := (select relforcerowsecurity from pg_class
    where oid = 'tracing_holding'::regclass); begin
    alter table tracing_holding no force row level security;
    update tracing_holding set due_at = offered_at + interval '4 hours'
        where team_id is not null and (due_at is null or due_at <= offered_at);
    if forced then alter table tracing_holding force row level security; end if;
end $$
"""


class Migration(migrations.Migration):
    dependencies = [("tracing", "0005_indexes_that_are_read")]

    operations = [
        migrations.RunSQL(GIVE_TIME, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="holding",
            constraint=models.CheckConstraint(
                condition=Q(team_id__isnull=True)
                | Q(due_at__isnull=False, due_at__gt=F("offered_at")),
                name="team_has_time_to_accept",
            ),
        ),
    ]
