"""A batch accounts for its rows as events.md says, and names the results that it brought and no others.

A row that corrected an earlier result became one too, so it is accepted; one that was mended and waits to be read again
is still in quarantine; a result whose load was undone came in no batch any more. A list of contacts brings no result, so
that it is no batch.
"""

from importlib import import_module

from django.db import migrations

first = import_module("throughline.record.migrations.0001_event_tables")

OF_RESULTS = """where not exists (
    select from definitions_definition d
    where d.kind = 'mapping' and d.name = m.mapping and d.version = m.mapping_version and d.body ? 'link'
)
"""
BATCHES = (
    first.BATCHES.replace("create view", "create or replace view")
    .replace("coalesce(r.accepted, 0) as", "coalesce(r.accepted + r.corrected, 0) as")
    .replace("coalesce(r.quarantined, 0) as", "coalesce(r.quarantined + r.waiting, 0) as")
)
RESULTS = (
    first.RESULTS.replace("create view", "create or replace view")
    .replace(
        "m.ref::text as batch_id", "case when w.number is not null then m.ref end::text as batch_id"
    )
    .replace(
        "left join intake_message m",
        "left join intake_row w on w.message_id = r.message_id and w.number = r.row_number and w.place <> 'rejected'\n"
        "left join intake_message m",
    )
)


class Migration(migrations.Migration):
    dependencies = [
        ("definitions", "0002_insert_only"),
        ("intake", "0013_held_by_age"),
        ("record", "0003_contacts_in_error"),
    ]

    operations = [
        migrations.RunSQL(
            BATCHES + OF_RESULTS, first.BATCHES.replace("create view", "create or replace view")
        ),
        migrations.RunSQL(RESULTS, first.RESULTS.replace("create view", "create or replace view")),
    ]
