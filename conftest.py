"""The database of a test session: one server, one database a worker, migrated and with its grants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from hypothesis import settings

from throughline.server import testing

# A busy machine is no failure: how long an example takes says nothing of the rule.
settings.register_profile("throughline", deadline=None)
settings.load_profile("throughline")


# Files that take long, the longest first, so that none of them is left to one worker at the end. A file that
# is not named here comes after them, and whichever tests wait for processes and browsers before the others.
LONG = (
    "process/test_service.py",
    "process/test_storm.py",
    "process/test_replay.py",
    "process/test_intake.py",
    "process/test_docs.py",
    "browser/test_console.py",
    "browser/test_pages.py",
    "access/test_access.py",
    "tests/test_plans.py",
    "measures/tests/test_tutorial.py",
    "bulletin/tests/test_release.py",
    "tests/test_hl7_beside_another_parser.py",
    "intake/tests/test_line_lists.py",
    "tests/test_every_act_is_journalled.py",
    "intake/tests/test_bad_input.py",
    "intake/tests/test_order.py",
    "tests/test_six_flatmates.py",
    "tests/test_joined_contacts.py",
)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take long; within a file the order stays."""
    ranks = {item.path: _rank(str(item.path)) for item in items}
    items.sort(key=lambda item: ranks[item.path])


def _rank(path: str) -> int:
    return next((n for n, end in enumerate(LONG) if path.endswith(end)), len(LONG))


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Hash with the service's own algorithm at the least cost; the service's own cost runs in tests/browser."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Argon2PasswordHasher, "time_cost", 1)
        patch.setattr(Argon2PasswordHasher, "memory_cost", 8)
        patch.setattr(Argon2PasswordHasher, "parallelism", 1)
        yield


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[None]:
    """Have the session's PostgreSQL running. It is stopped when the session ends."""
    process = testing.start_database()
    yield
    if process is not None:
        # Other workers may still use it; whoever began the session stops it.
        process.returncode = 0


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    embedded_server: None, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Start the server before the test database is made; each worker's has a name of its own."""


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """Grant to the roles what the rooms declare and take in the shipped definitions, as `db prepare` does."""
    from throughline.core import clock, grants
    from throughline.definitions import load
    from throughline.definitions.actions import adopt

    with django_db_blocker.unblock():
        grants.apply()
        adopt(load.shipped(), by=None, at=clock.now())


@pytest.fixture(scope="module", autouse=True)
def a_prepared_database(request: pytest.FixtureRequest) -> None:
    """Begin each file with the database as `db prepare` leaves it.

    A test that commits (several connections, real processes) leaves rows behind, and Django's own flush knows
    neither the journal nor that a service without definitions is none.
    """
    wants = {"db", "transactional_db", "django_db_setup"}
    mine = [i for i in request.session.items if getattr(i, "module", None) is request.module]
    if not any(i.get_closest_marker("django_db") or wants & set(i.fixturenames) for i in mine):
        return
    request.getfixturevalue("django_db_setup")
    with request.getfixturevalue("django_db_blocker").unblock():
        _restore()


def _restore() -> None:
    from django.db import connection

    from throughline.core import clock
    from throughline.definitions import load
    from throughline.definitions.actions import adopt

    shipped = load.shipped()
    with connection.cursor() as cursor:
        cursor.execute(
            """select exists (select from journal_entry) or exists (select from core_service)
                or exists (select from workforce_user) or exists (select from people_address)
                or exists (select from people_household) or exists (select from intake_sender)
                or exists (select from suppliers_organisation)
                or (select count(*) from definitions_definition) <> %s""",
            [len(shipped)],
        )
        if not cursor.fetchone()[0]:
            return
        cursor.execute(
            """select string_agg(format('%I', tablename), ', ') from pg_tables
            where schemaname = current_schema() and tablename <> 'django_migrations'"""
        )
        cursor.execute(f"truncate {cursor.fetchone()[0]}")
    adopt(shipped, by=None, at=clock.now())
