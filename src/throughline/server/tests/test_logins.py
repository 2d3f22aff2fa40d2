"""Logins, roles, and what each login may become."""

from __future__ import annotations

import stat

import psycopg
import pytest

from throughline.server import logins
from throughline.server.errors import DownError
from throughline.server.home import Home, connection_parameters

pytestmark = pytest.mark.process

MEMBERSHIPS = """
    SELECT member.rolname, role.rolname, held.inherit_option, held.set_option, held.admin_option
      FROM pg_auth_members AS held
      JOIN pg_roles AS role ON role.oid = held.roleid
      JOIN pg_roles AS member ON member.oid = held.member
     WHERE member.rolname = ANY(%s)
"""


@pytest.fixture(scope="module")
def prepared(lasting_server: Home) -> Home:
    logins.prepare(lasting_server)
    return lasting_server


def memberships(home: Home) -> set[tuple[object, ...]]:
    names = [home.login(process) for process in logins.LOGINS]
    with logins.connect_as_superuser(home) as connection:
        return set(connection.execute(MEMBERSHIPS, [names]).fetchall())


def declared(home: Home) -> set[tuple[object, ...]]:
    return {
        (home.login(process), logins.role_name(home, role), False, True, False)
        for process, roles in logins.LOGINS.items()
        for role in roles
    }


def test_each_login_may_become_its_roles_and_inherits_none(prepared: Home) -> None:
    assert memberships(prepared) == declared(prepared)


def test_preparing_again_mends_what_was_changed_by_hand(prepared: Home) -> None:
    with logins.connect(connection_parameters("prepare")) as connection:
        connection.execute("GRANT throughline_r_authority TO throughline_desk")
        connection.execute("GRANT throughline_r_desk TO throughline_desk WITH INHERIT TRUE")
        connection.execute("ALTER ROLE throughline_desk PASSWORD NULL")
    assert memberships(prepared) != declared(prepared)

    logins.prepare(prepared)

    assert memberships(prepared) == declared(prepared)
    logins.connect(connection_parameters("desk")).close()


def test_a_login_cannot_become_what_it_was_not_granted(prepared: Home) -> None:
    with (
        logins.connect(connection_parameters("desk")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute("SET ROLE throughline_r_authority")


def test_no_login_can_do_more_than_sign_in(prepared: Home) -> None:
    with logins.connect_as_superuser(prepared) as connection:
        able = connection.execute(
            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'throughline%' "
            "AND rolname NOT IN ('throughline_keeper', 'throughline_owner') "
            "AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication)"
        ).fetchall()
        owner = connection.execute(
            "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'throughline_owner'"
        ).fetchone()
    assert able == []
    assert owner == (False, False)


def test_secrets_are_readable_by_their_owner_alone(prepared: Home) -> None:
    files = list(prepared.secrets.iterdir())
    assert {file.name for file in files} == {
        prepared.owner,
        *(prepared.login(process) for process in logins.LOGINS),
    }
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_wrong_password_is_refused_in_one_sentence_without_it(prepared: Home) -> None:
    with pytest.raises(DownError, match="does not let throughline_desk in") as refused:
        logins.connect({**connection_parameters("desk"), "password": "not-this"})
    assert "not-this" not in str(refused.value)


def test_a_password_from_the_environment_is_not_written_down(
    server: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("THROUGHLINE_PASSWORD_THROUGHLINE_DESK", "given-from-outside")
    logins.prepare(server)
    assert not (server.secrets / "throughline_desk").exists()
    logins.connect(connection_parameters("desk")).close()


def test_a_managed_server_is_prepared_by_a_login_that_is_no_superuser(
    server: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with logins.connect_as_superuser(server) as connection:
        connection.execute("CREATE ROLE chief LOGIN CREATEROLE PASSWORD 'given'")
        connection.execute("CREATE DATABASE managed OWNER chief")
    monkeypatch.setenv(
        "DATABASE_URL", f"postgresql://chief:given@/managed?host={server.socket_folder}"
    )
    monkeypatch.setenv("THROUGHLINE_DATABASE_HOST", str(server.socket_folder))
    monkeypatch.setenv("THROUGHLINE_DATABASE_NAME", "managed")

    logins.prepare(server)

    with logins.connect(connection_parameters("desk")) as connection:
        assert connection.info.dbname == "managed"
        connection.execute("SET ROLE throughline_r_desk")
