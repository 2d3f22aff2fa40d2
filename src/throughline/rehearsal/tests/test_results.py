import csv
import io
from collections import Counter
from datetime import date

import pytest

from throughline.rehearsal.faults import spoil
from throughline.rehearsal.identifiers import check_digit
from throughline.rehearsal.layout import COLUMNS
from throughline.rehearsal.model import Report
from throughline.rehearsal.phones import is_drama_number
from throughline.rehearsal.results import day_files, message_id
from throughline.rehearsal.streams import Streams
from throughline.rehearsal.tests.conftest import UNTIL
from throughline.rehearsal.town import Town, build


def _rows(town: Town) -> list[dict[str, str]]:
    found = []
    for _, _, content in day_files(town):
        found += list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    return found


def test_the_same_town_sends_the_same_bytes(town: Town) -> None:
    again = build(persons=6_000, until=UNTIL)
    assert list(day_files(again)) == list(day_files(town))


def test_each_laboratory_sends_at_most_one_file_a_day_in_the_standard_layout(town: Town) -> None:
    files = list(day_files(town))
    ids = [message_id(laboratory, day) for laboratory, day, _ in files]
    assert len(set(ids)) == len(ids) == 63
    for laboratory, day, content in files:
        assert laboratory in {lab.code for lab in town.laboratories}
        assert content.startswith(",".join(COLUMNS).encode() + b"\r\n")
        rows = csv.DictReader(io.StringIO(content.decode(), newline=""))
        assert all(None not in row and None not in row.values() for row in rows)
        assert day < UNTIL


def test_every_row_is_of_a_report_whose_person_is_known(town: Town) -> None:
    sent = {row["report_id"] for row in _rows(town)}
    assert sent == set(town.truth)


def test_every_nhs_number_sent_is_of_the_test_range_with_its_check_digit(town: Town) -> None:
    numbers = [row["nhs_number"] for row in _rows(town) if row["nhs_number"]]
    assert all(n.startswith("999") and len(n) == 10 for n in numbers)
    assert all(check_digit(n[:9]) == int(n[9]) for n in numbers)
    assert 0.88 < len(numbers) / len(_rows(town)) < 0.97


def test_every_phone_sent_is_a_drama_number(town: Town) -> None:
    assert all(is_drama_number(row["phone"]) for row in _rows(town) if row["phone"])


def test_negatives_are_about_ten_times_the_positives(town: Town) -> None:
    results = Counter(row["result"] for row in _rows(town))
    assert 6 < results["negative"] / results["positive"] < 25
    assert results["void"] > 0


def _sent_with(town: Town, *faults: str | None) -> list[tuple[Report, list[dict[str, str]]]]:
    rows: dict[str, list[dict[str, str]]] = {}
    for row in _rows(town):
        rows.setdefault(row["report_id"], []).append(row)
    found = [(r, rows[r.report_id]) for r in town.reports if r.fault in faults]
    assert found, f"the town has no report with {faults}"
    return found


def test_a_duplicate_is_the_same_row_a_day_later(town: Town) -> None:
    counts = []
    for _, sent in _sent_with(town, "duplicate"):
        assert all(row == sent[0] for row in sent)
        counts.append(len(sent))
    assert set(counts) <= {1, 2}
    assert 2 in counts


def test_a_correction_replaces_what_was_wrong_by_the_truth(town: Town) -> None:
    corrected = [(r, sent) for r, sent in _sent_with(town, "corrected") if len(sent) == 2]
    assert corrected
    for report, (first, second) in corrected:
        born = town.person[report.person_id].birth_on.isoformat()
        assert (second["birth_date"], second["result"]) == (born, report.result)
        assert (first["birth_date"], first["result"]) != (born, report.result)
        assert first["reported_at"] < second["reported_at"]


def test_an_unreadable_date_is_no_date(town: Town) -> None:
    for _, sent in _sent_with(town, "unreadable_date"):
        assert not _is_a_date(sent[0]["birth_date"])


def test_a_swapped_date_has_day_and_month_exchanged(town: Town) -> None:
    for report, sent in _sent_with(town, "swapped_date"):
        born = town.person[report.person_id].birth_on
        assert sent[0]["birth_date"] == f"{born:%Y-%d-%m}"


def test_a_fault_of_other_columns_leaves_the_birth_date_alone(town: Town) -> None:
    for report, sent in _sent_with(town, None, "misspelt_name", "no_nhs_number", "formula"):
        born = town.person[report.person_id].birth_on.isoformat()
        assert [row["birth_date"] for row in sent] == [born]
        assert report.fault != "no_nhs_number" or sent[0]["nhs_number"] == ""


@pytest.mark.parametrize(
    ("fault", "column", "begins"),
    [("formula", "given_name", "=T("), ("future_birth", "birth_date", "2090-")],
)
def test_a_spoilt_value_begins_as_its_fault_says(fault: str, column: str, begins: str) -> None:
    row = {"report_id": "r1", "given_name": "Ann", "birth_date": "1984-02-29"}
    assert spoil(Streams(1), row, fault)[column].startswith(begins)


def test_a_birth_date_in_the_future_is_a_real_date_even_for_those_born_on_leap_day() -> None:
    row = {"report_id": "r1", "birth_date": "1984-02-29"}
    assert date.fromisoformat(spoil(Streams(1), row, "future_birth")["birth_date"]).year == 2090


def test_a_misspelt_name_is_another_name_of_about_its_length() -> None:
    for n in range(200):
        row = {"report_id": f"r{n}", "family_name": "Marsh"}
        spelt = spoil(Streams(1), row, "misspelt_name")["family_name"]
        assert spelt != "Marsh"
        assert 4 <= len(spelt) <= 6


def _is_a_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
