"""Event tables from frames: of every library the same answers as from a folder, and the same refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from throughline.measures import MEASURES, events_from_frames, open_events
from throughline.measures.asking import missing_columns
from throughline.measures.errors import FolderError, FrameError
from throughline.measures.linelist import from_events
from throughline.measures.tests import spec
from throughline.measures.tests.test_examples import TABLES

CUT = "2020-06-07T00:00:00Z"
FORMS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "lazy": lambda frame: frame.lazy(),
    "pandas": lambda frame: frame.to_pandas(),
    "arrow": lambda frame: frame.to_arrow(),
}
# Known twice: the one case is counted, with the earlier of its times.
MERGED = """
case_id | merged_into | transferred_at   | outcome     | reached_at
a       |             | 2020-05-28 10:00 | reached     | 2020-05-29 16:00
b       | a           | 2020-05-28 12:00 | not_reached |
c       |             | 2020-06-06 10:00 | open        |
d       |             | 2020-06-08 10:00 | open        |
"""


def frame(text: str) -> pl.DataFrame:
    """Return a table as people have one: numbers and dates told by their values."""
    names = spec.names_of(text)
    found = pl.DataFrame(spec.rows_of(text), schema=dict.fromkeys(names, pl.String))
    moments = [name for name in names if name.endswith("_at")]
    return found.with_columns(
        pl.col(moments).str.to_datetime("%Y-%m-%d %H:%M"),
        *(pl.col(name).str.to_date() for name in names if name.endswith("_on")),
        *(
            pl.col(name).cast(pl.Int64)
            for name in names
            if name in {"contacts_named", "contact_id"}
        ),
        *(pl.col(name) == "true" for name in names if name == "queue_waiting"),
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tables", [TABLES, {"cases": MERGED}], ids=["whole", "merged"])
def test_frames_of_every_library_answer_as_a_folder_does(
    form: str, tables: dict[str, str], tmp_path: Path
) -> None:
    spec.write(tmp_path, tables, {"cut_at": CUT})
    folder = open_events(tmp_path)
    given = events_from_frames(
        {name: FORMS[form](frame(text)) for name, text in tables.items()}, cut_at=CUT
    )
    assert given.columns == folder.columns
    for by in ((), "week"):
        asked = [
            one.id
            for one in MEASURES.values()
            if not one.product and one.table in tables and not missing_columns(one, folder.columns)
        ]
        assert len(asked) > 5
        assert given.measure(asked, by=by).as_dicts() == folder.measure(asked, by=by).as_dicts()


def test_a_line_list_is_made_of_frames_too() -> None:
    given = {name: frame(TABLES[name]) for name in ("cases", "contacts")}
    found = from_events(events_from_frames(given, cut_at=CUT))
    assert found.delays("onset_on").to_polars()["days"].drop_nulls().to_list() == [6.0]


def test_ids_that_are_numbers_with_gaps_in_pandas_meet_those_that_are_whole() -> None:
    cases = frame(TABLES["cases"]).with_columns(case_id=pl.int_range(1, pl.len() + 1))
    contacts = frame(TABLES["contacts"]).with_columns(
        became_case_id=pl.when(pl.col("became_case_id") == "d").then(4)
    )
    given = {"cases": cases.to_pandas(), "contacts": contacts.to_pandas()}
    assert str(given["contacts"]["became_case_id"].dtype) == "float64"
    found = events_from_frames(given, cut_at=CUT).measure("cases.known_as_contacts")
    assert spec.only(found) == (1, 6, 1 / 6)


def test_a_key_that_is_there_twice_is_refused_whenever_it_is_asked() -> None:
    twice = pl.concat([frame(TABLES["cases"])] * 2)
    given = events_from_frames({"cases": twice}, cut_at=CUT)
    for _ in range(2):
        with pytest.raises(FolderError, match=r"cases has case_id '[a-f]' twice"):
            given.measure("cases.reached")


@pytest.mark.parametrize(
    ("tables", "sentence"),
    [
        ({"case": frame(MERGED)}, "no event table 'case'; did you mean 'cases'"),
        ({"cases": 5}, "The table cases is a int, which is no frame"),
        (
            {"cases": frame(MERGED)["case_id"].to_pandas()},
            "is a Series, which is one column and no frame",
        ),
        ({"cases": "cases.csv"}, "given as the path cases.csv; read it into a frame"),
        ({"cases": frame(MERGED).drop("case_id")}, "cases has no case_id"),
    ],
)
def test_what_is_no_table_is_refused_with_what_is_allowed(tables: Any, sentence: str) -> None:
    with pytest.raises((FrameError, FolderError), match=sentence):
        events_from_frames(tables, cut_at=CUT)


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"cut_at": "soon"}, "^events_from_frames has cut_at 'soon'; it is a time in UTC"),
        ({"zone": "Mars"}, "^events_from_frames has zone 'Mars'"),
        (
            {"week_start": "Thurs"},
            "^events_from_frames has week_start 'Thurs'; it is one of monday",
        ),
    ],
)
def test_a_wrong_word_is_called_by_the_name_of_what_was_called(
    told: dict[str, str], sentence: str
) -> None:
    with pytest.raises(FolderError, match=sentence):
        events_from_frames({"cases": frame(MERGED)}, **{"cut_at": CUT, **told})
