"""A definition is never changed: a changed body is a new version."""

from __future__ import annotations

from django.db import migrations

GUARD = """
create function definition_refuses() returns trigger language plpgsql
set search_path = pg_catalog as $$
begin
    raise exception 'Definitions are insert-only: % is refused. Add a new version.', tg_op;
end $$;
create trigger definition_insert_only before update or delete on definitions_definition
    for each row execute function definition_refuses();
"""


class Migration(migrations.Migration):
    dependencies = [("definitions", "0001_initial")]

    operations = [
        migrations.RunSQL(
            GUARD,
            "drop trigger definition_insert_only on definitions_definition; drop function definition_refuses()",
        )
    ]
