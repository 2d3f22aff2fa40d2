"""What holds of every measure whatever the rows: sums over groups, forms of the files, one row more."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.measures import MEASURES, open_events
from throughline.measures.aggregates import Count, Total
from throughline.measures.answers import Answer, Answers
from throughline.measures.declared import Measure
from throughline.measures.errors import FolderError
from throughline.measures.events import Events
from throughline.measures.shapes import Bands
from throughline.measures.tests.generated import write_folder
from throughline.rehearsal import weekly
from throughline.rehearsal.weekly.counts import Week
from throughline.rehearsal.weekly.tests import published

WHAT = ("cases", "contacts")


def is_sum(measure: Measure) -> bool:
    """Whether a measure counts rows: different persons and percentiles of two groups do not add up."""
    parts = (measure.numerator, measure.denominator)
    counted = measure.shape is None or isinstance(measure.shape, Bands)
    return (
        counted
        and not measure.product
        and not measure.per
        and all(part is None or isinstance(part, Count | Total) for part in parts)
    )


SUMS = [one.id for one in MEASURES.values() if one.table in WHAT and is_sum(one)]


def tables_of(week: Week, seed: int = 1) -> dict[str, Any]:
    return {name: table for name, table in weekly.expand(week, seed, only=WHAT) if name in WHAT}


class Opened:
    """Tables written in some form, opened for as long as the block lasts."""

    def __init__(self, tables: dict[str, Any], **form: Any) -> None:
        self.tables, self.form = tables, form

    def __enter__(self) -> Events:
        self.folder = tempfile.TemporaryDirectory()
        return open_events(write_folder(Path(self.folder.name), self.tables, **self.form))

    def __exit__(self, *_: object) -> None:
        self.folder.cleanup()


def key(answer: Answer) -> tuple[str, str | None]:
    return answer.measure, answer.band


def figures(answers: Answers) -> dict[Any, tuple[Any, Any, Any, Any]]:
    return {
        (*key(one), tuple(one.group.items())): (
            one.numerator, one.denominator, one.value, tuple(one.beside.items()),
        )
        for one in answers
    }  # fmt: skip


@settings(max_examples=4)
@given(published.weeks(), st.sampled_from(["region", "managed_by", "outcome", "provider", "day"]))
def test_any_split_by_a_group_adds_up_to_the_whole(week: Week, group: str) -> None:
    with Opened(tables_of(week)) as events:
        whole = {key(one): one for one in events.measure(SUMS)}
        parts: dict[Any, list[Answer]] = {}
        for one in events.measure(SUMS, by=group):
            parts.setdefault(key(one), []).append(one)
    for name, split in parts.items():
        assert sum(one.numerator or 0 for one in split) == whole[name].numerator
        assert sum(one.denominator or 0 for one in split) == (whole[name].denominator or 0)


@settings(max_examples=3)
@given(published.weeks(), st.randoms(use_true_random=False), st.integers(2, 4))
def test_order_parts_and_form_of_the_files_change_nothing(
    week: Week, random: Any, parts: int
) -> None:
    tables = tables_of(week)
    shuffled = {}
    for name, table in tables.items():
        places = list(range(len(table)))
        random.shuffle(places)
        shuffled[name] = table.take(pa.array(places, pa.int64()))
    ids = [one.id for one in MEASURES.values() if one.table in WHAT]
    with Opened(tables) as events:
        wanted = figures(events.measure(ids, by=("week", "region")))
    for form in ({"kind": "csv"}, {"parts": parts}, {"parts": parts, "kind": "csv"}):
        with Opened(shuffled, **form) as events:
            assert figures(events.measure(ids, by=("week", "region"))) == wanted, form


OUTCOMES = {
    "reached": "contacts.reached",
    "not_reached": "contacts.not_reached",
    "open": "contacts.not_reached",
    "no_details": "contacts.no_details",
}


@settings(max_examples=4)
@given(published.weeks(), st.sampled_from(sorted(OUTCOMES)))
def test_one_contact_more_moves_the_number_identified_and_one_outcome_by_one(
    week: Week, outcome: str
) -> None:
    tables = tables_of(week)
    ids = ["contacts.identified", *dict.fromkeys(OUTCOMES.values())]
    with Opened(tables) as events:
        before = {one.measure: one.numerator for one in events.measure(ids)}
    more = {
        "contact_id": "k_new", "person_id": "p_new", "outcome": outcome,
        "identified_at": tables["cases"]["transferred_at"][0].as_py(),
        "recorded_at": tables["cases"]["transferred_at"][0].as_py(),
    }  # fmt: skip
    contacts = tables["contacts"].cast(plain(tables["contacts"].schema))
    added = pa.Table.from_pylist([more], schema=contacts.schema)
    tables["contacts"] = pa.concat_tables([contacts, added])
    with Opened(tables) as events:
        after = {one.measure: one.numerator for one in events.measure(ids)}
    moved = {name for name in ids if after[name] != before[name]}
    assert moved == {"contacts.identified", OUTCOMES[outcome]}
    assert all(after[name] == (before[name] or 0) + 1 for name in moved)


def plain(schema: Any) -> Any:
    """A schema with words where a dictionary of them was."""
    return pa.schema(
        [
            (one.name, pa.string() if pa.types.is_dictionary(one.type) else one.type)
            for one in schema
        ]
    )


@settings(max_examples=3)
@given(published.weeks(), st.integers(1, 3))
def test_a_row_that_is_there_twice_is_refused_in_whichever_part_it_is(
    week: Week, parts: int
) -> None:
    tables = tables_of(week)
    tables["cases"] = pa.concat_tables([tables["cases"], tables["cases"].slice(0, 1)])
    with Opened(tables, parts=parts) as events, pytest.raises(FolderError, match="twice"):
        events.measure("cases.transferred")
