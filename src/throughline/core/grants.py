"""Who may do what to which table: declared by each room in its grants.py, applied and checked here.

The declarations are the desired state. `apply` makes the database equal to them; `differences` (the
catalogue gate) reads the catalogue back and names everything that is not as declared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import connection, transaction

from throughline.core.roles import Role, deployment

SELECT, INSERT, UPDATE, DELETE = "select", "insert", "update", "delete"
READ_WRITE = (SELECT, INSERT, UPDATE)

# A missing key is NULL after nullif, and NULL equals nothing: no context, no rows.
# Wrapped in a select so that it is computed once for a statement and can be an index condition.
USER_KEY = "(select nullif(current_setting('throughline.user', true), '')::uuid)"
HOUSEHOLD_KEY = "(select nullif(current_setting('throughline.household', true), '')::uuid)"
TEAM_KEY = "(select nullif(current_setting('throughline.team', true), '')::uuid)"
SUPPLIER_KEY = "(select nullif(current_setting('throughline.supplier', true), '')::uuid)"
SENDER_KEY = "(select nullif(current_setting('throughline.sender', true), '')::uuid)"

OWN_HOUSEHOLD = f"household_id = {HOUSEHOLD_KEY}"
ALL_ROWS = "true"


@dataclass(frozen=True, kw_only=True)
class Right:
    """What one role may do to one table: commands, on which rows, in which columns (all, unless named)."""

    role: Role
    commands: tuple[str, ...]
    rows: str = ALL_ROWS
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table's rights. `personal`: row-level security is enabled and forced, a policy per role and command."""

    name: str
    personal: bool
    rights: tuple[Right, ...] = field(default=())


@dataclass(frozen=True, order=True)
class Policy:
    """One policy as declared, and the name by which it stands in the catalogue."""

    table: str
    name: str
    command: str
    role: str
    rows: str


TABLES = (
    Table(
        name="core_service",
        personal=False,
        rights=(
            *(Right(role=role, commands=(SELECT,)) for role in Role),
            # To found the service: one command, once.
            Right(role=Role.AUTHORITY, commands=(INSERT, UPDATE)),
        ),
    ),
    Table(
        name="core_done_once",
        personal=False,
        rights=(
            *(
                Right(role=role, commands=(SELECT, INSERT))
                for role in (Role.DESK, Role.LOCAL, Role.AUTHORITY, Role.DISPATCH)
            ),
            Right(role=Role.CLOCK, commands=(SELECT, DELETE)),
        ),
    ),
)


def declared() -> Mapping[str, Table]:
    """Return every table's rights; a higher room may add rights to a lower room's table, never take any."""
    tables: dict[str, Table] = {}
    for app in apps.get_app_configs():
        name = f"{app.name}.grants"
        if not app.name.startswith("throughline.") or find_spec(name) is None:
            continue
        for table in import_module(name).TABLES:
            known = tables.get(table.name)
            rights = (*known.rights, *table.rights) if known else table.rights
            personal = table.personal or bool(known and known.personal)
            tables[table.name] = Table(name=table.name, personal=personal, rights=rights)
    return tables


def policies(tables: Iterable[Table]) -> Iterator[Policy]:
    """Yield the policies that the declarations ask for."""
    for table in tables:
        if table.personal:
            for right in table.rights:
                for command in right.commands:
                    yield Policy(
                        table.name,
                        f"{right.role.value}_{command}",
                        command,
                        right.role.sql,
                        right.rows,
                    )


STORED_POLICIES = """select tablename, policyname, lower(cmd), array_to_string(roles, ','),
    coalesce(qual, '') || '/' || coalesce(with_check, ''),
    obj_description(p.oid, 'pg_policy')
    from pg_policies v join pg_policy p on p.polname = v.policyname
        and p.polrelid = format('%%I.%%I', v.schemaname, v.tablename)::regclass
    where v.schemaname = %s"""


def policy_mark(declared_rows: str, stored: str) -> str:
    """Return what a policy's comment holds: hashes of its declaration and of what PostgreSQL made of it.

    PostgreSQL rewrites conditions in its own words, so the two texts cannot be compared directly.
    """
    return " ".join(sha256(text.encode()).hexdigest()[:32] for text in (declared_rows, stored))


@transaction.atomic
def apply() -> None:
    """Make grants and policies equal to the declarations: revoke everything, then grant. Run by the owner."""
    tables = declared()
    with connection.cursor() as cursor:
        for statement in _statements(tables):
            cursor.execute(statement)
        wanted = {(p.table, p.name): p.rows for p in policies(tables.values())}
        cursor.execute(STORED_POLICIES, [deployment()])
        for table, name, _, _, stored, _ in cursor.fetchall():
            mark = policy_mark(wanted[table, name], stored)
            cursor.execute(f"comment on policy {name} on {table} is '{mark}'")


def _statements(tables: Mapping[str, Table]) -> Iterator[str]:
    schema = deployment()
    everyone = ", ".join(["public", *(role.sql for role in Role)])
    yield f"revoke all on all tables in schema {schema} from {everyone}"
    yield f"revoke all on schema {schema} from {everyone}"
    yield f"grant usage on schema {schema} to {', '.join(role.sql for role in Role)}"
    for table in tables.values():
        # Column rights outlive a revoke on the table, and old policies outlive their declaration.
        yield f"""do $$ declare p record; begin
            for p in select policyname from pg_policies
                where schemaname = '{schema}' and tablename = '{table.name}'
            loop execute format('drop policy %I on {schema}.{table.name}', p.policyname); end loop;
        end $$"""
        if table.personal:
            yield f"alter table {table.name} enable row level security"
            yield f"alter table {table.name} force row level security"
        for right in table.rights:
            for command in right.commands:
                named = ", ".join(f'"{column}"' for column in right.columns)
                columns = f" ({named})" if named else ""
                yield f"grant {command}{columns} on {table.name} to {right.role.sql}"
    for policy in policies(tables.values()):
        using = f"using ({policy.rows})" if policy.command != INSERT else ""
        check = f"with check ({policy.rows})" if policy.command in {INSERT, UPDATE} else ""
        yield (
            f"create policy {policy.name} on {policy.table} for {policy.command} "
            f"to {policy.role} {using} {check}"
        )
