"""The page on weekly counts names every column that is read and every assumption, with its value."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from throughline.rehearsal.weekly.counts import COUNTS
from throughline.rehearsal.weekly.folder import CUT_AFTER, SAMPLE
from throughline.rehearsal.weekly.totals import _HOURS, ENGLAND_FACTOR, Assumed, Totals

DOCS = Path(__file__).resolve().parents[5] / "docs"
PAGE = (DOCS / "reference" / "weekly-counts.md").read_text(encoding="utf-8")
PUBLISHED, TOTALS, EITHER = re.split(
    r"## (?:Weekly totals|Of either kind)", PAGE.split("## Published weeks")[1]
)


def named(text: str) -> set[str]:
    """Return what stands in the first column of a part's tables."""
    cells = (line.split("|")[1] for line in text.splitlines() if line.startswith("| `"))
    return {name for cell in cells for name in re.findall(r"`(\w+)`", cell)}


def test_every_column_of_published_weeks_is_told_and_no_other() -> None:
    assert named(PUBLISHED) == {"week_start", *COUNTS, "median_miles_in_person"}


def test_every_column_of_weekly_totals_is_told_and_no_other() -> None:
    columns = {one.name for one in fields(Totals)} - {"hours", "scaled"} | set(_HOURS.values())
    assert named(TOTALS.split("| assumption")[0]) == columns


def test_every_assumption_is_told_with_its_value_and_no_other() -> None:
    told = dict(re.findall(r"^\| `(\w+)` \| ([\d., ]+) \|", TOTALS, re.MULTILINE))
    assert told == {name: _value(value) for name, value in Assumed().told().items()}
    assert f"({ENGLAND_FACTOR} unless" in TOTALS
    assert f"`--sample`, {SAMPLE} unless" in EITHER
    assert f"{CUT_AFTER.days} days after" in EITHER


def _value(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
