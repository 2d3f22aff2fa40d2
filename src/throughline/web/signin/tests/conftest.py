"""The desk, with test pages."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings


@pytest.fixture(autouse=True)
def desk(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Run as the desk process does."""
    settings.PROCESS = "desk"
    settings.ROOT_URLCONF = "throughline.web.signin.tests.pages"
