"""The desk as people meet it: a home of its own, the desk process, and Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright

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
    stagehand: subprocess.Popen[str]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.home.port('desk')}"

    def stage(self, scene: str) -> dict[str, Any]:
        """Do something behind the scene, by the service's own actions."""
        assert self.stagehand.stdin is not None
        assert self.stagehand.stdout is not None
        self.stagehand.stdin.write(f"{scene}\n")
        self.stagehand.stdin.flush()
        answer = self.stagehand.stdout.readline()
        assert answer, _said_on_stage(self.home).read_text()
        return json.loads(answer)


@pytest.fixture(scope="session")
def service() -> Iterator[Service]:
    """The desk, once for all browser tests; each test sets a scene of its own."""
    with home_of_its_own(prepared=True, ports=28000) as home:
        database = postgres.start(home)
        assert database is not None, "the home is new, so nobody else has started its database"
        environment = environment_of(home)
        desk = _start_desk(home, environment)
        with _stagehand(home, environment) as stagehand:
            yield Service(home=home, stagehand=stagehand)
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


@contextmanager
def _stagehand(home: Home, environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Have somebody behind the scene for as long as the desk is there: each would take seconds to come."""
    with (
        _said_on_stage(home).open("w") as said,
        subprocess.Popen(
            [sys.executable, str(STAGE)],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        ) as stagehand,
    ):
        # At the end its input is closed, and it goes.
        yield stagehand


def _said_on_stage(home: Home) -> Path:
    return home.folder / "stage.txt"


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    # Its loop runs in this thread as long as it lasts, and Django takes whatever asks the database in this
    # thread for code of that loop: it would refuse it, and gives it a connection that nobody sees later on.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as started:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield started
        connections.close_all()


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all tests; to start one costs more than most tests."""
    browser = launched(playwright)
    yield browser
    browser.close()


@pytest.fixture
def open_machine(chromium: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Open as many as a test asks for: each knows nothing of the others, neither their cookies nor their pages."""
    opened: list[BrowserContext] = []

    def open_one(**how: Any) -> BrowserContext:
        opened.append(chromium.new_context(**{"viewport": DESK_SIZE} | how))
        return opened[-1]

    yield open_one
    for machine in opened:
        machine.close()


@pytest.fixture
def page(open_machine: Callable[..., BrowserContext]) -> Page:
    return open_machine().new_page()


@pytest.fixture
def doomed(playwright: Playwright) -> Iterator[Browser]:
    """A browser of the test's own, to be killed."""
    browser = launched(playwright)
    yield browser
    if browser.is_connected():
        browser.close()


def launched(playwright: Playwright) -> Browser:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert found, (
        "Chromium was not found. On Debian: apt install chromium. Elsewhere install Chromium or "
        "Chrome and name it: CHROMIUM=/path/to/chromium script/test"
    )
    return playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
