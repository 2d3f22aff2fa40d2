"""`throughline intake` as a newcomer runs it, and a reader that is killed in the middle of a file."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest

from throughline.rehearsal import bulk
from throughline.server import logins, postgres
from throughline.server.errors import DownError

pytestmark = pytest.mark.process

NUMBERS = ("accepted", "duplicates", "corrected", "quarantined", "rejected", "waiting")


def command(service: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "throughline.cli", "intake", *arguments],
        env=service.environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def load(service: Any, file: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """Load a file and return the exit code and the receipt, which must balance."""
    done = command(service, "load", str(file), "--source", "lab", "--json", *more)
    found = json.loads(done.stdout)
    assert sum(found[name] for name in NUMBERS) == found["received"], done.stderr
    assert found["cases_opened"] + found["cases_joined"] + found["excluded"] == found["positives"]
    return done.returncode, found


def asked(service: Any, query: str) -> int:
    with (
        postgres.running(service.home),
        logins.connect_as_superuser(service.home, "throughline") as connection,
    ):
        connection.execute("set search_path to throughline")
        ((answer,),) = connection.execute(query).fetchall()
        return int(answer)


def write(file: Path, rows: list[dict[str, str]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def test_rows_that_could_not_be_taken_are_listed_mended_rejected_and_loaded_again(
    new_service, tmp_path
) -> None:
    service = new_service
    rows = list(bulk.rows(30, shares=bulk.Shares(duplicate=0, repeated_person=0)))
    rows[3]["birth_date"] = rows[4]["birth_date"] = "2090-01-01"
    rows[5]["result"] = "perhaps"
    write(tmp_path / "rows.csv", rows)

    code, found = load(service, tmp_path / "rows.csv")
    assert (code, found["received"], found["accepted"], found["quarantined"]) == (3, 30, 27, 3)
    assert Path(found["quarantine_file"]).stat().st_mode & 0o077 == 0

    # That started the database by itself, and stopped it; the commands to come find it running.
    assert postgres.status(service.home) is None
    with postgres.running(service.home):
        mend_reject_and_load_again(service, rows, tmp_path)


def mend_reject_and_load_again(service: Any, rows: list[dict[str, str]], folder: Path) -> None:
    listed = json.loads(command(service, "quarantine", "list", "--json").stdout)
    assert {(row["number"], row["column"]) for row in listed} == {
        (4, "birth_date"), (5, "birth_date"), (6, "result"),
    }  # fmt: skip
    refs = {row["number"]: row["ref"] for row in listed}
    assert "2090" not in json.dumps(listed), "a list on a screen shows nobody's values"

    wrong = command(service, "quarantine", "correct", refs[4], "--set", "birth_date=2091-01-01")
    assert (wrong.returncode, wrong.stderr.count("\n")) == (2, 1)
    mended = command(service, "quarantine", "correct", refs[4], "--set", "birth_date=1990-01-01")
    assert (mended.returncode, mended.stdout) == (0, "")
    rejected = command(service, "quarantine", "reject", refs[6], "--reason", "withdrawn by phone")
    assert rejected.returncode == 0
    twice = command(service, "quarantine", "reject", refs[6], "--reason", "once more")
    assert twice.returncode == 2

    path = folder / "to mend.csv"
    exported = command(service, "quarantine", "export", listed[0]["message"], "--to", str(path))
    assert exported.stdout == f"{path}\n"
    with path.open(encoding="utf-8-sig", newline="") as opened:
        (left,) = csv.DictReader(opened)
    write(path, [left | {"birth_date": "1991-02-03"}])
    code, found = load(service, path)
    assert (code, found["received"], found["accepted"]) == (0, 1, 1)

    code, found = load(service, folder / "rows.csv")
    assert (code, found["accepted"], found["rejected"], found["quarantined"]) == (0, 29, 1, 0)
    assert json.loads(command(service, "quarantine", "list", "--json").stdout) == []
    assert asked(service, "select count(*) from tracing_result") == 29
    assert command(service, "ledger").stderr == "", "the ledger has nothing to alarm about"


def test_a_reader_killed_in_the_middle_of_a_file_loses_nothing_and_takes_nothing_twice(
    service, tmp_path
) -> None:
    file = tmp_path / "rows.csv"
    # Three batches.
    total = 12_000
    bulk.write(file, total, shares=bulk.Shares(positive=0.02, faulty=0.001))
    reader = subprocess.Popen(
        [sys.executable, "-m", "throughline.cli", "intake", "load", str(file), "--source", "lab"],
        env=service.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    service.eventually(lambda: rows_read(service) > 0, 200)
    reader.kill()
    assert reader.wait() == -9, "it was killed before it was done"
    assert 0 < asked(service, ROWS_READ) < total

    code, found = load(service, file)
    assert (code, found["received"], found["waiting"]) == (3, total, 0)
    assert asked(service, "select count(*) from intake_row") == total
    assert asked(service, "select count(distinct number) from intake_row") == total
    assert asked(service, "select max(number) from intake_row") == total
    taken = found["accepted"] + found["corrected"]
    assert asked(service, "select count(*) from tracing_result") == taken
    assert asked(service, "select count(distinct report_id) from tracing_result") == taken
    assert asked(service, "select count(*) from tracing_case") == found["cases_opened"] > 0
    assert asked(service, "select count(*) from intake_quarantined") == found["quarantined"] > 0
    assert distinct_numbers(file) >= asked(
        service, "select count(*) from people_identifier where scheme = 'nhs'"
    )


ROWS_READ = "select coalesce(sum(rows_received), 0) from intake_message"


def rows_read(service: Any) -> int:
    """How many rows are committed; 0 while there is no database yet."""
    if postgres.status(service.home) is None:
        return 0
    try:
        return asked(service, ROWS_READ)
    except (psycopg.Error, DownError):
        return 0


def distinct_numbers(file: Path) -> int:
    with file.open(encoding="utf-8", newline="") as opened:
        return len({row["nhs_number"] for row in csv.DictReader(opened)})
