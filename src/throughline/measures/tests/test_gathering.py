"""What is worked out once a row and what of gathered rows: the edges fall where they fell, to the microsecond."""

from __future__ import annotations

from typing import Any

import pytest

from throughline.measures import MEASURES, open_events
from throughline.measures.aggregates import each
from throughline.measures.tests import spec
from throughline.measures.tests.spec import told


@pytest.mark.parametrize(
    ("condition", "parts"),
    [
        ("TRUE", ["TRUE"]),
        ("((a AND b)) AND (NOT coalesce(c AND d, FALSE))", ["a", "b", "NOT coalesce(c AND d, FALSE)"]),
        ("(a OR b) AND c", ["a OR b", "c"]),
        ("(a) = (b)", ["(a) = (b)"]),
        ("a = ' AND (' AND \"or\" = 'x'", ["a = ' AND ('", "\"or\" = 'x'"]),
        # What does not hold only when each of its parts does, stays whole.
        ("a OR b AND c", ["a OR b AND c"]),
        ("(a) OR (b)", ["(a) OR (b)"]),
        ("CASE WHEN a AND b THEN c END", ["CASE WHEN a AND b THEN c END"]),
        ("a BETWEEN 1 AND 2", ["a BETWEEN 1 AND 2"]),
    ],
)  # fmt: skip
def test_a_condition_is_taken_apart_where_all_of_its_parts_must_hold(
    condition: str, parts: list[str]
) -> None:
    assert each(condition) == parts


def test_bands_and_steps_end_to_the_microsecond(opened: Any) -> None:
    events = opened(
        cases="""
        case_id | transferred_at   | outcome | reached_at
        a       | 2020-06-04 10:00 | reached | 2020-06-04 09:59:59.999999
        b       | 2020-06-04 10:00 | reached | 2020-06-04 10:00
        c       | 2020-06-04 10:00 | reached | 2020-06-04 13:00:00.000001
        d       | 2020-06-04 10:00 | reached | 2020-06-05 10:00
        e       | 2020-06-04 10:00 | reached | 2020-06-05 10:00:00.000001
        f       | 2020-06-04 10:00 | reached | 2020-06-07 10:00
        g       | 2020-06-04 10:00 | reached | 2020-06-07 10:00:00.000001
        h       | 2020-06-04 10:00 | reached |
        """
    )
    bands = {name: n for name, (n, _, _) in told(events.measure("cases.reached_within")).items()}
    assert bands == {
        "le24h": 3, "24_48h": 1, "48_72h": 1, "gt72h": 1, "unknown": 1, "fault": 1
    }  # fmt: skip
    steps = {name: n for name, (n, _, _) in told(events.measure("curves.case_reached")).items()}
    assert {name: n for name, n in steps.items() if n} == {
        "3h": 1, "6h": 1, "24h": 1, "30h": 1, "72h": 1, "later": 1, "untimed": 1, "out_of_order": 1
    }  # fmt: skip


def test_weeks_end_to_the_microsecond_however_far_apart_they_are(opened: Any) -> None:
    events = opened(
        cases="""
        case_id | transferred_at             | outcome
        a       | 1901-01-02 23:59:59.999999 | open
        b       | 1901-01-03 00:00           | open
        c       | 2020-06-03 22:59:59.999999 | open
        d       | 2020-06-03 23:00           | open
        """
    )
    found = events.measure("cases.transferred", by="week")
    assert [(one.group["week"], one.numerator) for one in found] == [
        ("1900-12-27", 1),
        ("1901-01-03", 1),
        ("2020-05-28", 1),
        ("2020-06-04", 1),
    ]


def test_whether_a_case_was_reached_is_worked_out_of_gathered_rows(tmp_path: Any) -> None:
    spec.write(tmp_path, {}, {"cut_at": spec.CUT})
    counts = [one for one in MEASURES if one.startswith("cases.reached")]
    for statement in open_events(tmp_path).sql(counts, by="week"):
        rows, gathered = statement.split("gathered AS")
        assert "'self'" in gathered
        assert "'self'" not in rows
