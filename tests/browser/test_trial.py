"""A file tried before it is loaded, by keyboard alone: the answer comes by itself, is read aloud, and fits a phone."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect
from pytest_django.fixtures import Settings

from tests.browser.conftest import DESK_SIZE
from tests.browser.keyboard import AXE, PHONE_SIZE, faults, too_wide
from tests.browser.serving import ALONE, serving, sign_in
from throughline.core import clock
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions.trying import answer_next
from throughline.intake.tests.world import as_csv, keep, prepare, row, work
from throughline.tracing.tests.world import World
from throughline.web.tests.access.test_access import _be

pytestmark = pytest.mark.browser
PICTURES = os.environ.get("PICTURES", "")


def answer() -> None:
    with ALONE, transaction.atomic(), acting(Role.MATCH):
        assert answer_next(at=clock.now()) == 1


def looked_at(page: Page, name: str) -> None:
    for size in (DESK_SIZE, PHONE_SIZE):
        page.set_viewport_size(size)
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
        assert too_wide(page) <= 0
    assert faults(page) == []
    page.set_viewport_size(DESK_SIZE)


def test_a_file_and_an_undoing_are_tried_by_keyboard_and_the_answer_is_read_aloud(
    db: None,
    settings: Settings,
    open_machine: Callable[..., BrowserContext],
    tmp_path: Path,
) -> None:
    prepare()
    _be("authority", settings)
    file = tmp_path / "list.csv"
    rows = [row(1), row(2, result="negative"), row(3, birth_date="2090-01-01"), row(1)]
    file.write_bytes(as_csv(rows))
    ref = keep(as_csv(rows), sender="northgate")
    work()
    machine = open_machine()
    page = machine.new_page()
    page.add_init_script(path=AXE)
    with serving() as service:
        sign_in(machine, service, World.made().authority())
        page.goto(service + reverse("upload"))
        looked_at(page, "upload")
        # A file is chosen in a window of the machine's own; all else is keys.
        page.get_by_label("File").set_input_files(file)
        page.get_by_label("Who sent it").focus()
        page.keyboard.type("A new")
        page.keyboard.press("Tab")
        page.keyboard.type("dale")
        for _ in range(3):
            page.keyboard.press("Tab")
        expect(page.get_by_role("button", name="Show what would happen")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="What loading the file would do")).to_be_visible()
        said = page.locator("#trial-said")
        expect(said).to_have_text("")
        looked_at(page, "trial-waits")
        answer()
        expect(said).to_have_text("4 rows would be read: 2 accepted, 1 in quarantine.")
        expect(page.get_by_role("cell", name="accepted, joins a case")).to_be_visible()
        looked_at(page, "trial-load")

        page.goto(service + reverse("receipt", args=[ref]))
        page.locator("summary", has_text="Undo this load").focus()
        page.keyboard.press("Enter")
        looked_at(page, "receipt")
        page.get_by_label("Why it is undone").focus()
        for _ in range(2):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="What undoing the load would do")).to_be_visible()
        answer()
        expect(said).to_have_text("4 rows would be withdrawn and 0 rows would stay.")
        looked_at(page, "trial-undo")
