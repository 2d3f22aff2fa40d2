"""Declarations: checked when they are made, and the same on the page of definitions."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from throughline.measures import MEASURES, Measure, pages
from throughline.measures.aggregates import Count
from throughline.measures.answers import Pair
from throughline.measures.compile import columns_of, names_of
from throughline.measures.declared import Change
from throughline.measures.errors import DeclarationError
from throughline.measures.shapes import Mix, standardised
from throughline.measures.tables import TABLES

ROOT = Path(__file__).resolve().parents[4]

SOUND: dict[str, Any] = {
    "id": "cases.x", "title": "X", "meaning": "Of all, some.", "unit": "share", "table": "cases",
    "period": "transferred_at", "source": "Here", "since": date(2020, 5, 28), "numerator": Count(),
}  # fmt: skip

# Every id of the contract, and those that the issue asks for besides.
CONTRACT = """
cases.transferred cases.reached cases.not_reached cases.open cases.no_details cases.reached_within
cases.gave_contacts contacts.identified contacts.people contacts.reached contacts.not_reached contacts.open
contacts.no_details contacts.reached_with_details contacts.reached_within contacts.reached_within_of_case
coverage.case_by_contact coverage.cohort contacts.reached_mix_adjusted tests.from_booking tests.from_taking
tests.from_lab tests.distance clock.onset_to_taken clock.taken_to_result clock.result_to_transfer
clock.transfer_to_reached clock.identified_to_reached clock.onset_to_contact_reached
clock.onset_to_taken.all clock.taken_to_result.all clock.result_to_transfer.all clock.transfer_to_reached.all
clock.identified_to_reached.all clock.onset_to_contact_reached.all holdings.offered holdings.accepted_within holdings.ended holdings.success_within
attempts.per_person attempts.repeats attempts.web attempts.sms workforce.utilisation workforce.occupancy workforce.idle_waiting workforce.idle_empty
contacts.attack_rate calls.answered_within checks.passed requests.within reviews.upheld cases.contacts_named
cases.named_none tests.positivity cases.known_as_contacts handover.accepted handover.returned handover.outcome
handover.hours handback.accepted handback.returned handback.outcome handback.hours
"""


def test_every_measure_of_the_contract_is_declared() -> None:
    assert set(CONTRACT.split()) <= set(MEASURES)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": " "}, "does not say its title"),
        ({"source": ""}, "does not say its source"),
        ({"numerator": None}, "has no numerator, no shape"),
        ({"product": {"a": "cases.reached"}}, "is a product, so it has no numerator"),
        ({"version": 2}, "changes say what made each version from 2 on"),
        ({"table": "case"}, "'case' is no event table"),
        ({"period": "began_at"}, "cases has no moment began_at"),
        ({"period": "onset_on"}, "cases has no moment onset_on"),
    ],
)
def test_a_declaration_that_could_not_be_computed_or_read_is_refused(
    wrong: Any, sentence: str
) -> None:
    with pytest.raises(DeclarationError, match=sentence):
        Measure(**{**SOUND, **wrong})


def test_changes_are_told_from_the_oldest_on() -> None:
    early = Change(version=2, on=date(2020, 5, 27), what="Guardians count")
    with pytest.raises(DeclarationError, match="tell the oldest first"):
        Measure(**SOUND, version=2, changes=(early,))


def test_people_tested_changed_when_england_counted_them_otherwise() -> None:
    for name in ("tests.people", "tests.people_positive", "tests.positivity"):
        told = MEASURES[name]
        assert told.since == date(2020, 5, 28)
        assert [(one.version, one.on) for one in told.changes] == [(2, date(2020, 10, 15))]
    assert MEASURES["tests.communicated"].version == 1


def test_what_the_changelog_marks_as_a_measure_change_is_a_version_of_the_measures_that_it_moves() -> (
    None
):
    marked = [
        " ".join(line.split())
        for line in (ROOT / "CHANGELOG.md")
        .read_text(encoding="utf-8")
        .split("- **Measure change**: ")[1:]
    ]
    told = {one.what for measure in MEASURES.values() for one in measure.changes}
    for line in marked:
        assert any(what.startswith(line[:40]) for what in told), line[:80]
    versions = {name: one.version for name, one in MEASURES.items()}
    assert versions["contacts.reached"] == versions["coverage.case_by_contact"] == 2
    assert versions["cases.reached"] == 1
    assert versions["cases.known_as_contacts"] == versions["contacts.attack_rate"] == 3
    assert versions["holdings.success_within"] == 3
    assert versions["requests.within"] == 1


def test_every_table_that_a_measure_reads_is_told() -> None:
    tables = {name: pages.told(one)["tables"] for name, one in MEASURES.items()}
    assert tables["cases.reached"] == "cases"
    assert tables["coverage.case_by_contact"] == "cases, contacts"
    assert tables["contacts.attack_rate"] == "contacts, cases"
    assert tables["clock.onset_to_contact_reached"] == "contacts, cases"
    assert tables["cases.known_as_contacts"] == "cases, contacts"
    assert tables["holdings.success_within"] == "holdings, cases, contacts"
    assert all(set(told.split(", ")) <= set(TABLES) for told in tables.values())


def test_a_version_says_what_changed() -> None:
    change = Change(version=2, on=date(2020, 11, 19), what="Guardians count.")
    assert Measure(**SOUND, version=2, changes=(change,)).version == 2


@pytest.mark.parametrize("measure", MEASURES.values(), ids=list(MEASURES))
def test_a_measure_names_columns_of_its_table_or_words_that_are_known(measure: Measure) -> None:
    assert measure.period.removeprefix("plus_limit(").rstrip(")") in columns_of(measure)
    assert names_of(measure) - columns_of(measure) <= known_words(measure)
    assert measure.table in TABLES
    assert measure.meaning.endswith(".")


def known_words(measure: Measure) -> set[str]:
    from throughline.measures.compile import shape_of
    from throughline.measures.rows import ROWS
    from throughline.measures.terms import definition, terms

    return {
        *terms(measure.table, definition(None)),
        *shape_of(measure).terms(),
        *(ROWS[measure.rows].columns if measure.rows else ()),
        "hours", "micros", "moment", "plus_limit", "cut_at", "ceil", "coalesce", "n",
    }  # fmt: skip


def test_englands_fall_from_91_to_60_of_100_was_a_change_of_mix() -> None:
    # The week of 22 October 2020, at its own mix and at that of 28 May: 44,979 of 55,045 by health protection.
    strata = {
        "health_protection": Pair(numerator=979, denominator=1000),
        "others": Pair(numerator=585, denominator=1000),
    }
    own = standardised(strata, {"health_protection": 3.5, "others": 96.5})
    first = standardised(strata, {"health_protection": 81.7, "others": 18.3})
    assert own is not None
    assert first is not None
    assert (round(100 * own, 1), round(100 * first, 1)) == (59.9, 90.7)


def test_a_stratum_with_weight_and_nobody_in_it_leaves_no_rate() -> None:
    empty = {"a": Pair(numerator=0, denominator=0), "b": Pair(numerator=1, denominator=2)}
    assert standardised(empty, {"a": 1, "b": 1}) is None
    assert standardised(empty, {"a": 0, "b": 1}) == 0.5
    assert isinstance(MEASURES["contacts.reached_mix_adjusted"].shape, Mix)


def test_importing_the_library_loads_nothing_heavy() -> None:
    heavy = (
        "{'duckdb', 'polars', 'pandas', 'pyarrow', 'numpy', 'scipy', 'altair', 'django', 'psycopg'}"
    )
    code = f"import sys, throughline.measures; print(sorted({heavy} & set(sys.modules)))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
