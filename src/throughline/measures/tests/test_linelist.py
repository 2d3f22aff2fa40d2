"""Line lists and pairs: from frames of any library, files and event tables, with every odd pair said."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.measures.errors import FrameError
from throughline.measures.linelist import from_events, from_frames
from throughline.measures.tests.conftest import Opener

DATA = Path(
    os.environ.get(
        "THROUGHLINE_SHARED_DATA", Path(__file__).resolve().parents[5] / "shared" / "data"
    )
)
# As people write them: without a zone.
at = datetime.fromisoformat

LIST = pl.DataFrame(
    {
        "id": ["a", "b", "c", "d"],
        "onset": [date(2020, 5, 1), date(2020, 5, 4), None, date(2020, 5, 2)],
        "seen": [at("2020-05-02 18:00"), None, None, at("2020-05-03 06:00")],
    }
)
PAIRS = pl.DataFrame({"from": ["a", "b", "a"], "to": ["b", "c", "d"], "where": ["x", "y", None]})

FORMS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "arrow": lambda frame: frame.to_arrow(),
}


def rows(tidy: Any) -> list[tuple[Any, ...]]:
    return tidy.to_polars().rows()  # type: ignore[no-any-return]


@pytest.mark.parametrize("form", FORMS)
def test_frames_of_every_library_and_files_give_the_same(form: str, tmp_path: Path) -> None:
    found = from_frames(FORMS[form](LIST), FORMS[form](PAIRS))
    LIST.write_csv(tmp_path / "list.csv")
    PAIRS.write_parquet(tmp_path / "pairs.parquet")
    read = from_frames(tmp_path / "list.csv", str(tmp_path / "pairs.parquet"))
    for one in (found, read):
        assert [row[-1] for row in rows(one.delays("onset", "onset"))] == [3.0, None, 1.0]
        assert rows(one.degrees()) == rows(from_frames(LIST, PAIRS).degrees())
        assert rows(one.pairs) == PAIRS.rows()


def test_what_comes_out_goes_to_every_library() -> None:
    found = from_frames(LIST, PAIRS).delays("onset")
    assert found.columns == ["from", "to", "from_date", "to_date", "days"]
    assert found.to_pandas()["days"].dropna().tolist() == [3.0, 1.0]
    assert found.to_pandas()["from_date"].dt.day.tolist() == [1, 4, 1]
    assert found.to_arrow().column("from").to_pylist() == ["a", "b", "a"]
    assert from_frames(found.to_pandas(), id="to").cases.columns[0] == "id"


def test_a_date_beside_a_time_is_noon_of_the_zone_and_an_earlier_one_is_negative() -> None:
    found = from_frames(LIST, PAIRS, zone="Europe/London")
    assert rows(found.delays("seen", "onset"))[2][-1] == -0.25
    assert rows(found.delays("onset", "seen"))[2][-1] == 1.75
    assert rows(found.delays("seen"))[2][-1] == 0.5


def test_a_night_in_which_the_clock_turns_has_its_own_hours() -> None:
    seen = [at("2020-10-24 12:00"), at("2020-10-25 12:00")]
    cases = pl.DataFrame({"id": ["a", "b"], "seen": seen})
    pair = pl.DataFrame({"from": ["a"], "to": ["b"]})
    assert rows(from_frames(cases, pair).delays("seen"))[0][-1] == 1.0
    assert rows(from_frames(cases, pair, zone="Europe/London").delays("seen"))[0][
        -1
    ] == pytest.approx(25 / 24)


def test_odd_pairs_are_set_aside_or_counted_and_each_is_listed() -> None:
    odd = pl.DataFrame(
        {
            "from": ["a", "a", "b", None, "c", "z", "d", " a "],
            "to": ["b", "b", "b", "c", "", "d", "y", "c"],
        }
    )
    found = from_frames(LIST, odd)
    assert rows(found.pairs) == [("a", "b"), ("z", "d"), ("d", "y"), ("a", "c")]
    assert rows(found.faults) == [
        (2, "a", "b", "repeated"),
        (3, "b", "b", "self"),
        (4, None, "c", "no_from"),
        (5, "c", None, "no_to"),
        (6, "z", "d", "unknown_from"),
        (7, "d", "y", "unknown_to"),
    ]
    assert "1 × self: a person with themselves, set aside" in repr(found)
    # Somebody outside the list is linked as others are, and has no dates.
    assert rows(found.degrees())[-2:] == [("z", False, 0, 1, 1), ("y", False, 1, 0, 1)]
    assert [row[-1] for row in rows(found.delays("onset"))] == [3.0, None, None, None]


def test_the_largest_cluster_is_the_first_and_whoever_has_no_pair_is_one_of_one() -> None:
    pairs = pl.DataFrame({"from": ["c", "x"], "to": ["d", "c"]})
    found = from_frames(LIST, pairs)
    assert rows(found.clusters()) == [
        ("a", True, 2, 1),
        ("b", True, 3, 1),
        ("c", True, 1, 3),
        ("d", True, 1, 3),
        ("x", False, 1, 3),
    ]
    assert rows(found.clusters_by_size()) == [(3, 1, 3), (1, 2, 2)]


def test_ids_that_pandas_made_decimals_of_are_the_whole_numbers_that_they_were() -> None:
    cases = pd.DataFrame({"case": [1, 2, 3], "by": [None, 1, 2]})
    assert cases["by"].dtype == float
    found = from_frames(cases, id="case", infector="by")
    assert rows(found.pairs) == [("1", "2"), ("2", "3")]
    assert len(found.faults) == 0


def test_several_infectors_stand_in_one_cell() -> None:
    cases = pl.DataFrame({"id": ["a", "b", "c"], "by": [None, "a", "a; b;"]})
    assert rows(from_frames(cases, infector="by", split=";").pairs) == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]


@pytest.mark.parametrize(
    ("cases", "more", "sentence"),
    [
        (LIST, {"id": "ident"}, "There is no column of the line list called 'ident'"),
        (LIST, {"from_": "frm"}, "did you mean 'from'"),
        (pl.DataFrame({"id": ["a", "b", "a"]}), {}, "'a' more than once, in row 1, 3; each case"),
        (pl.DataFrame({"id": ["a", None, ""]}), {}, "no id in row 2, 3; give each case one"),
        (pl.DataFrame({"id": ["a"], "no": ["b"]}), {"id": "no"}, "a column id besides no"),
        (LIST, {"infector": "onset"}, "not as both"),
        ("nowhere.csv", {}, "There is no file nowhere.csv"),
        ({"a": 1}, {}, "is a dict, which is no frame"),
    ],
)
def test_what_cannot_be_a_line_list_is_refused_in_a_sentence(
    cases: Any, more: dict[str, str], sentence: str
) -> None:
    with pytest.raises(FrameError, match=sentence):
        from_frames(cases, PAIRS, **more)


def test_a_delay_is_between_dates_and_says_so() -> None:
    found = from_frames(LIST.with_columns(day=pl.lit("3 May")), PAIRS)
    with pytest.raises(FrameError, match="day of the line list holds String, as '3 May'"):
        found.delays("day")
    with pytest.raises(FrameError, match="did you mean 'onset'"):
        found.delays("onst")


def test_a_file_that_is_no_csv_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(b"id,name\n1,\xff\xfe\n")
    with pytest.raises(FrameError, match=r"list\.csv cannot be read .* CSV in UTF-8"):
        from_frames(path)


NODES = [str(n) for n in range(8)]
ENDS = st.sampled_from(NODES)


@given(st.lists(st.tuples(ENDS, ENDS), max_size=20))
def test_clusters_are_those_between_whom_one_can_walk(links: list[tuple[str, str]]) -> None:
    pairs = pl.DataFrame(links, schema={"from": pl.String, "to": pl.String}, orient="row")
    found = from_frames(pl.DataFrame({"id": NODES}), pairs)
    groups = [{node} for node in NODES]
    for a, b in links:
        one, other = (next(group for group in groups if node in group) for node in (a, b))
        if one is not other:
            groups.remove(other)
            one |= other
    by_number: dict[int, set[str]] = {}
    for id_, _, cluster, size in rows(found.clusters()):
        by_number.setdefault(cluster, set()).add(id_)
        assert size == len(next(group for group in groups if id_ in group))
    assert sorted(map(sorted, by_number.values())) == sorted(map(sorted, groups))
    assert sorted(by_number, key=lambda n: (-len(by_number[n]), n)) == sorted(by_number)


@given(st.lists(st.tuples(ENDS, ENDS), max_size=20))
def test_every_pair_is_used_or_set_aside_and_each_degree_is_somebody_elses(
    links: list[tuple[str, str]],
) -> None:
    pairs = pl.DataFrame(links, schema={"from": pl.String, "to": pl.String}, orient="row")
    found = from_frames(pl.DataFrame({"id": NODES}), pairs)
    assert len(found.pairs) + len(found.faults) == len(links)
    degrees = found.degrees().to_polars()
    assert degrees["in"].sum() == degrees["out"].sum() == len(found.pairs)
    neighbours = {
        node: {b for a, b in links if a == node} | {a for a, b in links if b == node}
        for node in NODES
    }
    assert dict(degrees.select("id", "both").rows()) == {
        node: len(others - {node}) for node, others in neighbours.items()
    }


CASES = """
case_id | transferred_at   | outcome | onset_on   | merged_into
a       | 2020-05-28 10:00 | reached | 2020-05-25 |
b       | 2020-05-30 10:00 | reached | 2020-05-28 |
b2      | 2020-05-31 10:00 | open    | 2020-05-28 | b
"""
CONTACTS = """
contact_id | case_id | person_id | identified_at    | outcome | became_case_id
1          | a       | p         | 2020-05-28 12:00 | reached | b2
2          | a       | q         | 2020-05-28 12:00 | open    |
3          | b2      | q         | 2020-05-31 12:00 | open    |
4          | b       |           | 2020-05-31 12:00 | open    |
5          | gone    | r         | 2020-05-31 12:00 | open    | a
"""


def test_event_tables_are_a_line_list_with_merged_rows_resolved(opened: Opener) -> None:
    found = from_events(opened(cases=CASES, contacts=CONTACTS))
    assert [row[0] for row in rows(found.cases)] == ["a", "b"]
    assert found.pairs.to_polars().select("from", "to").rows() == [
        ("a", "b"),
        ("a", "person:q"),
        ("b", "person:q"),
        ("b", "contact:4"),
        ("gone", "a"),
    ]
    assert rows(found.faults) == [(5, "gone", "a", "unknown_from")]
    assert rows(found.delays("onset_on"))[0][-1] == 3.0
    # A day beside a moment is its local noon: 11:00 in UTC then.
    assert rows(found.delays("onset_on", "transferred_at"))[0][-1] == 5 - 1 / 24
    assert rows(found.clusters_by_size()) == [(5, 1, 5)]


def test_event_tables_without_contacts_are_a_list_without_pairs(opened: Opener) -> None:
    found = from_events(opened(cases=CASES))
    assert (len(found.cases), len(found.pairs)) == (2, 0)
    assert rows(found.degrees()) == [("a", True, 0, 0, 0), ("b", True, 0, 0, 0)]


@pytest.mark.shared_data
def test_the_serial_intervals_of_mers_are_those_that_the_data_came_with() -> None:
    contacts = pl.read_csv(DATA / "mers_korea_2015_contacts.csv", null_values="NA")
    found = from_frames(
        DATA / "mers_korea_2015_linelist.csv", DATA / "mers_korea_2015_contacts.csv"
    )
    assert (len(found.cases), len(found.pairs), len(found.faults)) == (162, 98, 0)
    assert [row[-1] for row in rows(found.delays("dt_onset"))] == contacts[
        "diff_dt_onset"
    ].to_list()
    # Patient 14, in the emergency room.
    most = found.degrees().to_polars().sort("out", descending=True).row(0)
    assert most[0] == "SK_14"


@pytest.mark.shared_data
def test_the_infectors_of_hagelloch_are_its_pairs() -> None:
    found = from_frames(DATA / "measles_hagelloch_1861.csv", id="case_ID", infector="infector")
    assert (len(found.cases), len(found.pairs), len(found.faults)) == (188, 184, 0)
    assert found.degrees().to_polars()["in"].max() == 1
    # Each of the four without an infector began a chain of their own.
    sizes = found.clusters_by_size().to_polars()
    assert sizes["clusters"].sum() == 4
    assert sizes["people"].sum() == 188
