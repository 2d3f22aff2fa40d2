"""Attempts, partitioned by month of their id."""

from __future__ import annotations

from django.db import migrations

TABLE = """
create table calling_attempt (
    id uuid primary key,
    item_id uuid not null,
    household_id uuid not null,
    person_id uuid not null,
    subject text not null check (subject in ('case', 'contact')),
    subject_id uuid not null,
    endpoint_id uuid,
    supplier_id uuid,
    team_id uuid,
    agent_id uuid not null,
    fence bigint not null,
    channel text not null,
    started_at timestamptz not null,
    ended_at timestamptz,
    outcome text,
    reached boolean,
    check ((ended_at is null) = (outcome is null)),
    check (ended_at is null or ended_at >= started_at)
) partition by range (id);

create index attempt_by_household on calling_attempt (household_id, started_at);
create index attempt_by_item on calling_attempt (item_id, started_at);
create index attempt_by_supplier on calling_attempt (supplier_id, started_at);
create index attempts_open on calling_attempt (item_id) where ended_at is null;
create table calling_attempt_default partition of calling_attempt default;
select make_partitions('calling_attempt', now(), 24);
"""


class Migration(migrations.Migration):
    dependencies = [("calling", "0001_initial"), ("core", "0002_partitions_by_month")]

    operations = [migrations.RunSQL(TABLE, "drop table calling_attempt")]
