"""Figures on the command line: the contract's JSON and CSV, exit codes, and sentences."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from throughline.cli.main import app
from throughline.measures import MEASURES
from throughline.measures.tests import spec

CASES = """
case_id | transferred_at   | outcome | reached_at       | region
a       | 2020-05-28 10:00 | reached | 2020-05-28 12:00 | North
b       | 2020-05-28 10:00 | open    |                  |
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "manifest.json").write_text(json.dumps({"cut_at": spec.CUT}))
    spec.write_csv(tmp_path / "cases.csv", CASES)
    return str(tmp_path)


def run(*arguments: str) -> tuple[int, str, str]:
    ran = CliRunner().invoke(app, arguments)
    return ran.exit_code, ran.stdout, ran.stderr


def test_a_measure_is_printed_as_the_objects_of_the_contract(folder: str) -> None:
    code, out, _ = run("measure", "cases.reached", "--events", folder, "--by", "week", "--json")
    assert code == 0
    assert json.loads(out) == [
        {
            "measure": "cases.reached",
            "group": {"week": "2020-05-28"},
            "band": None,
            "definition": "reach-2020-05",
            "numerator": 1,
            "denominator": 2,
            "value": 0.5,
            "suppressed": False,
        }
    ]


def test_csv_has_a_column_for_each_group_and_an_empty_cell_for_null(folder: str) -> None:
    code, out, _ = run(
        "measure", "cases.reached", "cases.open", "--events", folder, "--by", "region", "--csv"
    )
    assert code == 0
    assert out.splitlines() == [
        "measure,region,band,definition,numerator,denominator,value,suppressed",
        "cases.reached,North,,reach-2020-05,1,1,1.0,false",
        "cases.reached,,,reach-2020-05,0,1,0.0,false",
        "cases.open,North,,,0,1,0.0,false",
        "cases.open,,,,1,1,1.0,false",
    ]


def test_conditions_may_be_given_more_than_once(folder: str) -> None:
    arguments = ("--where", "region=North", "--where", "outcome!=open", "--from", "2020-05-28")
    _, out, _ = run("measure", "cases.transferred", "--events", folder, *arguments)
    assert json.loads(out)[0]["numerator"] == 1


def test_what_cannot_be_answered_ends_with_2_and_one_sentence(folder: str) -> None:
    code, out, err = run("measure", "cases.reachd", "--events", folder)
    assert (code, out) == (2, "")
    assert err == "There is no measure 'cases.reachd'; did you mean 'cases.reached'?\n"


def test_the_measures_are_listed_and_shown() -> None:
    code, out, _ = run("measures", "list")
    assert code == 0
    assert [line.split()[0] for line in out.splitlines()] == list(MEASURES)
    _, out, _ = run("measures", "show", "cases.reached_within", "--json")
    assert json.loads(out)["denominator"] == "those in le24h, 24_48h, 48_72h, gt72h"
    assert run("measures", "show", "cases.reach")[0] == 2


def test_checking_ends_with_0_2_or_3(folder: str) -> None:
    assert run("events", "check", folder)[0] == 0
    assert run("events", "check", f"{folder}/nowhere")[0] == 2
    spec.write_csv(Path(folder) / "cases.csv", CASES.replace("open", "opne"))
    code, out, err = run("events", "check", folder, "--json")
    assert code == 3
    assert json.loads(out)["faults"][0]["value"] == "opne"
    assert "1 fault." in err
