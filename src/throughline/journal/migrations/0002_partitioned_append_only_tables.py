"""The journal's tables: partitioned by month of the entry's id, and refusing every change."""

from __future__ import annotations

from django.db import migrations

TABLES = """
create table journal_entry (
    id uuid primary key,
    at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    kind text not null,
    actor_id uuid,
    actor_role text not null,
    supplier_id uuid,
    body jsonb not null,
    version smallint not null,
    leaf bytea not null check (length(leaf) = 32)
) partition by range (id);

create index journal_entry_kind on journal_entry (kind, recorded_at);
create index journal_entry_actor on journal_entry (actor_id, recorded_at);

create table journal_subject (
    subject_id uuid not null,
    entry_id uuid not null,
    at timestamptz not null,
    primary key (subject_id, entry_id)
) partition by range (entry_id);

create table journal_entry_default partition of journal_entry default;
create table journal_subject_default partition of journal_subject default;
select make_partitions('journal_entry', now(), 24), make_partitions('journal_subject', now(), 24);

-- Rights already keep every run-time role from changing an entry; this stops the owner's slip too.
create function journal_refuses() returns trigger language plpgsql
set search_path = pg_catalog as $$
begin
    raise exception 'The journal is append-only: % on % is refused. Write a new entry that corrects it.',
        tg_op, tg_table_name;
end $$;
create trigger journal_entry_append_only before update or delete on journal_entry
    for each row execute function journal_refuses();
create trigger journal_subject_append_only before update or delete on journal_subject
    for each row execute function journal_refuses();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial"), ("core", "0002_partitions_by_month")]

    operations = [
        migrations.RunSQL(
            TABLES,
            "drop table journal_subject; drop table journal_entry; drop function journal_refuses()",
        )
    ]
