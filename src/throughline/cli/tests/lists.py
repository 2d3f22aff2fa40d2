"""A folder in which lists lie, and `events from-list` run in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
from typer.testing import CliRunner

from throughline.cli.main import app

HEAD = """
[definition]
kind = "mapping"
id = "our-list"
version = 1
valid_from = 2020-01-01
applies_to = "new"
title = "Our line list"
reason = "Our columns have names of their own"
approved_by = "Epidemiology team"

[file]
meaning = "Each row is one case."
zone = "Europe/London"
dates = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
"""
FIELDS = """
[fields]
report_id = { column = "Case" }
patient_id = { column = "Person" }
household_id = { column = "Home" }
disease = { constant = "covid" }
result = { column = "Result", codes = { pos = "positive", neg = "negative" }, default = "positive" }
taken_at = { column = "Swab" }
reported_at = { column = "Reported" }
onset_on = { column = "Onset" }
age = { column = "Age" }
region = { column = "Ward" }

[[excluded]]
column = "Ward"
values = ["elsewhere"]
reason = "not_ours"
because = "Another team has them."
"""
CASE = """
[case]
transferred_at = { column = "Referred" }
outcome = { column = "Outcome", codes = { "spoken to" = "reached", "no answer" = "not_reached" } }
reached_at = { column = "Spoken" }
x_shift = { column = "Shift" }
"""
CONTACT = """
[contact]
case_id = { column = "Case" }
person_id = { column = "Contact" }
identified_at = { column = "Named" }
reached_at = { column = "Told" }
household = { column = "Lives with", codes = { y = "yes", n = "no" } }
"""
COLUMNS = "Case,Person,Home,Result,Swab,Reported,Onset,Age,Ward,Referred,Outcome,Spoken,Shift"


FIRST = "C1,P1,H1,pos,01/10/2020,02/10/2020,28/09/2020,34,North,02/10/2020 15:10,Spoken to,03/10/2020 09:00,early"


class Lists:
    """A folder in which lists lie, and the command run in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.out = folder / "tables"

    def write(self, name: str, text: str) -> str:
        (self.folder / name).write_text(text, encoding="utf-8")
        return str(self.folder / name)

    def run(
        self,
        *rows: str,
        mapping: str = FIELDS + CASE + CONTACT,
        columns: str = COLUMNS,
        contacts: str | None = None,
        more: tuple[str, ...] = (),
    ) -> tuple[int, Any, str]:
        """Make tables of these rows and return exit code, answer and what was said."""
        given = [
            self.write("list.csv", "\n".join([columns, *rows]) + "\n"),
            "--mapping",
            self.write("list.toml", HEAD + mapping),
            "--out",
            str(self.out),
        ]
        if contacts is not None:
            given += ["--contacts", self.write("contacts.csv", contacts)]
        ran = CliRunner().invoke(app, ["events", "from-list", *given, "--json", *more])
        return ran.exit_code, json.loads(ran.stdout) if ran.stdout else None, ran.stderr

    def table(self, name: str) -> pl.DataFrame:
        return pl.read_parquet(self.out / f"{name}.parquet")

    def column(self, table: str, name: str) -> list[Any]:
        return self.table(table)[name].to_list()
