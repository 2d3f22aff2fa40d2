"""The real line lists that lie beside the project load with the mappings that come with it."""

import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from throughline.definitions.forms.mapping import Mapping
from throughline.definitions.load import FILES, read
from throughline.intake.parsing import find_layout, from_offset, rows
from throughline.intake.rules.compiled import compile_mapping
from throughline.intake.rules.record import Record

ROOT = Path(__file__).resolve().parents[5]
DATA = Path(os.environ.get("THROUGHLINE_SHARED_DATA", ROOT.parent / "shared" / "data"))
ARRIVED = datetime(2020, 10, 5, 9, 0, tzinfo=UTC)


def load(file: str, mapping: str) -> list[Record]:
    form = read(FILES / "mapping" / f"{mapping}-1.toml").form
    assert isinstance(form, Mapping)
    data = (DATA / file).read_bytes()
    layout = find_layout(data)
    row = compile_mapping(form, layout.columns, received_at=ARRIVED)
    found = []
    for one in rows(from_offset([data], layout.body.offset), layout):
        assert one.fields is not None, one.said
        record = row(one.fields)
        assert isinstance(record, Record), record.sentence
        found.append(record)
    return found


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("file", "mapping", "accepted", "excluded"),
    [
        ("mers_korea_2015_linelist.csv", "mers-korea-2015", 162, 0),
        ("measles_hagelloch_1861.csv", "measles-hagelloch-1861", 188, 0),
        ("ebola_sierraleone_2014.csv", "ebola-sierra-leone-2014", 8358, 3545),
        ("covid_singapore_2020.csv", "covid-singapore-2020", 93, 0),
    ],
)
def test_every_row_of_a_line_list_is_a_result_or_is_excluded_by_its_reason(
    file: str, mapping: str, accepted: int, excluded: int
) -> None:
    found = load(file, mapping)
    expected = {None: accepted, "not_confirmed": excluded}
    assert Counter(record.excluded for record in found) == Counter(expected)
    assert len({record.patient_id for record in found}) == len(found)
    assert all(record.taken_at <= record.reported_at for record in found)
    assert not any(record.notes for record in found)


@pytest.mark.shared_data
def test_the_families_and_infectors_of_hagelloch_come_through() -> None:
    found = load("measles_hagelloch_1861.csv", "measles-hagelloch-1861")
    assert len({record.household_id for record in found}) == 69
    assert sum(bool(record.infector_ids) for record in found) == 184


@pytest.mark.shared_data
def test_linked_cases_of_singapore_are_a_list_each() -> None:
    found = {r.report_id: r for r in load("covid_singapore_2020.csv", "covid-singapore-2020")}
    assert found["1"].linked_ids == ("2", "3")
