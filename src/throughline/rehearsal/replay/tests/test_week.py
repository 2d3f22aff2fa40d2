"""A week's files: exact shares, in any order, the same every time, with the truth beside them."""

from __future__ import annotations

import csv
import gzip
import io
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest

from throughline.rehearsal.layout import COLUMNS
from throughline.rehearsal.replay.truth import Truth
from throughline.rehearsal.replay.week import SENDERS, File, Row, Week
from throughline.rehearsal.replay.writing import as_bytes

UNTIL = date(2020, 10, 8)


def week(results: int = 4000, seed: int = 3) -> Week:
    return Week(results=results, seed=seed, until=UNTIL)


def all_rows(one: Week) -> list[tuple[File, Row]]:
    return [(file, row) for file in one.files() for row in one.rows_of(file)]


def told_twice(one: Week, kind: str) -> list[tuple[tuple[File, Row], tuple[File, Row]]]:
    """Both tellings of each report of a kind, in the order of their arrival."""
    found: dict[int, list[tuple[File, Row]]] = {}
    for file, row in all_rows(one):
        if row.kind == kind:
            found.setdefault(row.report, []).append((file, row))
    return [(first, second) for first, second in found.values()]


@pytest.mark.parametrize("results", [1000, 20_000])
def test_of_each_thousand_rows_exactly_so_many_go_wrong(results: int) -> None:
    one = week(results)
    kinds = Counter(row.kind for _, row in all_rows(one))
    thousands = results // 1000
    assert sum(kinds.values()) == results
    assert kinds["broken"] == 5 * thousands
    assert (kinds["duplicate"], kinds["corrected"], kinds["conflict"]) == (
        20 * thousands, 40 * thousands, 2 * thousands,
    )  # fmt: skip


def test_the_truth_of_the_whole_is_that_of_the_shares() -> None:
    one = week()
    truth = Truth(one, zone=UTC)
    for file in one.files():
        truth.take(file, one.rows_of(file))
    assert dict(truth.total) | {"positives": 0} == {
        "received": 4000, "accepted": 4 * 964, "duplicate": 40, "corrected": 80, "quarantined": 24,
        "messages": one.number_of_files, "positives": 0,
    }  # fmt: skip
    assert (truth.conflicts, truth.reports, truth.corrected) == (4, 4 * 964, 80)
    assert 0 < truth.cases < truth.total["positives"] < truth.persons < truth.reports
    assert {sender for sender, _ in truth.days} == {sender.code for sender in SENDERS}


def test_a_duplicate_is_the_same_again() -> None:
    for (_, first), (_, second) in told_twice(week(), "duplicate"):
        assert first.values == second.values


def test_a_contradiction_tells_another_result_at_the_same_time() -> None:
    for (_, first), (_, second) in told_twice(week(), "conflict"):
        differing = [
            column
            for column, one, other in zip(COLUMNS, first.values, second.values, strict=True)
            if one != other
        ]
        assert differing == ["result"]
        assert first.is_positive != second.is_positive


def test_a_correction_is_told_later_and_comes_in_either_order() -> None:
    reported, orders = COLUMNS.index("reported_at"), set()
    for (_, first), (_, second) in told_twice(week(), "corrected"):
        original, correction = sorted((first, second), key=lambda row: row.version)
        assert original.values[reported] < correction.values[reported]
        orders.add(first.version)
    assert orders == {0, 1}


def test_files_come_in_another_order_than_they_were_made_in_and_never_before() -> None:
    files = list(week().files())
    assert [file.arrives_at for file in files] == sorted({file.arrives_at for file in files})
    assert [file.number for file in files] != sorted(file.number for file in files)
    assert datetime(2020, 10, 1, tzinfo=UTC) < files[0].arrives_at
    assert files[-1].arrives_at < datetime(2020, 10, 8, tzinfo=UTC)
    reported = COLUMNS.index("reported_at")
    for file, row in all_rows(week()):
        assert row.values[reported] < file.arrives_at.isoformat()


def test_what_belongs_together_may_be_days_apart() -> None:
    apart = [
        abs(two.arrives_at - one.arrives_at).days
        for (one, _), (two, _) in told_twice(week(), "duplicate")
    ]
    assert max(apart) >= 1


def test_a_file_is_the_same_whichever_was_made_before_it() -> None:
    one, other = week(), week()
    files = list(one.files())
    there = {file.number: other.rows_of(file) for file in reversed(files)}
    assert all(one.rows_of(file) == there[file.number] for file in files)
    assert one.rows_of(files[0]) != week(seed=4).rows_of(files[0])


def test_persons_are_tested_again_by_other_laboratories() -> None:
    senders: dict[int, set[str]] = {}
    for file, row in all_rows(week()):
        senders.setdefault(row.person, set()).add(file.sender.code)
    assert any(len(codes) > 1 for codes in senders.values())
    numbers = {row.person: row.values[COLUMNS.index("nhs_number")] for _, row in all_rows(week())}
    assert len(set(numbers.values())) == len(numbers)


def test_each_laboratory_writes_in_its_own_form() -> None:
    one = week()
    for file in list(one.files())[: len(SENDERS) * 2]:
        rows = one.rows_of(file)
        data = as_bytes(file, rows)
        if file.sender.form == "hl7":
            segments = data.decode().split("\r")
            assert sum(segment.startswith("MSH") for segment in segments) == len(rows)
            assert segments[-2] == f"BTS|{len(rows)}"
            continue
        text = gzip.decompress(data) if file.sender.form == "gzip" else data
        header, *lines = csv.reader(io.StringIO(text.decode(), newline=""))
        assert tuple(header) == COLUMNS
        assert [len(line) == len(COLUMNS) for line in lines] == [not row.cut for row in rows]


def test_only_whole_thousands_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="1500 results were asked for"):
        week(1500)


def test_rows_of_a_file_stand_in_no_order() -> None:
    reports = [row.report for row in week().rows_of(next(week().files()))]
    assert any(one > other for one, other in pairwise(reports))
