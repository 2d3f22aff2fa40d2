"""The console by keyboard alone: a household of six, a browser that dies, and every state looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route

from tests.browser.conftest import DESK_SIZE, Service
from tests.browser.keyboard import PHONE_SIZE, Handler, crash

pytestmark = pytest.mark.browser

FIRST, SECOND = ("Space",), ("ArrowDown",)
# The fifth of five boxes.
NONE_OF_FIVE = ("Tab", "Tab", "Tab", "Tab", "Space")
ROWS = "**/conversation/named/"
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


def say_who(handler: Handler) -> None:
    """Type what the person says: whatever the record can be compared with, in the order of the fields."""
    said = {
        "birth_date": "5 4 1999",
        "postcode": "zx1 1aa",
        "full_name": handler.page.inner_text("h1"),
    }
    asked = [
        one.get_attribute("name") for one in handler.page.locator(".tl-identifiers input").all()
    ]
    for name in asked:
        handler.type(said[str(name)], "Tab")
    handler.answer()


def test_a_household_of_six_is_worked_by_keyboard_alone_though_the_browser_dies(
    service: Service, doomed: Browser, page: Page
) -> None:
    known = service.stage("one_case_of_six")
    handler = Handler(doomed.new_page(viewport=DESK_SIZE), service.address, known)
    begin(handler)
    hear_the_case(handler)
    name_four(handler)
    crash(doomed)

    elsewhere = Handler(page, service.address, known)
    elsewhere.sign_in()
    assert elsewhere.step == "household"
    assert rows(elsewhere.page) == [*FLATMATES[:4], ""]
    turn_on_shortcuts(elsewhere)
    name_the_rest(elsewhere)
    elsewhere.look("finished")
    assert elsewhere.focused("value") == "completed"
    elsewhere.go("Enter")
    assert "Nothing to take just now" in elsewhere.page.inner_text("h1")
    elsewhere.look("empty")

    service.stage("resolve")
    elsewhere.go("Alt+Shift+N")
    assert elsewhere.page.locator(".tl-household li").count() == 5
    tell_the_flat(elsewhere)
    elsewhere.go("Enter")
    assert service.stage("tally") == {
        "open_items": 1,  # the friend who lives elsewhere
        "persons_in_flat": 6,
        "calls": 2,
        "open_in_flat": 0,
    }


def hear_the_case(handler: Handler) -> None:
    """From the first words to the question who lives there."""
    to_the_question(handler)
    handler.walk(OPENING, until="identity")
    handler.look("identity")
    say_who(handler)
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


def name_four(handler: Handler) -> None:
    """Four of five flatmates, the last of them not followed by Enter."""
    assert handler.step == "household"
    handler.type(FLATMATES[0], "Tab")
    handler.type("07700 900 111", "Enter")
    for name in FLATMATES[1:3]:
        handler.type(name, "Enter")
    handler.type(FLATMATES[3], "Tab")
    handler.quiet()
    handler.look("household")


def name_the_rest(elsewhere: Handler) -> None:
    """The fifth flatmate, a friend with a day that is none, and the rest of the script."""
    to_the_question(elsewhere)
    while elsewhere.page.evaluate("document.activeElement.value") != "" or not elsewhere.focused(
        "name"
    ).startswith("name-"):
        elsewhere.press("Tab")
    on_their_way: list[Route] = []
    elsewhere.page.route(ROWS, lambda one: on_their_way.append(one))
    elsewhere.type(FLATMATES[4], "Enter")
    # Whoever goes on before the row has arrived waits for it: the next grid would give its place away.
    elsewhere.press("Enter", "Enter")
    elsewhere.page.wait_for_timeout(300)
    assert elsewhere.step == "household"
    assert len(on_their_way) == 1
    on_their_way[0].continue_()
    elsewhere.page.unroute(ROWS)
    elsewhere.page.wait_for_selector("#work[data-step=contacts]")
    elsewhere.quiet()
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


def tell_the_flat(elsewhere: Handler) -> None:
    """One of five speaks for all: the others are told now."""
    elsewhere.press("Alt+Shift+D")
    elsewhere.page.wait_for_selector("a[href^='tel:']:focus")
    to_the_question(elsewhere)
    elsewhere.walk(OPENING, until="identity")
    say_who(elsewhere)
    elsewhere.walk(
        OPENING | {"symptoms": NONE_OF_FIVE[1:], "support": ("Tab",) * 6 + ("Space",)},
        until="others_at_home",
    )
    elsewhere.look("others_at_home")
    for _ in range(4):
        elsewhere.press("ArrowDown", "Tab")
    elsewhere.quiet()
    elsewhere.press("Shift+Tab")
    elsewhere.page.get_by_role("button", name="Continue").focus()
    elsewhere.answer()
    elsewhere.walk({"best_number": ("Tab", "Space"), "support": ("Tab",) * 6 + ("Space",)})


def test_every_other_state_can_be_used_by_everybody(service: Service, page: Page) -> None:
    handler = Handler(page, service.address, service.stage("two_of_one_home"))
    handler.sign_in()
    turn_on_shortcuts(handler)
    handler.go("Alt+Shift+N")
    handler.press("Alt+Shift+M", "Enter")
    handler.look("more-outcomes")
    handler.press("Alt+Shift+3")
    assert handler.focused("value") == "call_back"
    handler.go("Alt+Shift+S")
    assert handler.shows("Choose a day and write a time")
    handler.look("call-back-refused")
    handler.press("Alt+Shift+4")
    handler.look("interpreter")
    handler.go("Alt+Shift+H")
    assert handler.shows("Hand raised")
    handler.look("hand-raised")
    handler.go("Alt+Shift+H")

    page.get_by_role("button", name="Otto Haddad").focus()
    handler.go("Enter")
    assert handler.shows("Under 18")
    handler.look("a-child")
    handler.press("Alt+Shift+D")
    page.wait_for_selector("a[href^='tel:']:focus")
    page.get_by_role("button", name="Call 07700").first.focus()
    handler.press("Enter")
    page.wait_for_selector("text=It may be made from")
    handler.look("call-refused")

    service.stage("steal")
    page.locator("input[name=guardian]").first.focus()
    handler.press("Space")
    page.wait_for_selector("#lost :text('taken up by someone else')")
    assert page.locator("input[name=guardian]").first.is_checked()
    handler.look("lost")
    page.goto(f"{service.address}/conversation/")
    handler.go("Alt+Shift+B")
    assert handler.shows("You are on a break")
    handler.look("break")


def test_on_a_telephone_without_scripts_a_conversation_is_begun_and_ended(
    service: Service, open_machine: Callable[..., BrowserContext]
) -> None:
    known = service.stage("one_adult")
    plain = open_machine(java_script_enabled=False, viewport=PHONE_SIZE).new_page()
    handler = Handler(plain, service.address, known)
    handler.sign_in()
    plain.get_by_role("button", name="Take the next conversation").click()
    plain.get_by_label("The person", exact=True).check()
    plain.get_by_role("button", name="Continue").click()
    assert handler.step == "identity"
    plain.get_by_role("button", name="Back", exact=True).click()
    assert plain.get_by_label("The person", exact=True).is_checked()
    plain.locator("#outcome-no_answer").check()
    plain.get_by_role("button", name="Save and break").click()
    assert handler.shows("You are on a break")


def rows(page: Page) -> list[str]:
    return [str(one.input_value()) for one in page.locator("[name^='name-']").all()]
