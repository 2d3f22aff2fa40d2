"""What tests of commands begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from throughline.cli.tests.lists import Lists


@pytest.fixture
def lists(tmp_path: Path) -> Lists:
    return Lists(tmp_path)
