"""`throughline chart`: a picture, its figures beside it, and its finding said."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from typer.testing import CliRunner

from throughline.cli.main import app
from throughline.measures.tests import spec

CASES = """
case_id | transferred_at   | outcome | reached_at       | onset_on   | region | contacts_named
a       | 2020-05-28 10:00 | reached | 2020-05-28 12:00 | 2020-05-25 | North  | 2
b       | 2020-05-28 10:00 | open    |                  | 2020-05-28 | South  |
"""
CONTACTS = """
contact_id | case_id | identified_at    | outcome | region
1          | a       | 2020-05-28 12:00 | reached | North
2          | a       | 2020-05-28 12:00 | open    | South
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.json").write_text(json.dumps({"cut_at": "2020-05-31T23:00:00Z"}))
    spec.write_csv(tmp_path / "cases.csv", CASES)
    spec.write_csv(tmp_path / "contacts.csv", CONTACTS)
    return tmp_path


def draw(*arguments: str) -> tuple[int, str, str]:
    ran = CliRunner().invoke(app, ["chart", *arguments])
    return ran.exit_code, ran.stdout, ran.stderr


def test_the_cascade_is_drawn_with_its_figures_beside_it(folder: Path) -> None:
    out = folder / "new" / "cascade.svg"
    code, told, _ = draw("cascade", "--events", str(folder), "--out", str(out), "--json")
    assert code == 0
    answer = json.loads(told)
    # The cut at midnight in London is the end of the day before.
    assert answer["measured"] == "All cases and contacts, as known on 31 May 2020"
    assert answer["title"].startswith("50.0% of 2 cases and 50.0% of 2 contacts were reached")
    assert out.read_text().startswith("<svg")
    figures = pl.read_csv(answer["data"])
    assert answer["data"] == str(out.with_suffix(".csv"))
    assert dict(
        figures.filter(pl.col("lost_because").is_null() & pl.col("count").is_not_null())
        .select("step", "count")
        .rows()
    ) == {
        "Cases transferred to tracing": 2,
        "Cases reached": 1,
        "Cases who named a contact": 1,
        "Contacts identified": 2,
        "Contacts with details": 2,
        "Contacts reached": 1,
    }
    assert figures.filter(pl.col("panel") == "case by contact")["of_first"].to_list() == [0.25]


def test_some_of_them_are_drawn_and_the_picture_says_which(folder: Path) -> None:
    given = ("--events", str(folder), "--out", str(folder / "c.svg"), "--where", "region=North")
    _, told, said = draw("cascade", *given, "--from", "2020-05-28")
    assert told.splitlines() == [str(folder / "c.svg"), str(folder / "c.csv")]
    assert said.startswith("100.0% of 1 cases")
    assert "where region=North from 28 May 2020" in (folder / "c.svg").read_text()


def test_the_epidemic_curve_is_by_the_day_or_the_week_of_onset(folder: Path) -> None:
    given = ("--events", str(folder), "--out", str(folder / "e.svg"))
    draw("epicurve", *given)
    figures = pl.read_csv(folder / "e.csv", try_parse_dates=True)
    assert figures["count"].to_list() == [1, 0, 0, 1]
    # Most who fell ill in the week before the cut, at the end of 31 May, are not transferred yet.
    assert figures["complete"].to_list() == [False] * 4
    draw("epicurve", *given, "--by", "week")
    figures = pl.read_csv(folder / "e.csv")
    # Weeks begin on Thursdays here.
    assert figures.select("from", "count").rows() == [("2020-05-21", 1), ("2020-05-28", 1)]


def test_another_kind_of_picture_or_no_folder_ends_with_2_and_a_sentence(folder: Path) -> None:
    code, _, said = draw("cascade", "--events", str(folder), "--out", "cascade.png")
    assert (code, said) == (
        2,
        "--out is 'cascade.png'; the picture is an SVG, so name a file that ends in .svg.\n",
    )
    code, _, said = draw("cascade", "--events", str(folder / "no"), "--out", "cascade.svg")
    assert (code, said.startswith("There is no folder")) == (2, True)
    code, _, said = draw("cascade", "--events", str(folder), "--out", "c.svg", "--from", "May")
    assert (code, "May" in said) == (2, True)


def test_a_public_chart_shows_no_small_number_in_any_of_its_forms(folder: Path) -> None:
    rows = "\n".join(
        f"{n} | 2020-05-28 10:00 | {'no_details' if n < 3 else 'reached' if n < 60 else 'open'} | | {day} | North | 2"
        for n in range(100)
        for day in ["2020-05-26" if n < 2 else "2020-05-25"]
    )
    spec.write_csv(folder / "cases.csv", CASES.strip().splitlines()[0] + "\n" + rows)
    given = ("--events", str(folder), "--public", "--json")
    for chart, hidden in (("cascade", {2.0, 3.0}), ("epicurve", {2.0})):
        out = folder / f"{chart}.svg"
        _, told, _ = draw(chart, *given, "--out", str(out))
        figures = pl.read_csv(out.with_suffix(".csv"))
        counts = set(figures["count"].drop_nulls())
        assert figures["count"].null_count() > 0
        assert not counts & hidden
        said = json.loads(told)
        assert said["measured"].endswith(
            "counts of 1 to 4, and what would give them away, are hidden"
        )
        assert "[c]" in said["alt_text"]


def test_a_public_chart_is_of_no_extra_column(folder: Path) -> None:
    spec.write_csv(folder / "cases.csv", CASES.replace("region", "ward"))
    for chart in ("cascade", "epicurve"):
        given = ("--events", str(folder), "--out", str(folder / "c.svg"), "--public")
        code, _, said = draw(chart, *given, "--where", "ward=North")
        assert (code, "never public" in said) == (2, True)
