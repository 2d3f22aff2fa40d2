"""The catalogue gate: everything in the database that is not as the rooms declare it, one sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import connection

from throughline.core.grants import STORED_POLICIES, Table, declared, policies, policy_mark
from throughline.core.roles import Role, deployment
from throughline.server.logins import LOGINS

# Functions that run with their owner's rights; each needs a fixed search path and a test. There are none.
DEFINER_FUNCTIONS: frozenset[str] = frozenset()


def differences() -> list[str]:
    """Return a sentence for each difference between catalogue and declarations; empty when all is well."""
    tables = declared()
    return [
        *_memberships(),
        *_attributes(),
        *_row_security(tables.values()),
        *_policies(tables.values()),
        *_grants(tables.values()),
        *_undeclared(),
        *_doors(),
    ]


def _rows(query: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())


def _memberships() -> Iterator[str]:
    """Inheritance is a property of the grant: with it, a login has the role's rows without SET ROLE."""
    found = _rows(
        """select m.rolname, r.rolname, a.inherit_option, a.set_option, a.admin_option
        from pg_auth_members a join pg_roles m on m.oid = a.member join pg_roles r on r.oid = a.roleid
        where m.rolname like %s and m.rolcanlogin""",
        [f"{deployment()}\\_%"],
    )
    wanted = {
        (f"{deployment()}_{login}", f"{deployment()}_r_{role}")
        for login, roles in LOGINS.items()
        for role in roles
    }
    run_time = {login for login, _ in wanted}
    seen = set()
    for login, role, inherits, sets, admins in found:
        if login not in run_time:
            continue
        seen.add((login, role))
        if (login, role) not in wanted:
            yield f"{login} is a member of {role}, which is not declared: revoke it."
        if inherits:
            yield f"{login} inherits {role}: grant it again WITH INHERIT FALSE, SET TRUE."
        if admins:
            yield f"{login} may grant {role} to others: grant it again WITH ADMIN FALSE."
        if not sets and (login, role) in wanted:
            yield f"{login} cannot set role {role}: grant it again WITH INHERIT FALSE, SET TRUE."
    for login, role in sorted(wanted - seen):
        yield f"{login} is not a member of {role}: run `throughline db prepare`."


def _attributes() -> Iterator[str]:
    names = [f"{deployment()}_{login}" for login in LOGINS] + [role.sql for role in Role]
    for name, superuser, bypasses, creates in _rows(
        "select rolname, rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = any(%s)",
        [names],
    ):
        if superuser or bypasses or creates:
            yield f"{name} is superuser, bypasses policies or makes roles: take that attribute away."
    owners = _rows(
        "select distinct tablename from pg_tables where schemaname = %s and tableowner = any(%s)",
        [deployment(), names],
    )
    for (table,) in owners:
        yield f"{table} is owned by a run-time role: give it to the owner."


def _row_security(tables: Iterable[Table]) -> Iterator[str]:
    found = {
        name: (enabled, forced)
        for name, enabled, forced in _rows(
            """select relname, relrowsecurity, relforcerowsecurity from pg_class
            where relnamespace = %s::regnamespace and relkind in ('r', 'p')""",
            [deployment()],
        )
    }
    for table in tables:
        if table.personal and found.get(table.name) != (True, True):
            yield f"{table.name} holds personal data and its policies are not enabled and forced."


def _policies(tables: Iterable[Table]) -> Iterator[str]:
    wanted = {(p.table, p.name, p.command, p.role): p for p in policies(tables)}
    found = {
        (table, name, command, role): (text, mark)
        for table, name, command, role, text, mark in _rows(STORED_POLICIES, [deployment()])
    }
    for table, name, _, role in sorted(set(found) - set(wanted), key=str):
        yield f"{table} has the policy {name} for {role}, which is not declared: drop it."
    for table, name, _, role in sorted(set(wanted) - set(found)):
        yield f"{table} lacks the policy {name} for {role}: run `throughline db prepare`."
    for key in sorted(set(wanted) & set(found)):
        text, mark = found[key]
        if mark != policy_mark(wanted[key].rows, str(text)):
            yield f"{key[0]}: the policy {key[1]} was changed: run `throughline db prepare`."


def _grants(tables: Iterable[Table]) -> Iterator[str]:
    wanted = {
        (table.name, right.role.sql, command, column)
        for table in tables
        for right in table.rights
        for command in right.commands
        for column in (right.columns or ("",))
    }
    # A whole-table right makes a column right of the same role needless; PostgreSQL keeps both.
    names = [role.sql for role in Role] + [f"{deployment()}_{login}" for login in LOGINS]
    found = set(
        _rows(
            """select c.relname, coalesce(r.rolname, 'public'), lower(a.privilege_type), ''
            from pg_class c cross join lateral aclexplode(c.relacl) a
            left join pg_roles r on r.oid = a.grantee
            where c.relnamespace = %(schema)s::regnamespace
                and c.relkind in ('r', 'p', 'v', 'm', 'S')
                and (a.grantee = 0 or r.rolname = any(%(names)s))
            union all
            select c.relname, coalesce(r.rolname, 'public'), lower(a.privilege_type), t.attname
            from pg_class c join pg_attribute t on t.attrelid = c.oid
            cross join lateral aclexplode(t.attacl) a left join pg_roles r on r.oid = a.grantee
            where c.relnamespace = %(schema)s::regnamespace
                and (a.grantee = 0 or r.rolname = any(%(names)s))""",
            {"schema": deployment(), "names": names},
        )
    )
    for table, role, command, column in sorted(found - wanted, key=str):
        place = f"{table}.{column}" if column else table
        yield f"{role} may {command} {place}, which is not declared: revoke it."
    for table, role, command, column in sorted(wanted - found, key=str):
        place = f"{table}.{column}" if column else table
        yield f"{role} may not {command} {place}: run `throughline db prepare`."


def _undeclared() -> Iterator[str]:
    """A table with a person's or household's key must be declared personal, so that none is forgotten."""
    for (table,) in _rows(
        """select distinct c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid
        where c.relnamespace = %s::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            and a.attname in ('person_id', 'household_id', 'purge_after') and not c.relrowsecurity""",
        [deployment()],
    ):
        yield f"{table} points at persons and has no policies: declare it in its room's grants.py."


def _doors() -> Iterator[str]:
    for (name,) in _rows(
        """select proname from pg_proc where pronamespace = %s::regnamespace and prosecdef
            and not proname = any(%s)""",
        [deployment(), sorted(DEFINER_FUNCTIONS)],
    ):
        yield f"The function {name} runs with its owner's rights and is not on the list."
    for (name,) in _rows(
        """select relname from pg_class where relnamespace = %s::regnamespace and (relkind = 'm'
            or relkind = 'v' and not coalesce('security_invoker=true' = any(reloptions), false))""",
        [deployment()],
    ):
        yield f"The view {name} shows its owner's rows to everyone: make it security_invoker."
