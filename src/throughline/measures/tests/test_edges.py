"""Where figures are easily got wrong: exactly on an edge, out of order, of nothing, of nobody knows."""

from __future__ import annotations

from typing import Any

from throughline.measures import MEASURES
from throughline.measures.columns import Kind
from throughline.measures.shapes import Mix, Percentiles
from throughline.measures.tables import TABLES
from throughline.measures.tests.spec import told

AT_STEPS = """
contact_id | identified_at       | case_transferred_at | reached_at          | outcome
at once    | 2020-10-24 22:00    | 2020-10-24 22:00    | 2020-10-24 22:00    | reached
clocks     | 2020-10-24 23:00    | 2020-10-24 23:00    | 2020-10-25 02:00    | reached
3 h and 1  | 2020-10-24 23:00    | 2020-10-24 23:00    | 2020-10-25 02:00:01 | reached
a day      | 2020-06-01 10:00    | 2020-06-01 10:00    | 2020-06-02 10:00    | reached
and 1      | 2020-06-01 10:00    | 2020-06-01 10:00    | 2020-06-02 10:00:01 | reached
3 days     | 2020-06-01 10:00    | 2020-06-01 10:00    | 2020-06-04 10:00    | reached
later      | 2020-06-01 10:00    | 2020-06-01 10:00    | 2020-06-04 10:00:01 | reached
untimed    | 2020-06-01 10:00    | 2020-06-01 10:00    |                     | reached
backwards  | 2020-06-01 10:00    | 2020-06-01 10:00    | 2020-06-01 09:59:59 | reached
not        | 2020-06-01 10:00    | 2020-06-01 10:00    | 2020-06-01 11:00    | not_reached
"""


def test_a_step_is_closed_at_the_top_and_each_contact_is_in_one(opened: Any) -> None:
    events = opened(contacts=AT_STEPS)
    for measure in ("curves.contact_reached", "curves.case_to_contact_reached"):
        counted = {band: n for band, (n, _, _) in told(events.measure(measure)).items() if n}
        assert counted == {
            # On the night when the clocks go back three hours are three hours.
            "3h": 2, "6h": 1, "24h": 1, "30h": 1, "72h": 1,
            "later": 1, "not_reached": 1, "untimed": 1, "out_of_order": 1,
        }  # fmt: skip
    bands = {band: n for band, (n, _, _) in told(events.measure("contacts.reached_within")).items()}
    assert bands == {
        "le24h": 4, "24_48h": 1, "48_72h": 1, "gt72h": 1, "unknown": 1, "fault": 1,
    }  # fmt: skip


def test_of_tables_without_a_row_every_count_is_0_and_every_rate_is_unknown(opened: Any) -> None:
    events = opened(
        **{
            name: " | ".join(column.name for column in table.columns)
            for name, table in TABLES.items()
        }
    )
    ids = list(MEASURES)
    for one in events.measure(ids):
        measure = MEASURES[one.measure]
        told_alone = isinstance(measure.shape, Percentiles | Mix) or measure.product
        assert one.numerator == (None if told_alone else 0), one
        assert one.denominator in (None, 0), one
        is_count = measure.shape is None and measure.denominator is None and not told_alone
        assert one.value == (0 if is_count else None), one
    assert list(events.measure(ids, by="week")) == []


def test_of_rows_of_which_nothing_else_is_known_every_measure_says_something_possible(
    opened: Any,
) -> None:
    events = opened(**{name: _bare(name) for name in TABLES})
    answers = events.measure(list(MEASURES))
    assert {one.measure for one in answers} == set(MEASURES)
    for one in answers:
        if one.denominator is not None and MEASURES[one.measure].unit == "share":
            # A spell whose end is not known goes on to the cut, in whatever state it is: a year of hours.
            most = 8750 if MEASURES[one.measure].table == "agent_states" else 1
            assert 0 <= (one.numerator or 0) <= one.denominator <= most, one
        if isinstance(MEASURES[one.measure].shape, Percentiles):
            assert one.value is None, one
    assert events.measure("cases.transferred")[0].numerator == 1
    assert events.measure("contacts.people")[0].beside == {"unknown": 1}


def _bare(name: str) -> str:
    """One row with what is never null, and every other column empty."""
    cells = {}
    for column in TABLES[name].columns:
        value = {Kind.TIME: "2020-06-01 10:00", Kind.ID: "a"}.get(column.kind, "open")
        cells[column.name] = value if column.never_null else ""
    return " | ".join(cells) + "\n" + " | ".join(cells.values())
