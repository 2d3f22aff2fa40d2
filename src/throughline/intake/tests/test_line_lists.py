"""The real line lists, and the list of contacts of one, load with the shipped mappings, and balance."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from throughline.calling.models import WorkItem
from throughline.core.context import acting
from throughline.core.roles import Role
from throughline.intake.actions.found import take_up_links
from throughline.intake.queries import ledger
from throughline.intake.tests.world import load_file, prepare
from throughline.tracing.models import Case, Contact

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


@pytest.mark.parametrize("links_first", [False, True], ids=["persons first", "links first"])
def test_who_infected_whom_is_seen_on_both_cases_whichever_list_comes_first(
    *, links_first: bool
) -> None:
    prepare()
    lists = [("linelist", "mers-korea-2015"), ("contacts", "mers-korea-2015-contacts")]
    found = [
        load_file((DATA / f"mers_korea_2015_{file}.csv").read_bytes(), at=NOW, mapping=mapping)
        for file, mapping in (reversed(lists) if links_first else lists)
    ]
    with transaction.atomic(), acting(Role.MATCH):
        assert take_up_links(at=NOW) == (98 if links_first else 0)
    assert [one.received for one in found] == ([98, 162] if links_first else [162, 98])
    assert all(one.balances for one in found)
    contacts = Contact.objects.select_related("case", "became_case")
    assert (contacts.count(), contacts.filter(became_case=None).count()) == (98, 0)
    assert Contact.objects.values("person").distinct().count() == 95
    one = contacts.get(
        case__person__identifiers__value="SK_14", person__identifiers__value="SK_113"
    )
    assert one.became_case is not None
    assert (one.exposure_kind, one.became_case.person_id) == ("proximity", one.person_id)
    assert (Case.objects.count(), WorkItem.objects.count()) == (162, 0)
    assert not Contact.objects.filter(outcome="open").exists()
    found_ledger = ledger(days=1, at=NOW)
    assert found_ledger.alarms == ()
    assert sum(row.accepted for row in found_ledger.rows) == 260
