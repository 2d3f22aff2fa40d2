"""`r_login` holds each of its rights because signing in fails without it, and no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from throughline.core.grants import SELECT, UPDATE, declared
from throughline.core.roles import Role
from throughline.web.signin.adapters import SEEN
from throughline.web.signin.tests.people import (
    PASSWORD,
    browser,
    is_in,
    sign_in,
    somebody,
    try_password,
)
from throughline.web.signin.tests.test_sessions import age

pytestmark = pytest.mark.django_db

TABLES = (
    "django_session",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "mfa_authenticator",
    "account_emailaddress",
    "workforce_user",
)
RIGHTS = [
    (table, command)
    for table in TABLES
    for right in declared()[table].rights
    if right.role == Role.LOGIN
    for command in right.commands
]


def story() -> bool:
    """Whether all of signing in works: failing, set-up, code, time running out, signing out."""
    try:
        return _story()
    except (KeyError, AssertionError, AttributeError):
        return False


def _story() -> bool:
    newcomer, first = somebody(authenticator=False), browser()
    try_password(first, newcomer.user.username)
    failed_twice = try_password(first, newcomer.user.username).status_code
    try_password(first, newcomer.user.username, PASSWORD)
    first.get("/sign-in/set-up/")
    known = type(newcomer)(user=newcomer.user, secret=first.session["mfa.totp.secret"])
    first.post("/sign-in/set-up/", {"code": known.code()})
    second = browser()
    sign_in(second, known, ahead=1)
    if not (is_in(first) and is_in(second)):
        return False
    age(first, SEEN, timedelta(minutes=31))
    out = [first.get("/").status_code, second.post("/sign-out/").status_code]
    return (failed_twice, out) == (200, [302, 302])


def test_all_of_signing_in_works_with_the_rights_declared() -> None:
    assert story()


@pytest.mark.parametrize(("table", "command"), RIGHTS)
def test_without_this_right_signing_in_fails(table: str, command: str) -> None:
    columns = " (last_login, password)" if (table, command) == ("workforce_user", UPDATE) else ""
    with connection.cursor() as cursor:
        cursor.execute(f"revoke {command}{columns} on {table} from {Role.LOGIN.sql}")
    assert not story()


def test_r_login_reads_nothing_but_what_signing_in_needs() -> None:
    readable = {
        name
        for name, table in declared().items()
        for right in table.rights
        if right.role == Role.LOGIN and SELECT in right.commands
    }
    assert readable == {
        *TABLES,
        "core_service",
        "definitions_definition",
        "suppliers_organisation",
        "workforce_team",
    }
