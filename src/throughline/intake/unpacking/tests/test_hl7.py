"""HL7 messages as rows: paths, orders, answers, numbers, times."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from throughline.definitions import load
from throughline.definitions.forms.hl7_paths import hl7_path
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.parsing import FileRefused, find_layout
from throughline.intake.parsing import rows as lines
from throughline.intake.parsing.writing import as_csv
from throughline.intake.unpacking.hl7 import flat, recognises
from throughline.intake.unpacking.hl7.times import iso_day, iso_moment, zone_of

MSH = "MSH|^~\\&|app|lab|||20210608145937.746-0400||ORU^R01|885617|P|2.5.1||||||UNICODE UTF-8"
PID = "PID|1||kc3oy^^^lab&36D&CLIA^PI~9434765919^^^NHS^NH||van Quill&van&Quill^Ada||19930227|F"
RESULT = "OBX|1|CWE|1^Local^L^94500-6^RNA^LN||260373001^Detected^SCT||||||F|||20210604"


def mapping(**fields: Any) -> Mapping:
    base = {
        "report_id": {"column": "report"},
        "disease": {"constant": "covid"},
        "result": {"column": "OBX-5"},
        "family_name": {"column": "PID-5"},
    }
    file = {"meaning": "messages", "format": "hl7", "beside": ["94746-5"]}
    return Mapping.model_validate({"file": file, "fields": base | fields})


def rows(*segments: str, form: Mapping | None = None, end: str = "\r") -> list[dict[str, str]]:
    data = end.join(segments).encode()
    header, *found = flat([data], form or mapping())
    assert header[-1] == "unreadable"
    return [dict(zip(header, row, strict=True)) for row in found]


def value(path: str, *segments: str) -> str:
    (row,) = rows(
        *(segments or (MSH, PID, "OBR|1||F1|", RESULT)), form=mapping(area={"column": path})
    )
    return row[path]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("PID-5", "van Quill"),
        ("PID-5.1", "van Quill"),
        ("PID-5.1.2", "van"),
        ("PID-5.2", "Ada"),
        ("PID-5.9", ""),
        ("PID-5.2.2", ""),
        ("PID-40", ""),
        ("PV1-3", ""),
        ("PID-3", "kc3oy"),
        ("PID-3[5=NH].1", "9434765919"),
        ("PID-3[5=PI].1", "kc3oy"),
        ("PID-3[4.2=36D].1", "kc3oy"),
        ("PID-3[5=MR].1", ""),
        ("OBX-3", "1"),
        ("OBX-3{LN}", "94500-6"),
        ("OBX-3{L}", "1"),
        ("OBX-3{SCT}", ""),
        ("OBX-5{SCT}", "260373001"),
        ("OBR-3", "F1"),
        ("MSH-9.2", "R01"),
        ("MSH-18", "UNICODE UTF-8"),
    ],
)
def test_a_path_says_where_a_value_stands(path: str, found: str) -> None:
    assert value(path) == found


def test_a_value_that_was_deleted_is_nothing_and_an_escaped_one_is_itself() -> None:
    assert value("PID-8", MSH, 'PID|1||||Quill|||""', RESULT) == ""
    assert value("PID-5", MSH, "PID|1||||O\\T\\Quill \\F\\ Co", RESULT) == "O&Quill | Co"


@pytest.mark.parametrize(
    "path",
    [
        "PID",
        "PID-0",
        "pid-3",
        "PID-3[5].1",
        "PID[1]-3",
        "OBX-5{}",
        "OBX-5.0",
        "PID-5.1.1.1",
        "name",
    ],
)
def test_what_is_no_path_is_refused_when_the_mapping_is_taken_into_use(path: str) -> None:
    with pytest.raises(ValidationError, match="no place in an HL7 message"):
        mapping(area={"column": path})


def test_each_result_of_each_order_of_each_patient_is_a_row() -> None:
    found = rows(
        MSH, PID, "ORC|RE", "OBR|1||F1", RESULT, "OBX|2|CWE|94533-7||NEG", "NTE|1||a remark", "OBR|2||F2",
        "OBX|1|CWE|94558-4||POS", "PID|2||||Stone^Bea", "OBR|1||F3", "OBX|1|CWE|94558-4||IND",
        form=mapping(area={"column": "OBR-3"}),
    )  # fmt: skip
    assert [(row["PID-5"], row["OBR-3"], row["OBX-5"]) for row in found] == [
        ("van Quill", "F1", "260373001"), ("van Quill", "F1", "NEG"), ("van Quill", "F2", "POS"),
        ("Stone", "F3", "IND"),
    ]  # fmt: skip


def test_the_specimen_is_that_of_the_order_it_follows() -> None:
    found = rows(
        MSH, PID, "OBR|1||F1", RESULT, "SPM|1|&&a^S1&&b", "OBR|2||F2", RESULT, "SPM|1|&&a^S2&&b",
        form=mapping(area={"column": "SPM-2.2"}),
    )  # fmt: skip
    assert [row["SPM-2.2"] for row in found] == ["S1", "S2"]


def test_answers_documents_and_measurements_are_no_results() -> None:
    question = "OBX|2|DT|65222-2^Onset^LN||20210606" + "|" * 24 + "QST"
    (row,) = rows(
        MSH,
        PID,
        "OBR|1||F1",
        question,
        RESULT,
        "OBX|3|ED|PDF||^pdf^Base64^JVBERi0=",
        "OBX|4|NM|94746-5||31.2",
    )
    assert row["OBX-5"] == "260373001"


def test_an_answer_is_found_by_its_code_in_its_own_order_first() -> None:
    form = mapping(onset_on={"column": "OBX[65222-2]-5"})
    answered = [
        MSH, PID, "OBR|1||F1", RESULT, "OBX|2|DT|65222-2||20210606", "OBR|2||F2", RESULT, "OBR|3||F3",
        RESULT, "OBX|2|DT|1^Onset^L^65222-2^Onset^LN||20210607",
    ]  # fmt: skip
    found = rows(*answered, "PID|2||||Stone", "OBR|4||F4", RESULT, form=form)
    assert [row["OBX[65222-2]-5"] for row in found] == [
        "2021-06-06",
        "2021-06-06",
        "2021-06-07",
        "",
    ]


def test_the_number_of_a_result_is_the_same_in_every_message_about_it() -> None:
    (row,) = rows(MSH, PID, "OBR|1||F1", "OBX|7|CWE|94500-6||POS")
    assert row["report"] == "F1/94500-6"
    (later,) = rows(
        MSH.replace("885617", "885618"), PID, "ORC|RE||F1", "OBR|3", "OBX|1|CWE|94500-6||NEG||||||C"
    )
    assert later["report"] == "F1/94500-6"


def test_results_of_one_code_are_told_apart_by_their_sub_id_or_their_order() -> None:
    found = rows(
        MSH, PID, "OBR|1||F1", "OBX|1|CE|6|1|A", "OBX|2|CE|6|2|B", "OBX|3|CE|6||C", "OBX|4|CE|6||D"
    )
    assert [row["report"] for row in found] == ["F1/6/1", "F1/6/2", "F1/6", "F1/6#2"]


def test_a_result_without_a_number_of_its_order_has_none() -> None:
    (row,) = rows(MSH, PID, "OBR|1", RESULT)
    assert row["report"] == ""


def test_an_order_without_a_result_is_a_row_for_the_mapping_to_judge() -> None:
    (row,) = rows(
        MSH,
        PID,
        "OBR|1||F1|94500-6" + "|" * 21 + "X",
        form=mapping(status={"column": "OBR-25", "codes": {"X": "withdrawn"}}),
    )
    assert (row["report"], row["OBR-25"], row["OBX-5"]) == ("F1/94500-6", "X", "")


def test_a_message_without_any_result_is_a_row_that_says_so() -> None:
    for segments in ((MSH, PID), (MSH,), (MSH, PID, "OBR|1||F1", "OBX|4|NM|94746-5||31.2")):
        (row,) = rows(*segments)
        assert row["unreadable"].startswith("The message has no result")


def test_one_bad_message_of_a_file_is_a_row_and_holds_up_no_other() -> None:
    good = [MSH, PID, "OBR|1||F1", RESULT]
    found = rows(
        *good, MSH, "no segment", MSH.replace("ORU", "ADT"), PID, MSH.replace("2.5.1", "2.9"), *good
    )
    assert [bool(row["unreadable"]) for row in found] == [False, True, True, True, False]


def test_a_batch_that_is_not_whole_is_refused() -> None:
    with pytest.raises(FileRefused, match="BTS-1 says '2'"):
        rows("BHS|^~\\&|lab", MSH, PID, "OBR|1||F1", RESULT, "BTS|2")


def test_a_result_of_which_nothing_can_be_read_is_a_row_all_the_same() -> None:
    # A row of blanks would be none to whoever reads the text, and the message would vanish.
    form = mapping(result={"column": "OBX-5"})
    text = b"".join(as_csv(flat(["\r".join([MSH, "OBX|1"]).encode()], form)))
    layout = find_layout(text)
    (row,) = lines([text[layout.body.offset :]], layout)
    assert row.fields is not None
    assert row.fields[-1].startswith("The record holds nothing of what its mapping asks for")


def test_an_observation_without_patient_or_order_is_a_row_all_the_same() -> None:
    (row,) = rows(MSH, RESULT)
    assert (row["OBX-5"], row["PID-5"]) == ("260373001", "")


@pytest.mark.parametrize(
    ("written", "zone", "moment", "day"),
    [
        ("20210604072510.123-0400", "", "2021-06-04T07:25:10.123-04:00", "2021-06-04"),
        ("202106040725+0000", "-0500", "2021-06-04T07:25:00+00:00", "2021-06-04"),
        ("2021060407", "-0500", "2021-06-04T07:00:00-05:00", "2021-06-04"),
        ("20210604072510", "", "2021-06-04T07:25:10", "2021-06-04"),
        ("20210604", "-0500", "2021-06-04", "2021-06-04"),
        ("20210604-0400", "", "2021-06-04", "2021-06-04"),
        ("202106", "", "2021-06", "2021-06"),
        ("2021", "-0500", "2021", "2021"),
        ("4 June", "", "4 June", "4 June"),
        ("", "-0500", "", ""),
    ],
)
def test_times_keep_the_precision_and_the_zone_that_they_have(
    written: str, zone: str, moment: str, day: str
) -> None:
    assert (iso_moment(written, zone), iso_day(written)) == (moment, day)


def test_the_zone_of_the_message_is_that_of_times_without_one() -> None:
    form = mapping(taken_at={"column": "OBR-7"}, birth_date={"column": "PID-7"})
    (row,) = rows(MSH, PID, "OBR|1||F1||||202106040725", RESULT, form=form)
    assert (row["OBR-7"], row["PID-7"]) == ("2021-06-04T07:25:00-04:00", "1993-02-27")
    (row,) = rows(MSH.replace("-0400", ""), PID, "OBR|1||F1||||202106040725", RESULT, form=form)
    assert row["OBR-7"] == "2021-06-04T07:25:00"
    assert zone_of("2021+0100") == "+0100"


def test_the_shipped_mapping_is_of_paths_alone_and_knows_a_message() -> None:
    shipped = [one for one in load.shipped() if one.id == "hl7-oru"][-1]
    assert isinstance(shipped.form, Mapping)
    (row,) = rows(MSH, PID, "OBR|1||F1", RESULT, form=shipped.form)
    assert (row["OBX-3{LN}"], row["PID-3[5=NH].1"], row["MSH-11"]) == ("94500-6", "9434765919", "P")
    assert recognises(MSH.encode())
    assert hl7_path("OBX[65222-2]-5").answer == "65222-2"


SEGMENTS = [
    MSH,
    PID,
    "ORC|RE||F2",
    "OBR|1||F1",
    RESULT,
    "OBX|2|DT|65222-2||20210606",
    "SPM|1|a",
    "NTE|1",
    "ZZZ|x",
    "BTS|1",
    "BHS|^~\\&",
    "x",
]


@given(st.lists(st.sampled_from(SEGMENTS), max_size=14), st.integers(1, 60))
def test_segments_in_any_order_are_rows_of_the_headers_width_or_refused(
    segments: list[str], piece: int
) -> None:
    data = "\r".join([MSH, *segments]).encode()
    chunks = [data[at : at + piece] for at in range(0, len(data), piece)]
    try:
        header, *found = flat(chunks, mapping(onset_on={"column": "OBX[65222-2]-5"}))
    except FileRefused:
        return
    assert all(len(row) == len(header) for row in found)
    # Nothing is lost: each message is at least one row.
    assert len(found) >= 1 + segments.count(MSH)
