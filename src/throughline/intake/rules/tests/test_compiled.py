from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from throughline.definitions.forms.mapping import Mapping
from throughline.intake.parsing import FileRefused
from throughline.intake.rules.compiled import compile_mapping
from throughline.intake.rules.record import Fault, Record

ARRIVED = datetime(2020, 10, 5, 9, 0, tzinfo=UTC)
ROW = {
    "Lab no": "L1",
    "Reported": "02/10/2020",
    "Taken": "01/10/2020",
    "Outcome": "POS",
    "Surname": "O'Brien",
    "First name": "Aoife",
    "Born": "03/02/1980",
    "Tel": "07700 900123",
    "Postcode": "ab12cd",
}


def mapping(**changed: object) -> Mapping:
    fields: dict[str, object] = {
        "report_id": {"column": "Lab no"},
        "reported_at": {"column": "Reported"},
        "taken_at": {"first_of": ["Taken", "Received"]},
        "disease": {"constant": "covid"},
        "result": {"column": "Outcome", "codes": {"pos": "positive", "neg": "negative"}},
        "family_name": {"column": "Surname"},
        "given_name": {"column": "First name"},
        "birth_date": {"column": "Born"},
        "phone": {"column": "Tel"},
        "postcode": {"column": "Postcode"},
    }
    fields |= changed
    written = {"meaning": "One row, one result.", "dates": ["%d/%m/%Y"]}
    return Mapping.model_validate({"file": written, "fields": fields})


def read(row: dict[str, str], form: Mapping | None = None) -> Record | Fault:
    to_record = compile_mapping(
        form or mapping(), list(row), received_at=ARRIVED, allow_drama_numbers=True
    )
    return to_record(list(row.values()))


def record(row: dict[str, str], form: Mapping | None = None) -> Record:
    found = read(row, form)
    assert isinstance(found, Record), found.sentence
    return found


def fault(row: dict[str, str], form: Mapping | None = None) -> Fault:
    found = read(row, form)
    assert isinstance(found, Fault), found
    return found


def test_columns_become_fields_and_codes_and_keys() -> None:
    found = record(ROW)
    assert found.report_id == "L1"
    assert found.result == "positive"
    assert found.disease == "covid"
    assert found.birth_date == date(1980, 2, 3)
    assert found.phone == "+447700900123"
    assert found.postcode == "AB1 2CD"
    assert found.status == "final"
    assert found.notes == ()


STATUS = {"column": "Status", "codes": {"x": "withdrawn", "c": "corrected"}}


def test_a_withdrawn_report_needs_no_result_and_none_that_it_has_stands() -> None:
    for outcome in ("", "POS", "entered in error"):
        found = record(ROW | {"Status": "X", "Outcome": outcome}, mapping(status=STATUS))
        assert (found.status, found.result) == ("withdrawn", "void")


def test_a_withdrawn_report_still_says_of_whom_and_when() -> None:
    row = ROW | {"Status": "X", "Outcome": "", "Taken": "03/10/2020"}
    assert fault(row, mapping(status=STATUS)).reason == "out_of_order"
    assert fault(row | {"Status": "C"}, mapping(status=STATUS)).reason == "missing"


def test_a_bare_date_is_noon_in_the_zone_of_its_sender() -> None:
    assert record(ROW).reported_at == datetime(2020, 10, 2, 11, 0, tzinfo=UTC)


def test_the_first_column_with_something_in_it_is_taken() -> None:
    row = ROW | {"Taken": " ", "Received": "30/09/2020"}
    assert record(row).taken_at.date() == date(2020, 9, 30)


def test_earliest_and_latest_choose_among_dates_in_either_order() -> None:
    form = mapping(
        taken_at={"earliest_of": ["Taken", "Reported"]},
        reported_at={"latest_of": ["Taken", "Reported"]},
    )
    found = record(ROW | {"Taken": "02/10/2020", "Reported": "01/10/2020"}, form)
    assert (found.taken_at.day, found.reported_at.day) == (1, 2)


def test_columns_are_joined_and_lists_are_split() -> None:
    form = mapping(
        address_line_1={"join": ["No", "Street"]},
        linked_ids={"column": "Links", "split": ","},
    )
    found = record(ROW | {"No": "12", "Street": "High Street", "Links": "9, 4,9"}, form)
    assert found.address_line_1 == "12 High Street"
    assert found.linked_ids == ("9", "4")


def test_columns_are_found_whatever_their_case_and_spacing() -> None:
    row = {name.upper().replace(" ", "  "): value for name, value in ROW.items()}
    assert record(row).given_name == "Aoife"


def test_a_file_without_a_needed_column_is_refused_by_its_name() -> None:
    with pytest.raises(FileRefused, match="no column 'Outcome', which its mapping needs"):
        compile_mapping(mapping(), ["Lab no", "Surname"], received_at=ARRIVED)


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("Born", "01/01/2090", "future"),
        ("Born", "01/01/1820", "too_early"),
        ("Born", "31/02/1980", "not_a_date"),
        ("Born", "1980-02-03", "not_a_date"),
        ("Born", "04/10/2020", "future"),
        ("Taken", "03/10/2020", "out_of_order"),
        ("Outcome", "maybe", "unknown_code"),
        ("Outcome", "", "missing"),
        ("Lab no", "", "missing"),
        ("Lab no", "x" * 101, "too_long"),
        ("Surname", "=HYPERLINK(1)", "formula"),
        ("Surname", "＝1+1", "formula"),
        ("Surname", "@SUM(A1)", "formula"),
        ("Surname", "Sm\x07ith", "control"),
        ("Surname", "", "nobody"),
    ],
)
def test_a_value_that_cannot_be_taken_is_one_sentence_with_what_is_allowed(
    column: str, value: str, reason: str
) -> None:
    found = fault(ROW | {column: value})
    assert found.reason == reason
    assert column in found.column
    assert found.sentence.endswith(".")
    assert found.allowed in found.sentence


def test_all_that_is_wrong_with_a_row_is_told_at_once() -> None:
    found = fault(ROW | {"Born": "never", "Outcome": "maybe"})
    assert {found.reason, *(more.reason for more in found.more)} == {"not_a_date", "unknown_code"}


@pytest.mark.parametrize(
    ("column", "value"), [("Tel", "12"), ("Tel", "07700 900123 or 124"), ("Postcode", "none")]
)
def test_an_unusable_contact_detail_is_noted_and_holds_up_no_result(
    column: str, value: str
) -> None:
    found = record(ROW | {column: value})
    assert [note.column for note in found.notes] == [column]


def test_drama_numbers_are_taken_only_where_allowed() -> None:
    found = compile_mapping(mapping(), list(ROW), received_at=ARRIVED)(list(ROW.values()))
    assert isinstance(found, Record)
    assert found.phone is None


def test_names_that_look_odd_but_are_names_are_kept() -> None:
    for name in ("Na", "Null", "O", "d'Arc-Ní", "Nguyễn", "李", "محمد"):
        assert record(ROW | {"Surname": name}).family_name == name


def test_letters_that_turn_the_direction_of_text_are_removed() -> None:
    assert record(ROW | {"Surname": "Smi\u202eth"}).family_name == "Smith"


def test_excluded_rows_are_records_with_their_reason() -> None:
    form = mapping().model_copy(
        update={
            "excluded": Mapping.model_validate(
                {
                    **mapping().model_dump(by_alias=True),
                    "excluded": [
                        {
                            "column": "Taken",
                            "values": ["01/10/2020"],
                            "reason": "not_confirmed",
                            "because": "For the test.",
                        }
                    ],
                }
            ).excluded
        }
    )
    assert record(ROW, form).excluded == "not_confirmed"
    assert record(ROW | {"Taken": "02/10/2020"}, form).excluded is None


def test_moved_and_added_empty_columns_leave_the_content_as_it_was() -> None:
    moved = {name: ROW[name] for name in reversed(ROW)} | {"New": ""}
    assert record(ROW).content == record(moved).content
    assert record(ROW).content != record(ROW | {"Outcome": "neg"}).content


def test_swapping_the_values_of_two_columns_changes_the_content() -> None:
    swapped = ROW | {"Surname": ROW["First name"], "First name": ROW["Surname"]}
    assert record(ROW).content != record(swapped).content


def test_a_result_without_its_own_time_is_reported_when_it_arrived() -> None:
    found = record(ROW | {"Reported": ""})
    assert found.reported_at == ARRIVED
    assert replace(found, reported_at=ARRIVED) == found


def test_a_record_says_which_of_its_times_nobody_gave() -> None:
    assert record(ROW).assumed == ()
    assert record(ROW | {"Taken": ""}).assumed == ("taken_at",)
    neither = record(ROW | {"Taken": "", "Reported": ""})
    assert neither.assumed == ("reported_at", "taken_at")
    assert neither.taken_at == neither.reported_at == ARRIVED
