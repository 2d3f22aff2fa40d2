"""A mapping proposed from header and values: what can be told is told, what cannot is asked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.definitions import load
from throughline.definitions.forms.mapping import KINDS, Mapping
from throughline.intake.rules.drafting import Chosen, Draft, as_toml, chosen_of, undecided
from throughline.intake.rules.headers import NAMES, fields_of
from throughline.intake.rules.previewing import preview
from throughline.intake.rules.proposing import propose
from throughline.intake.rules.writings import MEANINGS, dates_of, meaning_of

AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)
COLUMNS = ("Lab no", "sampleTaken", "Outcome", "First name", "Surname", "DOB", "Mobile", "Notes")
ROWS = (
    ("A1", "01/10/2020", "POS", "Robin", "Example", "23/03/1980", "01632 960001", "x"),
    ("A2", "02/10/2020", "NEG", "Sam", "Sample", "30/12/1975", "01632 960002", ""),
    ("A3", "02/10/2020", "1", "Alex", "Instance", "31/02/1990", "01632 960003", ""),
)


def draft(chosen: list[Chosen], **constants: str) -> Draft:
    return Draft(
        name="dale", version=1, title='Dale\'s "list"', meaning="Each row is one test.", reason="To try it",
        approved_by="Director", chosen=chosen, constants=constants,
    )  # fmt: skip


def test_each_column_is_read_as_what_its_name_and_values_say() -> None:
    found = {one.column: one.field for one in propose(COLUMNS, ROWS).columns}
    assert found == {
        "Lab no": "report_id", "sampleTaken": "taken_at", "Outcome": "result", "First name": "given_name",
        "Surname": "family_name", "DOB": "birth_date", "Mobile": "phone", "Notes": "",
    }  # fmt: skip


def test_a_name_is_not_believed_against_the_values() -> None:
    found = propose(("Report", "Reported"), [("r1", "soon"), ("r2", "later")])
    assert "reported_at" not in found.fields


def test_codes_seen_are_given_their_meaning_or_left_to_a_person() -> None:
    outcome = propose(COLUMNS, ROWS).columns[2]
    assert outcome.codes("result") == {"POS": "positive", "NEG": "negative", "1": ""}


@pytest.mark.parametrize(
    ("values", "forms"),
    [
        (["2020-10-01", "2020-10-02"], {"year": ("%Y-%m-%d",)}),
        (["2020-10-01T09:30:00Z"], {"year": ("%Y-%m-%dT%H:%M:%S%z",)}),
        (["23/03/1980", "01/02/1990"], {"day": ("%d/%m/%Y",)}),
        (["03/23/1980", "01/02/1990"], {"month": ("%m/%d/%Y",)}),
        (["01/02/1990", "03/04/1980"], {"day": ("%d/%m/%Y",), "month": ("%m/%d/%Y",)}),
        (["3.4.1980 09:15"], {"day": ("%d.%m.%Y %H:%M",), "month": ("%m.%d.%Y %H:%M",)}),
        (["12 Mar 2020"], {"day": ("%d %b %Y",)}),
        (["A1", "A2"], {}),
        (["12345678901"], {}),
        ([], {}),
        (["01/02/90"], {}),
    ],
)
def test_the_way_of_writing_dates_is_told_from_the_values(
    values: list[str], forms: dict[str, tuple[str, ...]]
) -> None:
    assert dict(dates_of(values).forms) == forms


def test_what_comes_first_is_taken_from_the_files_other_dates_and_else_asked() -> None:
    told = propose(("taken", "dob"), [("01/02/2020", "23/03/1980"), ("03/04/2020", "01/01/1970")])
    assert [one.order for one in told.columns] == ["day", "day"]
    asked = propose(("Lab no", "dob"), [("1", "01/02/1990"), ("2", "03/04/1980")])
    assert asked.columns[1].order == ""
    assert undecided(asked, chosen_of(asked)) == ["dob"]


def test_a_proposal_agreed_to_is_a_definition_that_reads_the_file() -> None:
    proposal = propose(COLUMNS, ROWS)
    text = as_toml(draft(chosen_of(proposal), disease="covid", test_kind="pcr"), proposal)
    form = cast(Mapping, load.parse(text, file="draft").form)
    seen = preview(form, COLUMNS, ROWS, received_at=AT, allow_drama_numbers=True)
    assert (seen.looked_at, seen.readable) == (3, 2)
    assert ("birth_date", "23 March 1980") in seen.rows[0].said
    assert {(one.column, one.value) for one in seen.unread} == {
        ("Outcome", "1"),
        ("DOB", "31/02/1990"),
    }
    assert seen.rows[2].sentence.startswith("DOB '31/02/1990' is not a date")


def test_two_columns_of_one_field_are_read_in_their_order() -> None:
    proposal = propose(("Lab no", "a", "b", "Surname"), [("1", "x", "y", "Example")])
    chosen = [
        Chosen(column=name, field=field, order="", codes={})
        for name, field in (
            ("Lab no", "report_id"),
            ("a", "town"),
            ("b", "town"),
            ("Surname", "family_name"),
        )
    ]
    text = as_toml(draft(chosen, disease="covid", result="positive"), proposal)
    assert 'town = { first_of = ["a", "b"] }' in text
    load.parse(text, file="draft")


def test_every_name_is_of_a_field_there_is_and_says_it() -> None:
    assert set(NAMES) == set(KINDS)
    for field, names in NAMES.items():
        for name in names:
            assert fields_of(name.title().replace(" ", "")) or fields_of(name)
            assert fields_of(name)[0] == (100.0, field)


def test_every_code_means_itself_in_any_spelling() -> None:
    for field, codes in MEANINGS.items():
        for code, written in codes.items():
            for value in written:
                assert meaning_of(field, value) == meaning_of(field, f" {value.upper()} ") == code


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=6))
def test_nothing_in_a_file_makes_proposing_fail(rows: list[list[str]]) -> None:
    proposal = propose(("dob", "result", "a\u202eb"), rows)
    text = as_toml(draft(chosen_of(proposal), disease="covid"), proposal)
    assert text.startswith("[definition]")
