"""A small service to trace in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from throughline.core.models import Service
from throughline.tracing.tests.world import World


@pytest.fixture
def world(db: None) -> World:
    """Everything within the test's own transaction; numbers kept for drama may be rung."""
    _service()
    return World.made()


@pytest.fixture
def shared_world(transactional_db: None) -> Iterator[World]:
    """Committed, for tests in which several connections meet."""
    _service()
    yield World.made()
    connection.close()


def _service() -> None:
    Service.objects.update_or_create(
        id=1,
        defaults={
            "name": "Zexmouth Tracing",
            "telephone": "01632 960960",
            "demonstration": True,
            "accepts_drama_numbers": True,
        },
    )
