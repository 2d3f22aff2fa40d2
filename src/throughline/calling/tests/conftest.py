"""A small service: the definitions in force, two suppliers, agents, households with telephones."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from throughline.calling.tests.world import World


@pytest.fixture
def world(db: None) -> World:
    """Everything within the test's own transaction."""
    return World.made()


@pytest.fixture
def shared_world(transactional_db: None) -> Iterator[World]:
    """Committed, for tests in which several connections meet."""
    yield World.made()
    connection.close()
