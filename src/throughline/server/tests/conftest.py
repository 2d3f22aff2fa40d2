"""A home with no database in it, and embedded servers: one of a test's own, and one for all tests of a file."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from throughline.server import postgres
from throughline.server.home import Home
from throughline.server.testing import FAST


@pytest.fixture
def home() -> Iterator[Home]:
    """A home of its own, which the environment names."""
    with _empty() as home:
        yield home


@pytest.fixture
def server(home: Home) -> Iterator[Home]:
    """That home, with its server running."""
    with _served(home):
        yield home


@pytest.fixture(scope="module")
def lasting_server() -> Iterator[Home]:
    """A home with its server running, for tests that leave both as they were: to make a cluster takes a second."""
    with _empty() as home, _served(home):
        yield home


@contextmanager
def _empty() -> Iterator[Home]:
    folder = Path(tempfile.mkdtemp(prefix="tl-")).resolve()
    home = Home(folder=folder, as_root=os.geteuid() == 0)
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name == "DATABASE_URL" or name.startswith("THROUGHLINE_"):
                patch.delenv(name)
        patch.setenv("THROUGHLINE_HOME", str(folder))
        yield home
        postgres.remove(home)
        shutil.rmtree(folder)


@contextmanager
def _served(home: Home) -> Iterator[None]:
    process = postgres.start(home, extra=FAST)
    assert process is not None
    yield
    postgres.stop(home)
    process.wait()
