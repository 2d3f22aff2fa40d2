"""A home with no database in it, and an embedded server of a test's own."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from throughline.server import postgres
from throughline.server.home import Home
from throughline.server.testing import FAST


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    """A home of its own, which the environment names."""
    folder = Path(tempfile.mkdtemp(prefix="tl-")).resolve()
    for name in list(os.environ):
        if name == "DATABASE_URL" or name.startswith("THROUGHLINE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("THROUGHLINE_HOME", str(folder))
    home = Home(folder=folder, as_root=os.geteuid() == 0)
    yield home
    postgres.remove(home)
    shutil.rmtree(folder)


@pytest.fixture
def server(home: Home) -> Iterator[Home]:
    """That home, with its server running."""
    process = postgres.start(home, extra=FAST)
    assert process is not None
    yield home
    postgres.stop(home)
    process.wait()
