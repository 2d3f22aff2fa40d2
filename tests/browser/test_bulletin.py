"""The bulletin as people meet it: opened as a file, on a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.keyboard import PHONE_SIZE, faults, too_wide
from throughline.measures.bulletin import files, release
from throughline.measures.bulletin.tests.conftest import LAST, write_events

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bulletin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bulletin")
    write_events(folder / "events")
    return files.write(release.make(folder / "events", LAST), folder / "out")[0]


@pytest.mark.parametrize("phone", [False, True], ids=["desk", "phone"])
def test_nothing_bars_anybody_and_nothing_runs_off_sideways(
    page: Page, bulletin: Path, *, phone: bool
) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("requestfailed", lambda request: said.append(request.url))
    if phone:
        page.set_viewport_size(PHONE_SIZE)  # type: ignore[arg-type]
    page.goto(bulletin.as_uri())
    assert too_wide(page) <= 0
    drawn = page.evaluate(
        "Array.from(document.images).map(i => [i.naturalWidth, i.currentSrc.endsWith('-narrow.svg')])"
    )
    assert len(drawn) >= 6
    assert all(width > 100 and narrow is phone for width, narrow in drawn)
    # Before axe looks: it fetches the style sheet once more, which the page's own policy forbids.
    assert said == []
    assert faults(page) == []
