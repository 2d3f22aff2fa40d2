"""Every page that somebody may open, in Chromium: nothing bars anybody, nothing runs off sideways.

The browser's requests are answered by the service in the test's own transaction, so each page of the
table of access is looked at, with the objects of its scene, and a new page is looked at too.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Empty, Queue

import pytest
from django.http import HttpResponse
from django.urls import reverse
from playwright.sync_api import Page, Route, sync_playwright
from pytest_django.fixtures import Settings

from tests.browser.conftest import ARGUMENTS, DESK_SIZE
from tests.browser.keyboard import PHONE_SIZE, _faults
from throughline.web.tests.access.scene import Scene, set_scene, signed_in
from throughline.web.tests.access.test_access import ROLES, _be, _table

pytestmark = pytest.mark.browser

SITE = "http://service.example"
# The console has states of its own, looked at one by one elsewhere; the others answer no page.
ELSEWHERE = ("conversation", "health", "quarantine-export", "door-")
PICTURES = os.environ.get("PICTURES", "")

Asked = tuple[str, str, Future[HttpResponse]]


@pytest.mark.parametrize("process", ["desk", "authority", "public", "intake"])
def test_every_page_can_be_read_by_everybody_at_any_width(
    process: str, db: None, settings: Settings
) -> None:
    _be(process, settings)
    scene = set_scene()
    clients = {role: signed_in(scene.people.get(role)) for role in ROLES}
    pages = [(route, role, _address(route, scene)) for route, role in _pages_of(process)]
    asked: Queue[Asked] = Queue()
    # The browser has a thread of its own; the service answers in this one, which holds the transaction.
    with ThreadPoolExecutor(1) as browser:
        looking = browser.submit(_look, process, pages, asked)
        while not looking.done():
            try:
                role, address, answer = asked.get(timeout=0.1)
            except Empty:
                continue
            answer.set_result(clients[role].get(address))
    assert looking.result() == {}


def _look(
    process: str, pages: Sequence[tuple[str, str, str]], asked: Queue[Asked]
) -> dict[str, list[str]]:
    """Open each page and return what is wrong with it."""
    found: dict[str, list[str]] = {}
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_context(viewport=DESK_SIZE, bypass_csp=True).new_page()
        who = [""]
        page.route("**/*", lambda route: _answer(route, who[-1], asked))
        for name, role, address in pages:
            who.append(role)
            page.set_viewport_size(DESK_SIZE)
            page.goto(SITE + address)
            wrong = [*_faults(page), *_wider(page, f"{process}-{name}")]
            if wrong:
                found[name] = wrong
        browser.close()
    return found


def _wider(page: Page, name: str) -> Iterator[str]:
    for size in (DESK_SIZE, PHONE_SIZE):
        page.set_viewport_size(size)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
        wider = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        if wider > 0:
            yield f"runs {wider} px off sideways at {size['width']} px"


def _answer(route: Route, role: str, asked: Queue[Asked]) -> None:
    answer: Future[HttpResponse] = Future()
    asked.put((role, route.request.url.removeprefix(SITE), answer))
    given = answer.result(60)
    body = b"".join(given.streaming_content) if given.streaming else given.content
    route.fulfill(status=given.status_code, headers=dict(given.headers), body=body)


def _pages_of(process: str) -> Iterator[tuple[str, str]]:
    """Each route that somebody may open, with the first role that may."""
    for (served_by, route, method), cells in _table().items():
        if served_by != process or method != "GET" or route.startswith(ELSEWHERE):
            continue
        opens = [role for role, cell in zip(ROLES, cells, strict=True) if cell.startswith("200")]
        if opens:
            yield route, opens[0]


def _address(route: str, scene: Scene) -> str:
    address = reverse(route, kwargs=scene.own.get(route) or None)
    return f"{address}?why=list" if route == "case" else address
