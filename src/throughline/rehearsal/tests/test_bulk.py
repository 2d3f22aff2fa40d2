import csv
from collections import Counter
from pathlib import Path

import pytest

from throughline.rehearsal import bulk
from throughline.rehearsal.bulk import Shares
from throughline.rehearsal.identifiers import check_digit
from throughline.rehearsal.layout import COLUMNS
from throughline.rehearsal.phones import is_drama_number


def test_the_same_arguments_write_the_same_bytes(tmp_path: Path) -> None:
    bulk.write(tmp_path / "one.csv", rows=5_000, seed=3)
    bulk.write(tmp_path / "two.csv", rows=5_000, seed=3)
    bulk.write(tmp_path / "other.csv", rows=5_000, seed=4)
    one = (tmp_path / "one.csv").read_bytes()
    assert one == (tmp_path / "two.csv").read_bytes()
    assert one != (tmp_path / "other.csv").read_bytes()


def test_a_file_holds_the_rows_asked_for_in_the_standard_layout(tmp_path: Path) -> None:
    size = bulk.write(tmp_path / "rows.csv", rows=4_321)
    assert size == (tmp_path / "rows.csv").stat().st_size
    with (tmp_path / "rows.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert tuple(written[0]) == COLUMNS
    assert written == list(bulk.rows(4_321))


def test_no_rows_are_a_file_with_its_column_names_alone(tmp_path: Path) -> None:
    bulk.write(tmp_path / "none.csv", rows=0)
    assert (tmp_path / "none.csv").read_text(encoding="utf-8").splitlines() == [",".join(COLUMNS)]


def test_the_shares_come_out_as_asked_for() -> None:
    found = list(bulk.rows(20_000))
    positive = sum(row["result"] == "positive" for row in found)
    assert 0.04 < positive / len(found) < 0.06
    ids = Counter(row["report_id"] for row in found)
    assert 0.003 < sum(n - 1 for n in ids.values()) / len(found) < 0.008
    people = {row["nhs_number"] for row in found}
    assert 0.78 < len(people) / len(ids) < 0.82


def test_a_repeated_person_is_the_same_in_every_row() -> None:
    seen: dict[str, tuple[str, ...]] = {}
    of_a_person = ("given_name", "family_name", "birth_date", "sex", "postcode", "phone")
    for row in bulk.rows(5_000, shares=Shares(repeated_person=0.5)):
        details = tuple(row[column] for column in of_a_person)
        assert seen.setdefault(row["nhs_number"], details) == details


def test_numbers_are_of_the_test_and_drama_ranges() -> None:
    for row in bulk.rows(2_000):
        nhs = row["nhs_number"]
        assert nhs.startswith("999")
        assert check_digit(nhs[:9]) == int(nhs[9])
        assert is_drama_number(row["phone"])


def test_times_run_forward_and_specimens_come_first() -> None:
    found = list(bulk.rows(3_000, shares=Shares(duplicate=0)))
    reported = [row["reported_at"] for row in found]
    assert reported == sorted(reported)
    assert all(row["taken_at"] < row["reported_at"] for row in found)
    assert all(row["onset_on"] <= row["taken_at"][:10] for row in found if row["onset_on"])


def test_faulty_rows_are_as_many_as_asked_for() -> None:
    found = list(bulk.rows(3_000, shares=Shares(duplicate=0, faulty=1)))
    assert sum(row["result"] == "perhaps" for row in found) == 1_000
    assert sum(row["given_name"].startswith("=") for row in found) == 1_000


def test_a_share_above_one_is_refused() -> None:
    with pytest.raises(ValueError, match=r"positive is 1\.5; it must be from 0 to 1"):
        Shares(positive=1.5)
