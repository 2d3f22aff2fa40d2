"""The four real line lists load with the shipped mappings, and balance."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from throughline.calling.models import WorkItem
from throughline.intake.tests.world import load_file, prepare
from throughline.tracing.models import Case

DATA = Path(
    os.environ.get(
        "THROUGHLINE_SHARED_DATA", Path(__file__).resolve().parents[5] / "shared" / "data"
    )
)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.shared_data]


@pytest.mark.parametrize(
    ("file", "mapping", "rows", "cases"),
    [
        ("mers_korea_2015_linelist.csv", "mers-korea-2015", 162, 162),
        ("measles_hagelloch_1861.csv", "measles-hagelloch-1861", 188, 188),
        ("covid_singapore_2020.csv", "covid-singapore-2020", 93, 93),
        ("ebola_sierraleone_2014.csv", "ebola-sierra-leone-2014", 11_903, 8_358),
    ],
)
def test_a_line_list_becomes_persons_and_cases_and_nobody_is_rung(
    file: str, mapping: str, rows: int, cases: int
) -> None:
    prepare()
    found = load_file((DATA / file).read_bytes(), at=NOW, mapping=mapping)
    assert found.balances, found
    assert (found.received, found.quarantined, found.cases_opened) == (rows, 0, cases)
    assert Case.objects.count() == cases
    assert WorkItem.objects.count() == 0
