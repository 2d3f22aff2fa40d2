"""The database of a test session: one server, one database a worker, migrated and with its grants."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from throughline.server import testing

# A busy machine is no failure: how long an example takes says nothing of the rule.
settings.register_profile("throughline", deadline=None)
settings.load_profile("throughline")


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
