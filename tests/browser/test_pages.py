"""Every page that somebody may open, in Chromium: nothing bars anybody, nothing runs off sideways.

The service answers in the test's own transaction, so each page of the table of access is looked at, with the
objects of its scene, and a new page is looked at too.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page
from pytest_django.fixtures import Settings

from tests.browser.conftest import DESK_SIZE
from tests.browser.keyboard import AXE, PHONE_SIZE, faults, too_wide
from tests.browser.serving import serving, sign_in
from throughline.web.tests.access.scene import Scene, set_scene
from throughline.web.tests.access.test_access import ROLES, _be, _table

pytestmark = pytest.mark.browser

# The console has states of its own, looked at one by one elsewhere; the others answer no page.
ELSEWHERE = ("conversation", "health", "quarantine-export", "door-")
PICTURES = os.environ.get("PICTURES", "")


@pytest.mark.parametrize("process", ["desk", "authority", "public", "intake"])
def test_every_page_can_be_read_by_everybody_at_any_width(
    process: str, db: None, settings: Settings, open_machine: Callable[..., BrowserContext]
) -> None:
    _be(process, settings)
    scene = set_scene()
    machine = open_machine()
    page = machine.new_page()
    # Every page is looked at, so each has it from the start.
    page.add_init_script(path=AXE)
    found: dict[str, list[str]] = {}
    with serving() as service:
        for route, role in _pages_of(process):
            sign_in(machine, service, scene.people.get(role))
            opened = page.goto(service + _address(route, scene))
            assert opened is not None
            assert opened.status == 200, (route, role)
            wrong = [*faults(page), *_wider(page, f"{process}-{route}")]
            if wrong:
                found[route] = wrong
    assert found == {}


def _wider(page: Page, name: str) -> Iterator[str]:
    """Look at the page on a desk, where it stands, then on a phone, and put it back on the desk."""
    for size in (DESK_SIZE, PHONE_SIZE):
        if size != DESK_SIZE:
            page.set_viewport_size(size)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
        if (wider := too_wide(page)) > 0:
            yield f"runs {wider} px off sideways at {size['width']} px"
    page.set_viewport_size(DESK_SIZE)


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
