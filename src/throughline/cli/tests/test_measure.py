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


OUTCOMES = ("cases.transferred", "cases.reached", "cases.not_reached", "cases.no_details")


def public(folder: str, *arguments: str) -> tuple[int, str, str]:
    return run("measure", *OUTCOMES, "--events", folder, "--public", *arguments)


def of_outcomes(folder: str, **outcomes: int) -> None:
    """Write cases of which so many ended so."""
    rows = [
        f"{outcome}{number} | 2020-05-28 10:00 | {outcome}"
        for outcome, size in outcomes.items()
        for number in range(size)
    ]
    table = "\n".join(["case_id | transferred_at | outcome", *rows])
    spec.write_csv(Path(folder) / "cases.csv", table)


def test_a_release_is_hidden_beside_the_one_before(folder: str, tmp_path: Path) -> None:
    before = tmp_path / "before.json"
    of_outcomes(folder, reached=60, not_reached=37, no_details=3)
    before.write_text(public(folder)[1])
    assert [one["numerator"] for one in json.loads(before.read_text())] == [100, 60, None, None]
    # Three more had no details. None of these numbers is small, but 37 now tells that there were 3 before.
    of_outcomes(folder, reached=60, not_reached=37, no_details=6)
    assert [one["numerator"] for one in json.loads(public(folder)[1])] == [103, 60, 37, 6]
    code, out, _ = public(folder, "--previous", str(before))
    assert code == 0
    assert any(one["suppressed"] for one in json.loads(out))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"answers": []}', "is not a JSON array of answers"),
        ("measure,week\n", "is not a JSON array of answers"),
        ('[{"measure": "cases.reached"}]', "is not a JSON array of answers"),
        ('[{"measure": "cases.reached", "group": {}, "numerator": "7"}]', "is not a JSON array"),
        (None, "cannot be read"),
    ],
)
def test_what_is_no_earlier_release_is_refused_in_one_sentence(
    folder: str, tmp_path: Path, text: str | None, said: str
) -> None:
    before = tmp_path / "before.json"
    if text is not None:
        before.write_text(text)
    code, out, err = public(folder, "--previous", str(before))
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"{before} {said}")


def test_the_release_before_is_of_use_to_a_public_one_alone(folder: str) -> None:
    code, _, err = run("measure", "cases.open", "--events", folder, "--previous", "b.json")
    assert (code, "with --public" in err) == (2, True)
