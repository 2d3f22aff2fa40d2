"""The console by keyboard alone: a household of six, a browser that dies, and every state looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import DESK_SIZE, Service
from tests.browser.keyboard import Handler, crash

pytestmark = pytest.mark.browser

FIRST, SECOND = ("Space",), ("ArrowDown",)
# The fifth of five boxes.
NONE_OF_FIVE = ("Tab", "Tab", "Tab", "Tab", "Space")
OPENING = {"ask_for_person": FIRST, "why_we_ring": FIRST, "danger_signs": SECOND}
FLATMATES = ("Tom Achterberg", "Josie Quill", "Marek Wren", "Ines Leaver", "Sam Okonjo")


def begin(handler: Handler) -> None:
    """From signing in to the first question, the number rung."""
    handler.sign_in()
    handler.look("ready")
    turn_on_shortcuts(handler)
    handler.go("Alt+Shift+N")
    assert handler.focused("class") == "tl-identity__name"
    handler.look("preview")
    handler.press("Alt+Shift+D")
    handler.page.wait_for_selector("a[href^='tel:']:focus")
    handler.look("ringing")


def turn_on_shortcuts(handler: Handler) -> None:
    handler.press("?")
    handler.look("shortcuts")
    handler.press("Tab", "Space")
    handler.press("Escape")


def to_the_question(handler: Handler) -> None:
    """From the top of the page to the field of the question, as a keyboard does it."""
    for _ in range(60):
        if handler.page.evaluate("document.activeElement.closest('#answer, .tl-people') !== null"):
            return
        handler.press("Tab")
    raise AssertionError("the question cannot be reached by Tab")


def identify(handler: Handler, first: str) -> None:
    handler.type(first, "Tab")
    handler.type("ZX1 1AA")
    handler.answer()


def test_a_household_of_six_is_worked_by_keyboard_alone_though_the_browser_dies(
    service: Service, open_browser: Callable[[], Browser]
) -> None:
    known = service.stage("one_case_of_six")
    browser = open_browser()
    handler = Handler(browser.new_page(viewport=DESK_SIZE), service.address, known)
    begin(handler)
    to_the_question(handler)
    handler.walk(OPENING, until="identity")
    handler.look("identity")
    identify(handler, "5 4 1999")
    handler.walk(OPENING | {"symptoms": FIRST}, until="onset")
    handler.look("onset")
    handler.type("yesterday", "Tab")
    handler.quiet()
    handler.press("Shift+Tab")
    handler.answer()
    handler.walk({"works_with_people": (*NONE_OF_FIVE[:-1], "Tab", "Space")}, until="visits")
    handler.type("yesterday", "Tab")
    handler.press("s", "Tab")
    handler.type("Corner shop", "Enter")
    handler.quiet()
    handler.look("visits")
    handler.press("Enter")
    handler.answer()

    assert handler.step == "household"
    handler.type(FLATMATES[0], "Tab")
    handler.type("07700 900 111", "Enter")
    for name in FLATMATES[1:3]:
        handler.type(name, "Enter")
    handler.type(FLATMATES[3], "Tab")
    handler.quiet()
    handler.look("household")
    crash(browser)

    elsewhere = Handler(open_browser().new_page(viewport=DESK_SIZE), service.address, known)
    elsewhere.sign_in()
    assert elsewhere.step == "household"
    assert rows(elsewhere.page) == [*FLATMATES[:4], ""]
    turn_on_shortcuts(elsewhere)
    to_the_question(elsewhere)
    while elsewhere.page.evaluate("document.activeElement.value") != "" or not elsewhere.focused(
        "name"
    ).startswith("name-"):
        elsewhere.press("Tab")
    elsewhere.type(FLATMATES[4], "Enter")
    elsewhere.press("Enter")
    elsewhere.answer()
    assert elsewhere.step == "contacts"
    elsewhere.type("Robin Vale", "Tab")
    elsewhere.type("07700 900 199", "Tab")
    elsewhere.type("99 Oct", "Tab")
    elsewhere.page.wait_for_selector("text=“99 Oct” is not a day")
    elsewhere.look("contacts")
    elsewhere.press("Shift+Tab")
    elsewhere.press("Control+A")
    elsewhere.type("yesterday", "Tab")
    elsewhere.quiet()
    elsewhere.press("Enter")
    elsewhere.press("Enter")
    elsewhere.answer()
    elsewhere.walk({"support": ("Tab",) * 6 + ("Space",)})
    elsewhere.look("finished")
    assert elsewhere.focused("value") == "completed"
    elsewhere.go("Enter")
    assert "Nothing to take just now" in elsewhere.page.inner_text("h1")
    elsewhere.look("empty")

    service.stage("resolve")
    elsewhere.go("Alt+Shift+N")
    assert elsewhere.page.locator(".tl-household li").count() == 5
    elsewhere.press("Alt+Shift+D")
    elsewhere.page.wait_for_selector("a[href^='tel:']:focus")
    to_the_question(elsewhere)
    elsewhere.walk(OPENING, until="identity")
    name = elsewhere.page.inner_text("h1")
    elsewhere.press("Tab")
    elsewhere.type(name, "Shift+Tab")
    elsewhere.type("ZX1 1AA")
    elsewhere.answer()
    elsewhere.walk(
        OPENING | {"symptoms": NONE_OF_FIVE[1:], "support": ("Tab",) * 6 + ("Space",)},
        until="others_at_home",
    )
    elsewhere.look("others_at_home")
    elsewhere.answer()
    elsewhere.walk({"best_number": ("Tab", "Space"), "support": ("Tab",) * 6 + ("Space",)})
    elsewhere.go("Enter")
    assert service.stage("tally") == {
        "open_items": 1,  # the friend who lives elsewhere
        "persons_in_flat": 6,
        "calls": 2,
        "open_in_flat": 0,
    }


def rows(page: Page) -> list[str]:
    return [str(one.input_value()) for one in page.locator("[name^='name-']").all()]
