"""The authority's pages of intake, worked by keyboard alone: a mapping, a join and its undoing, a sender.

As where pages are looked at, the service answers in the test's own transaction.
"""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import reverse
from playwright.sync_api import Page
from pytest_django.fixtures import Settings

from tests.browser.serving import serving, sign_in
from throughline.intake.models import Message
from throughline.people.models import PersonLink
from throughline.web.tests.access.scene import set_scene
from throughline.web.tests.access.test_access import _be

pytestmark = pytest.mark.browser

MOST_TABS = 90
HEAD = {
    "title": "Dale's daily list", "name": "dale-by-keyboard", "meaning": "Each row is one test.",
    "reason": "A new laboratory", "approved_by": "Director of the service",
}  # fmt: skip


def test_a_mapping_a_join_and_a_sender_are_worked_by_keyboard_alone(
    db: None, settings: Settings, page: Page
) -> None:
    _be("authority", settings)
    scene = set_scene()
    held = UUID(str(scene.own["file-mapping"]["ref"]))
    joined = PersonLink.objects.filter(undone_at=None).count()
    with serving() as service:
        sign_in(page.context, service, scene.people["authority"])
        say_how_a_file_is_read(page, service + reverse("file-mapping", args=[held]))
        assert page.url == service + reverse("receipt", args=[held]), page.inner_text("main")
        join_and_part(page, service + reverse("questions"))
        look_at_a_sender(page, service + reverse("senders"))
    assert Message.objects.get(ref=held).mapping == "dale-by-keyboard"
    assert PersonLink.objects.filter(undone_at=None).count() == joined
    assert PersonLink.objects.exclude(undone_at=None).count() == 1


def say_how_a_file_is_read(page: Page, address: str) -> None:
    page.goto(address)
    to(page, "[name=order-3]")
    page.keyboard.type("The day")
    to(page, "[name=disease]")
    page.keyboard.type("Covid")
    # What stands in a field is marked when Tab comes to it, so that typing takes its place.
    for name, said in ({"zone": "Europe/London"} | HEAD).items():
        to(page, f"[name={name}]")
        page.keyboard.type(said)
    press(page, "button[name=save]")


def join_and_part(page: Page, address: str) -> None:
    page.goto(address)
    press(page, "main table a.tl-action")
    to(page, "[name=answer]")
    page.keyboard.press("Space")
    press(page, "main form button")
    assert "They are one person now" in page.inner_text("main")
    press(page, f"main a[href='{reverse('joined')}']")
    press(page, "main table a.tl-action")
    press(page, "main form button")
    assert "Error" not in page.title()


def look_at_a_sender(page: Page, address: str) -> None:
    page.goto(address)
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
    assert page.url != before or page.locator(".govuk-error-summary").count() == 0
