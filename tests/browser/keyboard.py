"""A handler who has only a keyboard, and eyes that check each page."""

from __future__ import annotations

import base64
import hmac
import os
import struct
import time
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Error, Page, TimeoutError

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
# A folder for pictures of every state, for whoever wants to look.
PICTURES = os.environ.get("THROUGHLINE_PICTURES")
PHONE_SIZE = {"width": 390, "height": 844}

Keys = Sequence[str]


class Handler:
    """One person at one browser."""

    def __init__(self, page: Page, address: str, known: Mapping[str, Any]) -> None:
        self.page, self.address, self.known = page, address, known
        self.seen: list[str] = []

    def sign_in(self) -> None:
        page = self.page
        page.goto(f"{self.address}/sign-in/")
        page.locator("[name=login]").focus()
        self.type(self.known["username"], "Tab")
        self.type(self.known["password"])
        with page.expect_navigation():
            self.press("Enter")
        page.locator("[name=code]").focus()
        self.type(_fresh_code(self.known["username"], self.known["secret"]))
        with page.expect_navigation():
            self.press("Enter")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str, *then: str) -> None:
        self.page.keyboard.type(text)
        self.press(*then)

    def go(self, *keys: str) -> None:
        """Press keys that lead to another page."""
        with self.page.expect_navigation():
            self.press(*keys)

    @property
    def step(self) -> str:
        """The question in hand; empty when nothing is left to ask."""
        return str(self.page.locator("#work").get_attribute("data-step"))

    def answer(self, *keys: str) -> None:
        """Answer by these keys, and continue with Enter."""
        before = self.step
        self.press(*keys)
        self.press("Enter")
        self.page.wait_for_function(
            "before => document.querySelector('#work')?.dataset.step !== before"
            " && !document.querySelector('.htmx-request')",
            arg=before,
        )

    def quiet(self) -> None:
        """Wait until everything typed has been saved."""
        try:
            self.page.wait_for_function(
                "() => !document.querySelector("
                "'.htmx-request, [data-state=saving], [data-state=failed]')"
            )
        except TimeoutError:
            said = self.page.locator("[data-saved], .govuk-error-message").all_inner_texts()
            raise AssertionError(f"not everything was saved: {said}") from None

    def walk(self, answers: Mapping[str, Keys], *, until: str = "") -> None:
        """Go through the script; a step that is not named needs only Enter."""
        while self.step != until:
            self.look(self.step)
            self.answer(*answers.get(self.step, ()))

    def focused(self, attribute: str) -> str:
        return str(
            self.page.evaluate("name => document.activeElement.getAttribute(name) || ''", attribute)
        )

    def shows(self, words: str) -> bool:
        return words in self.page.inner_text("body")

    def look(self, name: str) -> None:
        """Check that nothing bars anybody, that nothing runs off sideways; and take a picture if wanted."""
        if name in self.seen:
            return
        self.seen.append(name)
        found = faults(self.page)
        assert not found, f"{name}: {found}"
        wider = too_wide(self.page)
        assert wider <= 0, f"{name} runs {wider} px off sideways"
        if PICTURES:
            _picture(self.page, Path(PICTURES), name)


def crash(browser: Browser) -> None:
    """Kill the browser as a power cut does: nothing is said to any page."""
    try:
        browser.new_browser_cdp_session().send("Browser.crash")
    except Error:
        return


_given: set[tuple[str, str]] = set()


def _fresh_code(username: str, secret: str) -> str:
    """Return a code that this person has not given: each is taken once, so whoever comes back at once waits for the next."""
    while (username, shown := code(secret)) in _given:
        time.sleep(30 - time.time() % 30)
    _given.add((username, shown))
    return shown


def code(secret: str) -> str:
    """The six figures that an authenticator shows now."""
    counter = struct.pack(">Q", int(time.time()) // 30)
    digest = hmac.new(base64.b32decode(secret), counter, "sha1").digest()
    offset = digest[-1] & 15
    (number,) = struct.unpack(">I", digest[offset : offset + 4])
    return f"{(number & 0x7FFFFFFF) % 1_000_000:06d}"


def too_wide(page: Page) -> int:
    """By how many pixels the page runs off sideways."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )


def faults(page: Page) -> list[str]:
    """What bars somebody from using the page, as axe finds it."""
    # Only a new page must be given it: it is half a megabyte to read.
    if page.evaluate("() => window.axe === undefined"):
        page.evaluate(_axe())
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
        ".then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.html).join(' | ')))",
        RULES,
    )
    return [str(one) for one in found]


@cache
def _axe() -> str:
    return AXE.read_text()


def _picture(page: Page, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    number = len(list(folder.glob("*-desk.png")))
    page.screenshot(path=folder / f"{number:02}-{name or 'done'}-desk.png")
    before = page.viewport_size
    page.set_viewport_size(PHONE_SIZE)  # type: ignore[arg-type]
    page.screenshot(path=folder / f"{number:02}-{name or 'done'}-phone.png", full_page=True)
    page.set_viewport_size(before)  # type: ignore[arg-type]
