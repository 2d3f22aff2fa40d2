"""The authority's pages of intake, worked by keyboard alone: a mapping, a join and its undoing, a sender.

As where pages are looked at, the service answers in the test's own transaction; the browser has a thread of its own.
"""

from __future__ import annotations

import os
import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, Queue
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, Route, sync_playwright
from pytest_django.fixtures import Settings

from tests.browser.conftest import ARGUMENTS, DESK_SIZE
from throughline.intake.models import Message
from throughline.people.models import PersonLink
from throughline.web.tests.access.scene import set_scene, signed_in
from throughline.web.tests.access.test_access import _be

pytestmark = pytest.mark.browser

SITE = "http://service.example"
MOST_TABS = 90
HEAD = {
    "title": "Dale's daily list", "name": "dale-by-keyboard", "meaning": "Each row is one test.",
    "reason": "A new laboratory", "approved_by": "Director of the service",
}  # fmt: skip


@dataclass(kw_only=True)
class Asked:
    """What the browser asked for, and where the answer goes."""

    method: str
    address: str
    media: str
    body: bytes
    answer: Future[HttpResponse] = field(default_factory=Future)


def test_a_mapping_a_join_and_a_sender_are_worked_by_keyboard_alone(
    db: None, settings: Settings
) -> None:
    _be("authority", settings)
    scene = set_scene()
    held = UUID(str(scene.own["file-mapping"]["ref"]))
    joined = PersonLink.objects.filter(undone_at=None).count()
    client, asked = signed_in(scene.people["authority"]), Queue[Asked]()
    with ThreadPoolExecutor(1) as browser:
        walking = browser.submit(walk, held, asked)
        while not walking.done():
            try:
                one = asked.get(timeout=0.05)
            except Empty:
                continue
            one.answer.set_result(answered(client, one))
    walking.result()
    assert Message.objects.get(ref=held).mapping == "dale-by-keyboard"
    assert PersonLink.objects.filter(undone_at=None).count() == joined
    assert PersonLink.objects.exclude(undone_at=None).count() == 1


def walk(held: UUID, asked: Queue[Asked]) -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_context(viewport=DESK_SIZE, bypass_csp=True).new_page()
        page.route("**/*", lambda route: ask(route, asked))
        say_how_a_file_is_read(page, held)
        join_and_part(page)
        look_at_a_sender(page)
        browser.close()


def say_how_a_file_is_read(page: Page, held: UUID) -> None:
    page.goto(SITE + reverse("file-mapping", args=[held]))
    to(page, "[name=order-3]")
    page.keyboard.type("The day")
    to(page, "[name=disease]")
    page.keyboard.type("Covid")
    # What stands in a field is marked when Tab comes to it, so that typing takes its place.
    for name, said in ({"zone": "Europe/London"} | HEAD).items():
        to(page, f"[name={name}]")
        page.keyboard.type(said)
    press(page, "button[name=save]")
    assert page.url.endswith(reverse("receipt", args=[held])), page.inner_text("main")


def join_and_part(page: Page) -> None:
    page.goto(SITE + reverse("questions"))
    press(page, "main table a.tl-action")
    to(page, "[name=answer]")
    page.keyboard.press("Space")
    press(page, "main form button")
    assert "They are one person now" in page.inner_text("main")
    press(page, f"main a[href='{reverse('joined')}']")
    press(page, "main table a.tl-action")
    press(page, "main form button")
    assert "Error" not in page.title()


def look_at_a_sender(page: Page) -> None:
    page.goto(SITE + reverse("senders"))
    press(page, "main table a")
    to(page, "summary")
    page.keyboard.press("Enter")
    assert page.locator("details[open] table").count() == 1
    press(page, "details a")
    assert "/ledger/" in page.url


def to(page: Page, selector: str) -> None:
    """Press Tab until the first such thing has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")


def press(page: Page, selector: str) -> None:
    """Go to a link or a button, and press it."""
    to(page, selector)
    before = page.url
    with page.expect_navigation():
        page.keyboard.press("Enter")
    # A redirect is a page that leads on.
    page.wait_for_function("() => document.querySelector('main') !== null")
    assert page.url != before or page.locator(".govuk-error-summary").count() == 0


def answered(client: Client, one: Asked) -> HttpResponse:
    if one.method == "GET":
        return client.get(one.address)
    return client.generic(one.method, one.address, one.body, content_type=one.media)


def ask(route: Route, asked: Queue[Asked]) -> None:
    request = route.request
    one = Asked(
        method=request.method,
        address=request.url.removeprefix(SITE),
        media=request.headers.get("content-type", ""),
        body=request.post_data_buffer or b"",
    )
    asked.put(one)
    given = one.answer.result(20)
    if "Location" in given:
        # A browser follows no redirect that is put in its way; it is sent there by a page.
        on = f'<meta http-equiv="refresh" content="0;url={given["Location"]}">'
        route.fulfill(status=200, content_type="text/html", body=on)
        return
    body = b"".join(given.streaming_content) if given.streaming else given.content
    route.fulfill(status=given.status_code, headers=dict(given.headers), body=body)
