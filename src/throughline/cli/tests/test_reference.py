"""The reference pages are what the code says now."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from throughline.cli.environment import VARIABLES
from throughline.cli.reference.pages import NOTE, pages

ROOT = Path(__file__).resolve().parents[4]
PACKAGE = ROOT / "src" / "throughline"
AGAIN = "out of date: run `script/throughline reference write docs/reference`"


TEXTS = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / "docs" / "reference").glob("*.md")
}
# Others are written by hand.
STORED = {name: text for name, text in TEXTS.items() if NOTE in text}
made = cache(pages)


@pytest.mark.parametrize("name", sorted(STORED))
def test_the_page_is_current(name: str) -> None:
    assert STORED[name] == made().get(name), f"{name} is {AGAIN}"


def test_every_page_is_there_and_no_other() -> None:
    assert set(STORED) == set(made()), f"the folder is {AGAIN}"


def test_every_variable_that_the_code_reads_is_explained_and_no_other() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for path in PACKAGE.rglob("*.py")
        if path.name not in {"environment.py", "testing.py"}
        and ("tests" not in path.parts or path.name == "test_line_lists.py")
    )
    read = set(re.findall(r"""["'](?:THROUGHLINE_[A-Z_]+|DATABASE_URL)""", code))
    read |= set(re.findall(r"""f["'](THROUGHLINE_)\{process""", code))
    explained = {one.name for one in VARIABLES}
    spelled = {name.strip("\"'") for name in read}
    # Two are put together from a process's name.
    spelled -= {"THROUGHLINE_"}
    spelled |= {"THROUGHLINE_DESK_ADDRESS", "THROUGHLINE_AUTHORITY_ADDRESS"}
    assert spelled == explained
