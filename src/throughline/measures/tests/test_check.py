"""Checking a folder: each fault with its table, row, column and value, and what is allowed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from throughline.measures import MeasuresError, open_events
from throughline.measures.check import Fault, check
from throughline.measures.tests import spec

Write = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Write:
    """Write event tables, given as text by name, into a folder."""

    def write(*, tables: Any = None, **texts: str) -> Path:
        told = {"cut_at": "2020-08-20T00:00:00Z", "tables": tables or {}}
        (tmp_path / "manifest.json").write_text(json.dumps(told))
        for name, text in texts.items():
            spec.write_csv(tmp_path / f"{name}.csv", text)
        return tmp_path

    return write


CASES = """
case_id | transferred_at   | outcome | reached_at       | contacts_named
a       | 2020-06-04 10:00 | reached | 2020-06-05 10:00 | 2
b       | 2020-06-04 10:00 | open    |                  |
"""


def found(report: Any) -> list[tuple[int | None, str, str | None]]:
    return [(one.row, one.column, one.value) for one in report.faults]


def test_a_sound_folder_has_no_fault(folder: Write) -> None:
    report = check(folder(cases=CASES))
    assert (report.faults, report.rows) == ([], {"cases": 2})


def test_each_fault_names_table_row_key_column_value_and_what_is_allowed(folder: Write) -> None:
    (fault,) = check(folder(cases=CASES.replace("open", "opne"))).faults
    assert fault == Fault(
        table="cases",
        row=2,
        key="b",
        column="outcome",
        value="opne",
        allowed="one of reached, not_reached, no_details, open",
    )


@pytest.mark.parametrize(
    ("given", "instead", "column", "value"),
    [
        ("2020-06-05 10:00", "yesterday", "reached_at", "yesterday"),
        # Reached before it was transferred, and after the cut.
        ("2020-06-05 10:00", "2020-06-03 10:00", "reached_at", "2020-06-03 10:00"),
        ("2020-06-05 10:00", "2020-08-20 00:01", "reached_at", "2020-08-20 00:01"),
        ("| 2\n", "| -2\n", "contacts_named", "-2"),
        ("| 2\n", "| 2.5\n", "contacts_named", "2.5"),
        ("a       | 2020-06-04 10:00", "a       |                 ", "transferred_at", None),
    ],
)
def test_a_value_that_is_not_allowed_is_a_fault(
    folder: Write, given: str, instead: str, column: str, value: str | None
) -> None:
    report = check(folder(cases=CASES.replace(given, instead, 1)))
    assert found(report) == [(1, column, value)]


def test_a_key_that_is_there_twice_is_a_fault_and_no_figure_is_given(folder: Write) -> None:
    path = folder(cases=CASES.replace("\nb ", "\na "))
    assert found(check(path)) == [(1, "case_id", "a"), (2, "case_id", "a")]
    with pytest.raises(MeasuresError, match="cases has case_id 'a' twice"):
        open_events(path).measure("cases.transferred")


def test_a_key_twice_is_found_across_parts(folder: Write) -> None:
    path = folder()
    (path / "cases").mkdir()
    for part in ("1", "2"):
        spec.write_csv(path / "cases" / f"{part}.csv", CASES)
    assert [one.value for one in check(path).faults] == ["a", "b", "a", "b"]
    with pytest.raises(MeasuresError, match="twice"):
        open_events(path).measure("cases.transferred")


def test_a_merge_must_lead_to_a_row_that_stands(folder: Write) -> None:
    report = check(
        folder(
            cases="""
            case_id | transferred_at   | outcome | merged_into
            a       | 2020-06-04 10:00 | open    |
            b       | 2020-06-04 10:00 | open    | a
            c       | 2020-06-04 10:00 | open    | nobody
            d       | 2020-06-04 10:00 | open    | e
            e       | 2020-06-04 10:00 | open    | d
            """
        )
    )
    assert found(report) == [
        (3, "merged_into", "nobody"),
        (4, "merged_into", "e"),
        (5, "merged_into", "d"),
    ]


def test_spells_of_one_agent_do_not_overlap(folder: Write) -> None:
    report = check(
        folder(
            agent_states="""
            agent_id | from_at          | to_at            | state
            a        | 2020-06-04 10:00 | 2020-06-04 11:00 | ready
            a        | 2020-06-04 11:00 | 2020-06-04 12:00 | wrap
            a        | 2020-06-04 11:59 |                  | ready
            a        | 2020-06-04 13:00 |                  | wrap
            b        | 2020-06-04 10:30 |                  | ready
            """
        )
    )
    assert found(report) == [
        (3, "from_at", "2020-06-04 11:59"),
        (4, "from_at", "2020-06-04 13:00"),
    ]


def test_what_the_manifest_promises_is_kept_or_no_figure_is_given(folder: Write) -> None:
    path = folder(cases=CASES)
    digest = hashlib.sha256((path / "cases.csv").read_bytes()).hexdigest()
    folder(tables={"cases": {"rows": 2, "sha256": digest}})
    assert check(path).faults == []
    assert open_events(path).measure("cases.transferred")[0].numerator == 2
    for promise in ({"rows": 3}, {"sha256": "0" * 64}):
        folder(tables={"cases": promise})
        assert [one.column for one in check(path).faults] == ["manifest"]
        with pytest.raises(MeasuresError, match="the manifest promises"):
            open_events(path).measure("cases.transferred")


def test_that_a_table_was_changed_is_said_before_what_the_change_broke(folder: Write) -> None:
    path = folder(
        cases=CASES.replace("2020-06-04", "yesterday"), tables={"cases": {"sha256": "0" * 64}}
    )
    with pytest.raises(MeasuresError, match="it was changed or damaged"):
        open_events(path).measure("cases.transferred", by="week")
    folder(tables={})
    with pytest.raises(MeasuresError, match="yesterday"):
        open_events(path).measure("cases.transferred", by="week")


def test_a_table_that_was_promised_and_is_not_there_is_a_fault(folder: Write) -> None:
    path = folder(tables={"contacts": {"rows": 5}}, cases=CASES)
    assert [one.table for one in check(path).faults] == ["contacts"]
    with pytest.raises(MeasuresError, match="promises 5 rows of contacts"):
        open_events(path).measure("contacts.reached")


def test_a_column_that_is_never_empty_must_be_there(folder: Write) -> None:
    path = folder(cases="case_id | transferred_at | region\na | 2020-06-04 10:00 | North")
    assert [(one.row, one.column) for one in check(path).faults] == [(None, "outcome")]


def test_more_faults_than_are_shown_are_counted(folder: Write) -> None:
    report = check(folder(cases=CASES.replace("open", "x").replace("reached |", "y |")), most=1)
    assert (len(report.faults), report.more) == (1, 1)


def test_a_file_that_is_taken_for_no_table_is_named(folder: Write) -> None:
    path = folder(cases=CASES)
    (path / "contact.csv").write_text("contact_id\n")
    assert ["contact.csv" in note for note in check(path).notes] == [True]
