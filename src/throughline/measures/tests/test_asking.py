"""What cannot be answered is refused in one sentence that says what can be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from throughline.measures import MeasuresError, open_events
from throughline.measures.tests import spec


@pytest.fixture
def events(tmp_path: Path) -> Any:
    told = {
        "cases": """
        case_id | transferred_at   | outcome | region | managed_by
        a       | 2020-06-04 10:00 | reached | North  | national
        """
    }
    return spec.on_duckdb(tmp_path, told, {"cut_at": spec.CUT})


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"ids": "cases.reachd"}, "There is no measure 'cases.reachd'; did you mean 'cases.reached'?"),
        ({"ids": "cases.reached", "by": "regoin"}, "column of cases called 'regoin'; did you mean 'region'"),
        ({"ids": "cases.reached", "by": "week,day"}, "one period at a time: day, week, month"),
        ({"ids": "cases.reached", "by": "region,region"}, "A group is asked for twice"),
        ({"ids": "cases.reached", "from_": "28 May"}, "--from is '28 May'; it is a date written as 2020-05-28"),
        ({"ids": "cases.reached", "from_": "2020-06-05", "to": "2020-06-04"}, "ends before it begins"),
        ({"ids": "cases.reached", "where": "region"}, "write column=value or column!=value"),
        ({"ids": "cases.reached", "where": "setting=school"}, "column of cases called 'setting'"),
        ({"ids": "cases.reached", "where": "managed_by=nobody"}, "one of health_protection, national, local"),
        ({"ids": "cases.reached", "where": "under_18=perhaps"}, "it is true or false"),
        ({"ids": "cases.reached", "where": "reached_at=2020-06-04"}, "choose rows by period"),
        ({"ids": "cases.reached", "definition": "reach-2020-06"}, "did you mean 'reach-2020-05'"),
        ({"ids": "cases.reached_in_time", "limit": "two days"}, "--limit is 'two days'; it is a time as 20s"),
        ({"ids": "cases.reached_within"}, "cases.reached_within needs reached_at of cases"),
    ],
)  # fmt: skip
def test_a_question_is_refused_in_one_sentence(events: Any, asked: Any, sentence: str) -> None:
    with pytest.raises(MeasuresError) as refused:
        events.measure(asked.pop("ids"), **asked)
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_value_is_never_taken_for_sql(events: Any) -> None:
    answers = events.measure("cases.transferred", where="region=x' OR 'a'='a")
    assert answers[0].numerator == 0


def test_unknown_is_asked_for_by_nothing_after_the_sign(events: Any) -> None:
    assert events.measure("cases.transferred", where="area=")[0].numerator == 1
    assert events.measure("cases.transferred", where="area!=")[0].numerator == 0
    # Not having a value includes not being known to have one.
    assert events.measure("cases.transferred", where="area!=Leeds")[0].numerator == 1


@pytest.mark.parametrize(
    ("manifest", "sentence"),
    [
        (None, "has no manifest.json; write one"),
        ("{", "is not JSON"),
        ("[]", "holds no object"),
        ("{}", "does not say cut_at"),
        ({"cut_at": "today"}, "says cut_at 'today'; it is a time in UTC"),
        ({"cut_at": spec.CUT, "zone": "London"}, "says zone 'London'"),
        ({"cut_at": spec.CUT, "week_start": "friyay"}, "it is one of monday, tuesday"),
        ({"cut_at": spec.CUT, "tables": {"case": {}}}, "names a table 'case'"),
        ({"cut_at": spec.CUT, "tables": {"cases": 5}}, "it says rows, sha256 or both"),
    ],
)
def test_a_folder_that_cannot_be_read_says_why(
    tmp_path: Path, manifest: Any, sentence: str
) -> None:
    if manifest is not None:
        text = manifest if isinstance(manifest, str) else json.dumps(manifest)
        (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(MeasuresError, match=".*".join(sentence.split())):
        open_events(tmp_path)


def test_a_folder_that_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(MeasuresError, match="There is no folder"):
        open_events(tmp_path / "nowhere")


def test_a_table_is_there_once_and_its_parts_are_of_one_kind(tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"cut_at": spec.CUT}))
    (tmp_path / "cases").mkdir()
    (tmp_path / "cases" / "1.csv").write_text("case_id\n")
    (tmp_path / "cases.csv").write_text("case_id\n")
    with pytest.raises(MeasuresError, match="there twice"):
        open_events(tmp_path)
    (tmp_path / "cases.csv").unlink()
    (tmp_path / "cases" / "2.parquet").write_bytes(b"")
    with pytest.raises(MeasuresError, match="mixes Parquet and CSV"):
        open_events(tmp_path)


def test_public_figures_hide_small_counts_and_are_never_by_an_extra_column(tmp_path: Path) -> None:
    rows = [("North", "alpha")] * 3 + [("South", "beta")] * 40 + [("West", "beta")] * 900
    text = "case_id | transferred_at | outcome | region | variant\n" + "\n".join(
        f"{number} | 2020-06-04 10:00 | open | {region} | {variant}"
        for number, (region, variant) in enumerate(rows)
    )
    events = spec.on_duckdb(tmp_path, {"cases": text}, {"cut_at": spec.CUT})
    answers = events.measure("cases.transferred", by="region", public=True)
    assert [(one.numerator, one.suppressed) for one in answers] == [
        (None, True),
        (40, False),
        (900, False),
    ]
    for asked in ({"by": "variant"}, {"where": "variant=alpha"}, {"by": "case_id"}):
        with pytest.raises(MeasuresError, match="never public"):
            events.measure("cases.transferred", public=True, **asked)


def test_an_engine_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MeasuresError, match="did you mean 'duckdb'"):
        open_events(tmp_path, engine="duckdbb")
