"""The catalogue gate finds nothing on a prepared database, and each sabotage turns it red."""

from __future__ import annotations

import pytest
from django.db import connection

from throughline.core.gate import differences

pytestmark = pytest.mark.django_db

SABOTAGES = {
    "inheriting a role": (
        "grant throughline_r_authority to throughline_authority with inherit true",
        "inherits throughline_r_authority",
    ),
    "joining a role of another process": (
        "grant throughline_r_authority to throughline_desk with inherit false",
        "is a member of throughline_r_authority, which is not declared",
    ),
    "bypassing policies": ("alter role throughline_r_desk bypassrls", "bypasses policies"),
    "unforcing a table": (
        "alter table people_person no force row level security",
        "people_person holds personal data",
    ),
    "widening a policy": (
        "alter policy r_desk_select on people_person using (true)",
        "the policy r_desk_select was changed",
    ),
    "adding a policy": (
        "create policy more on people_person for select to throughline_r_desk using (true)",
        "people_person has the policy more",
    ),
    "dropping a policy": (
        "drop policy r_desk_select on tracing_case",
        "tracing_case lacks the policy r_desk_select",
    ),
    "granting TRUNCATE": (
        "grant truncate on people_person to throughline_r_desk",
        "may truncate people_person",
    ),
    "granting on a partition": (
        "grant select on calling_attempt_default to throughline_r_supplier",
        "may select calling_attempt_default",
    ),
    "granting a column": (
        "grant select (password) on workforce_user to throughline_r_supplier",
        "may select workforce_user.password",
    ),
    "granting to everybody": (
        "grant select on journal_entry to public",
        "public may select journal_entry",
    ),
    "taking a right away": (
        "revoke insert on journal_entry from throughline_r_desk",
        "may not insert journal_entry",
    ),
    "a new table about persons": (
        "create table notes (person_id uuid, words text)",
        "notes points at persons and has no policies",
    ),
    "a view with its owner's rights": (
        "create view everyone as select * from people_person",
        "The view everyone shows its owner's rows",
    ),
    "a function with its owner's rights": (
        "create function all_of_them() returns setof people_person language sql security definer"
        " as 'select * from people_person'",
        "The function all_of_them runs with its owner's rights",
    ),
}


def test_a_prepared_database_is_as_the_rooms_declare_it() -> None:
    assert differences() == []


@pytest.mark.parametrize("sabotage", SABOTAGES, ids=str)
def test_the_gate_names_the_sabotage(sabotage: str) -> None:
    statement, expected = SABOTAGES[sabotage]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert [said for said in differences() if expected in said] != []
