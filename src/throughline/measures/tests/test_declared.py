"""Declarations: checked when they are made, and the same on the page of definitions."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from throughline.measures import MEASURES, Measure
from throughline.measures.aggregates import Count
from throughline.measures.answers import Pair
from throughline.measures.compile import columns_of, names_of
from throughline.measures.declared import Change
from throughline.measures.errors import DeclarationError
from throughline.measures.shapes import Mix, standardised
from throughline.measures.tables import TABLES

SOUND: dict[str, Any] = {
    "id": "cases.x", "title": "X", "meaning": "Of all, some.", "unit": "share", "table": "cases",
    "period": "transferred_at", "source": "Here", "numerator": Count(),
}  # fmt: skip

# Every id of the contract, and those that the issue asks for besides.
CONTRACT = """
cases.transferred cases.reached cases.not_reached cases.open cases.no_details cases.reached_within
cases.gave_contacts contacts.identified contacts.people contacts.reached contacts.not_reached contacts.open
contacts.no_details contacts.reached_with_details contacts.reached_within contacts.reached_within_of_case
coverage.case_by_contact coverage.cohort contacts.reached_mix_adjusted tests.from_booking tests.from_taking
tests.from_lab tests.distance clock.onset_to_taken clock.taken_to_result clock.result_to_transfer
clock.transfer_to_reached clock.identified_to_reached clock.onset_to_contact_reached
clock.transfer_to_reached.all holdings.offered holdings.accepted_within holdings.ended holdings.success_within
attempts.per_person workforce.utilisation workforce.occupancy workforce.idle_waiting workforce.idle_empty
contacts.attack_rate calls.answered_within checks.passed requests.within reviews.upheld cases.contacts_named
cases.named_none tests.positivity cases.known_as_contacts handover.accepted handover.returned handover.outcome
handover.hours handback.accepted
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
