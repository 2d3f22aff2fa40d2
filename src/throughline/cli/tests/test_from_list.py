"""`throughline events from-list`: a list with columns of its own becomes event tables, and every row is accounted for."""

from __future__ import annotations

import json
import os
import stat
from datetime import UTC, date, datetime
from pathlib import Path
from zipfile import ZipFile

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from typer.testing import CliRunner

from throughline.cli.main import app
from throughline.cli.tests.lists import CASE, COLUMNS, FIELDS, FIRST, HEAD, Lists
from throughline.measures import open_events
from throughline.measures.check import check

DATA = Path(
    os.environ.get(
        "THROUGHLINE_SHARED_DATA", Path(__file__).resolve().parents[5] / "shared" / "data"
    )
)


def test_a_row_becomes_a_result_and_a_case_with_what_it_says_and_no_more(lists: Lists) -> None:
    code, told, _ = lists.run(FIRST, "C2,P2,,pos,03/10/2020,,,,,,,,")
    assert code == 0
    assert told["tables"] == {"results": 2, "cases": 2, "batches": 1}
    first, second = lists.table("cases").rows(named=True)
    said = {name: value for name, value in first.items() if value is not None}
    assert said == {
        "case_id": "P1",
        "person_id": "P1",
        "household_id": "H1",
        "result_id": "C1",
        "disease": "covid",
        "region": "North",
        "under_18": False,
        "onset_on": date(2020, 9, 28),
        # A day without an hour is noon of the list's zone, as for every file that is read.
        "taken_at": datetime(2020, 10, 1, 11, tzinfo=UTC),
        "result_at": datetime(2020, 10, 2, 11, tzinfo=UTC),
        "transferred_at": datetime(2020, 10, 2, 14, 10, tzinfo=UTC),
        "reached_at": datetime(2020, 10, 3, 8, tzinfo=UTC),
        "outcome": "reached",
        "x_shift": "early",
        "recorded_at": datetime(2020, 10, 2, 14, 10, tzinfo=UTC),
    }
    # Nobody gave it a day of report, so it has none, and the day of the test stands for the transfer.
    assert second["result_at"] is None
    assert second["transferred_at"] == second["taken_at"] == datetime(2020, 10, 3, 11, tzinfo=UTC)
    assert second["outcome"] == "open"
    assert told["assumed"] == {"cases.transferred_at = taken_at": 1}
    assert told["cut_at"] == "2020-10-03T23:00:00Z"


def test_what_comes_out_has_no_fault_and_can_be_measured(lists: Lists) -> None:
    lists.run(FIRST, "C2,P2,H1,pos,03/10/2020,,,,South,,No answer,,")
    assert check(lists.out).faults == []
    events = open_events(lists.out)
    (reached,) = events.measure("cases.reached")
    assert (reached.numerator, reached.denominator) == (1, 2)
    groups = [one.group["x_shift"] for one in events.measure("cases.transferred", by="x_shift")]
    assert groups == ["early", None]
    (whole,) = events.measure("intake.rows_received")
    assert whole.numerator == 2


def test_the_same_list_gives_the_same_folder(lists: Lists) -> None:
    lists.run(FIRST)
    before = (lists.out / "manifest.json").read_text()
    lists.out = lists.folder / "again"
    lists.run(FIRST)
    assert (lists.out / "manifest.json").read_text() == before


def test_each_row_is_in_one_place_and_the_counts_balance(lists: Lists) -> None:
    code, told, said = lists.run(
        FIRST,
        FIRST,
        "C3,P3,,pos,31/02/2020,,,,,,,,",
        "C4,P4,,neg,04/10/2020,,,,,,,,",
        "C5,P5,,pos,04/10/2020,,,,Elsewhere,,,,",
        "C6,P6,,pos,,,,,,,,,",
        "C7,P7",
        "C1,P1,H1,pos,01/10/2020,02/10/2020,,,North,,,,",
        "C8,P1,H1,pos,05/10/2020,06/10/2020,,,North,,,,",
    )
    assert code == 3
    assert told["rows"] == {
        "received": 9, "accepted": 4, "duplicates": 1, "corrected": 0, "faults": 4,
    }  # fmt: skip
    results = {row["result_id"]: row for row in lists.table("results").rows(named=True)}
    assert results["C4"]["case_id"] is results["C4"]["no_case_reason"] is None
    assert results["C5"]["no_case_reason"] == "not_ours"
    # A second positive of a person is of the case that they have.
    assert results["C8"]["case_id"] == "P1"
    assert lists.column("cases", "case_id") == ["P1"]
    (batch,) = lists.table("batches").rows(named=True)
    assert batch["rows_received"] == sum(
        batch[name] for name in ("accepted", "duplicates", "quarantined", "rejected")
    )
    faults = pl.read_csv(told["faults"]["faults"]["file"], infer_schema=False)
    assert faults.select("Case", "fault_line", "fault_column").rows() == [
        ("C3", "4", "Swab"),
        ("C6", "7", "Reported or Swab"),
        (None, "8", None),
        ("C1", "9", "Case"),
    ]
    assert faults["fault_text"].to_list() == [None, None, "C7,P7", None]
    assert faults["fault"][0] == (
        "Swab '31/02/2020' is not a date in the agreed form; it is written as DD/MM/YYYY hh:mm or DD/MM/YYYY, so "
        "correct it."
    )
    # The file has persons in it; what is said on the screen has none.
    assert stat.S_IMODE(Path(told["faults"]["faults"]["file"]).stat().st_mode) == 0o600
    assert "31/02" not in said


def test_a_later_report_corrects_an_earlier_one_which_stays_merged_into_it(lists: Lists) -> None:
    code, told, _ = lists.run(
        "C1,P1,,pos,01/10/2020,02/10/2020,,,North,,,,",
        "C1,P1,,neg,01/10/2020,03/10/2020,,,North,,,,",
    )
    assert (code, told["rows"]["corrected"], told["rows"]["accepted"]) == (0, 1, 1)
    assert lists.table("cases").height == 0
    assert lists.table("results").select("result_id", "result", "merged_into").rows() == [
        ("C1@1", "positive", "C1"),
        ("C1", "negative", None),
    ]
    assert check(lists.out).faults == []


def test_a_workbook_in_an_archive_is_a_list_too(lists: Lists) -> None:
    book = Workbook()
    book.active.append(COLUMNS.split(","))
    book.active.append(FIRST.split(","))
    book.active.append(["C2", "P2"])
    book.save(lists.folder / "list.xlsx")
    with ZipFile(lists.folder / "list.zip", "w") as archive:
        archive.write(lists.folder / "list.xlsx", "list.xlsx")
    given = ["--mapping", lists.write("list.toml", HEAD + FIELDS + CASE), "--out", str(lists.out)]
    for name in ("list.xlsx", "list.zip"):
        file = str(lists.folder / name)
        ran = CliRunner().invoke(app, ["events", "from-list", file, *given, "--json", "--dry-run"])
        rows = json.loads(ran.stdout)["rows"]
        assert (rows["received"], rows["accepted"], rows["faults"]) == (2, 1, 1), ran.stderr


def test_a_fault_cannot_run_in_a_spreadsheet(lists: Lists) -> None:
    _, told, _ = lists.run(FIRST, "=1+1,P1,,pos,never,,,,,,,,")
    text = Path(told["faults"]["faults"]["file"]).read_text()
    assert text.splitlines()[1].startswith("'=1+1,")


def test_who_has_no_number_gets_an_id_that_says_nothing_of_them(lists: Lists) -> None:
    named = FIELDS.replace(
        'patient_id = { column = "Person" }',
        'full_name = { column = "Person" }\nbirth_date = { column = "Home" }',
    )
    lists.run(
        "C1,Robin Example,04/03/1980,pos,01/10/2020,,,,,,,,",
        "C2,Sam Sample,,pos,01/10/2020,,,,,,,,",
        "C3,robin  EXAMPLE,04/03/1980,pos,09/10/2020,,,,,,,,",
        "C4,Sam Sample,,pos,02/10/2020,,,,,,,,",
        mapping=named,
    )
    assert lists.column("results", "person_id") == ["person-1", "person-2", "person-1", "person-3"]
    assert lists.column("cases", "case_id") == ["C1", "C2", "C3", "C4"]
    for path in lists.out.glob("*.parquet"):
        assert "Example" not in str(pl.read_parquet(path).to_dicts())


def test_nothing_is_written_in_a_dry_run_and_the_answer_is_the_same(lists: Lists) -> None:
    rows = (FIRST, "C3,P3,,pos,31/02/2020,,,,,,,,")
    code, told, _ = lists.run(*rows, more=("--dry-run",))
    assert code == 3
    assert sorted(path.name for path in lists.folder.iterdir()) == ["list.csv", "list.toml"]
    _, done, _ = lists.run(*rows)
    kept = ("rows", "tables", "contacts", "assumed", "cut_at")
    assert {name: told[name] for name in kept} == {name: done[name] for name in kept}


def test_a_list_is_known_up_to_the_moment_told_and_none_earlier_than_its_last(lists: Lists) -> None:
    _, told, _ = lists.run(FIRST, more=("--cut-at", "2020-11-01", "--week-start", "Monday"))
    assert told["cut_at"] == "2020-11-01T00:00:00Z"
    assert json.loads((lists.out / "manifest.json").read_text())["week_start"] == "monday"
    lists.out = lists.folder / "again"
    code, _, said = lists.run(FIRST, more=("--cut-at", "2020-10-01T00:00:00Z"))
    assert code == 2
    assert "the lists tell of 2020-10-03T08:00Z; name a later moment" in said


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--mapping", "nowhere"), "There is no mapping 'nowhere': neither a file, nor one of"),
        (("--cut-at", "soon"), "--cut-at is 'soon'; it is a time"),
        (("--week-start", "someday"), "--week-start is 'someday'; it is one of monday"),
    ],
)
def test_what_cannot_be_meant_ends_with_2_and_a_sentence(
    lists: Lists, more: tuple[str, ...], sentence: str
) -> None:
    code, _, said = lists.run(FIRST, more=more)
    assert code == 2
    assert sentence in said
    assert not lists.out.exists()


def test_a_list_without_a_column_that_is_needed_or_without_a_date_is_refused(lists: Lists) -> None:
    code, _, said = lists.run("P1", columns="Person")
    assert (code, "has no column 'Case'" in said) == (2, True)
    code, _, said = lists.run("C1,P1,,neg,,,,,,,,,")
    assert (code, "No row has a date" in said) == (2, True)
    code, _, said = lists.run(FIRST, mapping=FIELDS, contacts="a,b\n1,2\n")
    assert (code, "has no column 'from', which its mapping needs for case_id" in said) == (2, True)


def test_a_list_of_which_no_row_can_be_used_says_why_and_makes_no_tables(lists: Lists) -> None:
    code, told, _ = lists.run("C1,P1,,pos,2020-10-01,,,,,,,,")
    assert (code, told["tables"], told["cut_at"], told["folder"]) == (3, {}, None, None)
    assert not lists.out.exists()
    faults = pl.read_csv(told["faults"]["faults"]["file"])
    assert faults["fault"].str.contains("it is written as DD/MM/YYYY").all()


def test_what_stands_in_and_what_is_not_known_is_said(lists: Lists) -> None:
    given = [lists.write("list.csv", f"{COLUMNS}\nC1,P1,,pos,03/10/2020,,,,,,,,\n"), "--mapping"]
    given += [lists.write("list.toml", HEAD + FIELDS), "--out", str(lists.out), "--dry-run"]
    ran = CliRunner().invoke(app, ["events", "from-list", *given])
    assert ran.stderr.splitlines() == [
        "Nothing was written: this is what would come of it.",
        "Rows of the list: 1 received = 1 taken.",
        "Known up to 2020-10-03T23:00:00Z.",
        "1 cases say nothing of their transfer or report; the day of the test stands for it.",
        "The mapping does not say what became of cases, so those without reached_at are open; map outcome in [case].",
    ]


def test_a_folder_that_holds_anything_is_left_alone(lists: Lists) -> None:
    lists.out.mkdir()
    (lists.out / "notes.txt").write_text("mine")
    code, _, said = lists.run(FIRST)
    assert (code, "is not empty; name a folder that is new or empty" in said) == (2, True)
    assert [path.name for path in lists.out.iterdir()] == ["notes.txt"]


CELL = st.sampled_from(
    ["", "C1", "C2", "x", "01/10/2020", "31/02/2020", "pos", "neg", '"', "North"]
)
ROW = st.lists(CELL, min_size=1, max_size=13).map(",".join)


@settings(max_examples=12)
@given(st.lists(st.one_of(ROW, st.just(FIRST)), min_size=1, max_size=8))
def test_whatever_a_list_holds_its_rows_balance(
    tmp_path_factory: pytest.TempPathFactory, rows: list[str]
) -> None:
    lists = Lists(tmp_path_factory.mktemp("list"))
    # A first row that is whole, so that there is always a date.
    _, told, _ = lists.run("C0,P0,,pos,01/10/2020,,,,,,,,", *rows)
    counts = dict(told["rows"])
    received = counts.pop("received")
    assert received == sum(counts.values())
    assert lists.table("results").height == counts["accepted"] + counts["corrected"]
    assert check(lists.out).faults == []


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("file", "mapping", "contacts", "tables"),
    [
        (
            "mers_korea_2015_linelist",
            "mers-korea-2015",
            "mers_korea_2015_contacts",
            {"results": 162, "cases": 162, "contacts": 98, "batches": 1},
        ),
        (
            "measles_hagelloch_1861",
            "measles-hagelloch-1861",
            None,
            {"results": 188, "cases": 188, "contacts": 184, "batches": 1},
        ),
        (
            "ebola_sierraleone_2014",
            "ebola-sierra-leone-2014",
            None,
            {"results": 11_903, "cases": 8_358, "batches": 1},
        ),
        (
            "covid_singapore_2020",
            "covid-singapore-2020",
            None,
            {"results": 93, "cases": 93, "batches": 1},
        ),
    ],
)
def test_a_published_line_list_is_one_command_from_its_figures(
    tmp_path: Path, file: str, mapping: str, contacts: str | None, tables: dict[str, int]
) -> None:
    more = ["--contacts", str(DATA / f"{contacts}.csv")] if contacts else []
    out = tmp_path / "tables"
    ran = CliRunner().invoke(
        app,
        ["events", "from-list", str(DATA / f"{file}.csv"), "--mapping", mapping, "--out", str(out), "--json", *more],
    )  # fmt: skip
    assert ran.exit_code == 0, ran.stderr
    assert json.loads(ran.stdout)["tables"] == tables
    assert check(out).faults == []
    asked = CliRunner().invoke(
        app, ["measure", "cases.transferred", "--events", str(out), "--by", "week"]
    )
    assert sum(one["numerator"] for one in json.loads(asked.stdout)) == tables["cases"]
