"""Every number in the title and the description of a chart is one of its figures, as its CSV has them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from throughline.measures.bulletin import files, release
from throughline.measures.bulletin.pictures import pictures
from throughline.measures.bulletin.release import Release
from throughline.measures.charts import Figure
from throughline.measures.shorthand import HIDDEN
from throughline.measures.wording import count, decimal, percent
from throughline.rehearsal.weekly import folder
from throughline.rehearsal.weekly.sources import open_source

WEEKS = """
week_start,cases_reached,contacts_reached,hh_contacts_reached,nonhh_contacts_reached,median_h_symptoms_to_contacts_traced,median_h_result_rts,median_h_result_lts,median_h_result_mtu,median_h_result_satellite,median_h_result_home
2020-11-05,135616,191320,127271,50670,104,27,29,25,46,51
2020-11-12,135365,211098,156828,39607,117,24,27,22,44,44
2020-11-19,100817,179835,145047,23296,99,23,24,22,41,38
"""
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# Days, names of definitions, hours of the day, and how a percentile is called are no figures.
NO_FIGURES = re.compile(
    rf"\d{{1,2}} ({MONTHS})( \d{{4}})?|\d{{1,2}} ({'|'.join(one[:3] for one in MONTHS.split('|'))})\b"
    r"|reach-\d{4}-\d\d|\b\d\d:00|90th"
)
NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?%?")


def numbers_of(text: str) -> list[str]:
    return NUMBER.findall(NO_FIGURES.sub("", text))


def told_by(data: pl.DataFrame) -> set[str]:
    """Every way in which a number of a chart's figures may be written."""
    values = {
        value
        for column in data.columns
        if data[column].dtype.is_numeric()
        for value in data[column].drop_nulls().to_list()
    }
    return {write(value) for value in values for write in (count, percent, decimal)}


def strays(figure: Figure, csv: Path) -> list[str]:
    """What a chart says that is not in its CSV."""
    data = pl.read_csv(csv, infer_schema_length=None)
    said = f"{figure.title} {figure.alt_text}".replace(figure.measured, "").replace(HIDDEN, "")
    return [number for number in numbers_of(said) if number not in told_by(data)]


@pytest.fixture(scope="module", params=[0.0004, 0.004, 0.02])
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A country so small that a part of its bulletin is hidden, or nearly all of it."""
    at = tmp_path_factory.mktemp("small")
    (at / "weeks.csv").write_text(WEEKS.lstrip())
    given = open_source(at / "weeks.csv", size=request.param)
    folder.write(given.weeks, at / "tables", seed=1, assumed=given.assumed)
    return release.make(at / "tables", date(2020, 11, 19))


def check(made: Release, out: Path) -> None:
    files.write(made, out)
    figures = pictures(made)
    paths = sorted((out / "data").glob("figure-*.csv"))
    assert [path.stem[len("figure-00-") :] for path in paths] == [one.name for one in figures]
    assert {
        one.name: found
        for one, path in zip(figures, paths, strict=True)
        if (found := strays(one, path))
    } == {}
    for one in figures:
        if one.data.is_empty() or "hidden" in one.title:
            continue
        assert numbers_of(one.alt_text)


def test_a_chart_says_no_number_that_is_not_among_its_figures(
    made: Release, tmp_path: Path
) -> None:
    check(made, tmp_path / "out")


def test_nor_where_much_of_it_is_hidden(small: Release, tmp_path: Path) -> None:
    check(small, tmp_path / "out")
    hidden = [one for one in pictures(small) if one.data.height and "marks" in one.data.columns]
    assert any(one.data["marks"].str.contains(": c").any() for one in hidden)


def test_what_is_hidden_is_told_so_and_not_as_what_is_not_there(small: Release) -> None:
    for one in pictures(small):
        if one.data.is_empty() or "marks" not in one.data.columns:
            continue
        marks = {mark for row in one.data["marks"] for mark in re.findall(r": ([cxz])", row)}
        for mark in re.findall(r"\[([cxz])\]", f"{one.title} {one.alt_text}"):
            assert mark in marks, one.name
        assert "There are no" not in one.title or "c" not in marks


def test_two_numbers_of_one_chart_are_told_apart() -> None:
    # The test itself: a number that is in no figure is found.
    data = pl.DataFrame({"value": [0.5, 0.25], "n": [4000, 40]})
    assert {"50.0%", "25.0%", "4,000", "40"} <= told_by(data)
    assert all(one not in told_by(data) for one in ("51.0%", "4,001", "3"))
    assert numbers_of("50.0% of 4,000 on 3 May 2020 (reach-2020-11), 25 Nov 12") == [
        "50.0%",
        "4,000",
        "12",
    ]
