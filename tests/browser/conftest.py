"""The desk as people meet it: a home of its own, the desk process, and Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.homes import ROOT, environment_of, home_of_its_own, listens
from throughline.server import postgres
from throughline.server.home import Home

STAGE = Path(__file__).parent / "stage.py"
START_SECONDS = 60.0
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESK_SIZE = {"width": 1366, "height": 768}


@dataclass(frozen=True, kw_only=True)
class Service:
    """A prepared home with the desk process listening."""

    home: Home
    environment: dict[str, str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.home.port('desk')}"

    def stage(self, scene: str) -> dict[str, Any]:
        """Do something behind the scene, by the service's own actions."""
        done = subprocess.run(
            [sys.executable, str(STAGE), scene],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The desk, once for all browser tests; each test sets a scene of its own."""
    with home_of_its_own(prepared=True, ports=28000) as home:
        database = postgres.start(home)
        assert database is not None, "the home is new, so nobody else has started its database"
        environment = environment_of(home)
        desk = _start_desk(home, environment)
        yield Service(home=home, environment=environment)
        desk.terminate()
        desk.wait(20)
        postgres.stop(home)
        database.wait(20)


def _start_desk(home: Home, environment: dict[str, str]) -> subprocess.Popen[bytes]:
    with (home.folder / "desk.txt").open("wb") as output:
        desk = subprocess.Popen(
            [
                *(sys.executable, "-m", "granian", "--interface", "wsgi", "--no-access-log"),
                *("--host", "127.0.0.1", "--port", str(home.port("desk"))),
                *("--workers", "1", "--blocking-threads", "2"),
                "throughline.web.wsgi:application",
            ],
            env=environment | {"THROUGHLINE_PROCESS": "desk"},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    deadline = time.monotonic() + START_SECONDS
    while not listens(home.port("desk")):
        assert desk.poll() is None, (home.folder / "desk.txt").read_text()
        assert time.monotonic() < deadline, "the desk did not start in time"
        time.sleep(0.1)
    return desk


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    # Its loop runs in this thread to the end of the session, and Django would take every later test of this
    # worker that asks the database for code of that loop.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started


@pytest.fixture
def open_browser(playwright: Playwright) -> Iterator[Callable[[], Browser]]:
    """Open as many browsers as a test asks for; each is a machine of its own."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, (
        "Chromium was not found. On Debian: apt install chromium. Elsewhere install Chromium or "
        "Chrome and name it: CHROMIUM=/path/to/chromium script/test"
    )
    opened: list[Browser] = []

    def open_one() -> Browser:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        opened.append(browser)
        return browser

    yield open_one
    for browser in opened:
        if browser.is_connected():
            browser.close()


@pytest.fixture
def page(open_browser: Callable[[], Browser]) -> Page:
    return open_browser().new_page(viewport=DESK_SIZE)
