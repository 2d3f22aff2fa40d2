"""A function of the owner's that makes monthly partitions of a table whose key is a UUIDv7."""

from __future__ import annotations

from django.db import migrations

# The first 48 bits of a UUIDv7 are milliseconds since 1970, so a month is a range of keys.
MAKE = """
create function month_edge(month timestamptz) returns uuid language sql immutable
set search_path = pg_catalog as $$
    select (substr(h, 1, 8) || '-' || substr(h, 9, 4) || '-0000-0000-000000000000')::uuid
    from lpad(to_hex((extract(epoch from month) * 1000)::bigint), 12, '0') as h
$$;

create function make_partitions(parent text, first timestamptz, months int) returns int
language plpgsql as $$
declare
    made int := 0;
    start timestamptz := date_trunc('month', first, 'UTC');
    child text;
begin
    for i in 0 .. months - 1 loop
        child := parent || to_char(start at time zone 'UTC', '_YYYY_MM');
        if to_regclass(child) is null then
            execute format('create table %I partition of %I for values from (%L) to (%L)',
                child, parent, month_edge(start), month_edge(start + interval '1 month'));
            made := made + 1;
        end if;
        start := date_trunc('month', start + interval '32 days', 'UTC');
    end loop;
    return made;
end $$;

revoke all on function make_partitions(text, timestamptz, int) from public;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(
            MAKE,
            "drop function make_partitions(text, timestamptz, int); drop function month_edge(timestamptz)",
        )
    ]
