"""A mapping proposed on the command line reads the file that it was proposed for."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from throughline.cli.exits import ExitCode
from throughline.cli.main import app
from throughline.definitions import load

LIST = "Lab no,Outcome,Surname,Born\nA1,POS,Example,04/03/1980\nA2,maybe,Sample,01/02/1990\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "dale_list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_the_mapping_is_written_and_says_what_a_person_must_decide(file: Path) -> None:
    out = file.with_suffix(".toml")
    done = CliRunner().invoke(
        app, ["mapping", "propose", str(file), "--out", str(out), "--first", "day"]
    )
    assert done.exit_code == 0
    assert "Outcome: say what 1 of its values mean" in done.stderr
    definition = load.read(out)
    assert definition.id == "dale-list"
    assert definition.body["fields"]["birth_date"]["dates"] == ["%d/%m/%Y"]


def test_an_order_that_nobody_said_is_asked_for(file: Path) -> None:
    done = CliRunner().invoke(app, ["mapping", "propose", str(file)])
    assert "In Born the day or the month could come first" in done.stderr
    assert 'id = "dale-list"' in done.stdout


def test_what_is_no_list_is_refused_with_the_reason(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(b"%PDF-1.7")
    done = CliRunner().invoke(app, ["mapping", "propose", str(path)])
    assert done.exit_code == ExitCode.USAGE
    assert "a PDF, not a table" in done.stderr
