"""`throughline rehearsal weekly`: from a file of weeks to a folder of event tables, without a service."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from throughline.cli.main import app

TOTALS = """\
week_start,cases_reached,contacts_reached,hh_contacts_reached,nonhh_contacts_reached,\
median_h_symptoms_to_contacts_traced,median_h_result_rts,median_h_result_lts,median_h_result_mtu,\
median_h_result_satellite,median_h_result_home
2020-05-28,60,90,50,20,120,24,26,21,40,50
"""


def weekly(*given: str) -> object:
    return CliRunner().invoke(app, ["rehearsal", "weekly", *given])


def test_weeks_of_totals_become_event_tables_and_more_weeks_are_scaled(tmp_path: Path) -> None:
    source, out = tmp_path / "totals.csv", tmp_path / "events"
    source.write_text(TOTALS)
    told = weekly(
        "--from", str(source), "--weeks", "2", "--scale", "2", "--out", str(out), "--json"
    )
    assert told.exit_code == 0, told.stderr
    assert "2020-06-04: 145 cases" in told.stderr
    assert "(scaled)" in told.stderr
    rows = json.loads(told.stdout)["rows"]
    assert rows["cases"] == 72 + 145
    assert json.loads((out / "manifest.json").read_text())["tables"]["cases"]["rows"] == 217


def test_a_file_of_neither_kind_is_refused_in_one_sentence(tmp_path: Path) -> None:
    source = tmp_path / "list.csv"
    source.write_text("id,onset\n1,2020-05-28\n")
    told = weekly("--from", str(source), "--out", str(tmp_path / "events"))
    assert told.exit_code == 2
    assert "neither a column cases_transferred" in told.stderr
    assert not (tmp_path / "events").exists()
