"""HL7 messages from their bytes to persons and cases, by the mapping that is shipped."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from throughline.intake.actions.receiving import Arrived, receive
from throughline.intake.mllp.frames import Frame
from throughline.intake.models import Quarantined, Sender
from throughline.intake.parsing.hl7.envelopes import VERSIONS
from throughline.intake.queries.mappings import mapping_for
from throughline.intake.tests.world import load_file, prepare
from throughline.journal.models import Entry
from throughline.people.models import Identifier, Person
from throughline.tracing.models import Case, TestResult

pytestmark = pytest.mark.django_db
SAMPLE = (
    Path(os.environ.get("THROUGHLINE_SHARED_DATA", Path(__file__).parents[5] / "shared" / "data"))
    / "hl7_oru_r01_sample.hl7"
)
AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _prepared() -> None:
    prepare()


def message(
    number: int = 1, *, result: str = "260373001^Detected^SCT", status: str = "F", sent: str = "20201002120000+0100",
    code: str = "94500-6^RNA^LN", more: str = "", processing: str = "P", filler: str = "F1",
) -> bytes:  # fmt: skip
    segments = [
        f"MSH|^~\\&|app|lab|||{sent}||ORU^R01|m{number}|{processing}|2.5.1||||||UNICODE UTF-8",
        "PID|1||p1^^^lab^PI~9434765919^^^NHS^NH||Quill^Ada||19500102|F|||4 Larkspindle Way^^Zexmouth^^ZX1 2AB||"
        "^PRN^CP^^^^^^^^^07700900123~^NET^Internet^ada@example.org",
        f"OBR|1||{filler}|94500-6|||202010010900+0100",
        f"OBX|1|CWE|{code}||{result}||||||{status}|||202010010900+0100",
    ]
    return "\r".join([*segments, *([more] if more else [])]).encode()


def load(data: bytes, **more: str):  # type: ignore[no-untyped-def]
    return load_file(data, mapping="hl7-oru", at=AT, **more)


def test_a_positive_message_is_a_person_and_a_case() -> None:
    found = load(message(more="OBX|2|DT|65222-2^Onset^LN||20200929||||||F"))
    assert (found.received, found.accepted, found.cases_opened, found.balances) == (1, 1, 1, True)
    case, result = Case.objects.get(), TestResult.objects.get()
    assert case.onset_on.isoformat() == "2020-09-29"
    assert (result.disease, result.test_kind, result.report_id) == ("covid", "pcr", "F1/94500-6")
    assert result.taken_at == datetime(2020, 10, 1, 8, 0, tzinfo=UTC)
    assert result.reported_at == datetime(2020, 10, 2, 11, 0, tzinfo=UTC)
    assert set(Identifier.objects.values_list("scheme", "value")) == {
        ("nhs", "9434765919"), ("sender:lab", "p1"),
    }  # fmt: skip
    assert Person.objects.count() == 1


def test_the_same_result_sent_again_in_another_message_is_a_duplicate() -> None:
    load(message())
    again = load(message(2, sent="20201003080000+0100"))
    assert (again.duplicates, TestResult.objects.count()) == (1, 1)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_version_is_read_from_a_file_and_over_the_wire_and_answered_in_itself(
    version: str,
) -> None:
    data = message().replace(b"|2.5.1|", f"|{version}|".encode())
    found = load(data)
    assert (found.received, found.accepted, found.cases_opened) == (1, 1, 1)
    assert TestResult.objects.get().report_id == "F1/94500-6"
    (answer,) = receive([Arrived(frame=Frame(data))], facility="", at=AT)
    header, accepted = answer.decode().split("\r")[:2]
    assert header.split("|")[11] == version
    assert accepted == "MSA|AA|m1"


@pytest.mark.parametrize(
    ("result", "status"),
    [("260415000^Not detected^SCT", "C"), ("", "W"), ("", "X"), ("260373001", "D")],
)
def test_a_correction_or_a_withdrawal_closes_the_case_as_opened_in_error(
    result: str, status: str
) -> None:
    load(message())
    found = load(message(2, result=result, status=status))
    assert (found.corrected, found.positives, found.balances) == (1, 0, True)
    assert Case.objects.get().outcome == "in_error"


def test_two_tests_of_one_specimen_are_two_results_of_one_case() -> None:
    found = load(message(more="OBX|2|CWE|94558-4^Ag^LN||POS^^HL70078||||||F"))
    assert (found.received, found.cases_opened, found.cases_joined) == (2, 1, 1)


def test_a_training_message_opens_no_case_and_is_counted() -> None:
    found = load(message(processing="T"))
    assert (found.positives, found.excluded, Case.objects.count()) == (1, 1, 0)
    assert TestResult.objects.get().exclusion == "training"


def test_antibodies_open_no_case_of_covid() -> None:
    load(message(code="94507-1^IgG^LN"))
    assert TestResult.objects.get().exclusion == "test_kind"


def test_a_test_that_the_mapping_does_not_know_waits_for_a_person() -> None:
    found = load(message(code="12345-6^Something^LN"))
    assert (found.quarantined, found.balances) == (1, True)
    assert Quarantined.objects.get().reason == "unknown_code"


def test_what_cannot_be_read_of_a_file_waits_with_its_sentence_and_the_rest_is_taken() -> None:
    found = load(
        message()
        + b"\r"
        + message(2).replace(b"\rOBR|", b"\rno segment\rOBR|")
        + b"\r"
        + message(3, filler="F3")
    )
    assert (found.received, found.accepted, found.quarantined, found.balances) == (3, 2, 1, True)
    assert "does not begin with the name" in Quarantined.objects.get().allowed


def test_a_batch_that_is_not_whole_is_refused_whole() -> None:
    batch = b"BHS|^~\\&|lab\r" + message() + b"\rBTS|2\r"
    found = load(batch)
    assert (found.received, TestResult.objects.count()) == (0, 0)
    assert Entry.objects.filter(kind="intake.message_refused").exists()


def test_a_congregate_setting_is_told_of_the_result() -> None:
    load(
        message(
            more="OBX|2|CWE|95421-4^Resides in a congregate care setting^LN||Y^Yes^HL70136||||||F"
        )
    )
    assert TestResult.objects.get().setting_kind == "care_home"


@pytest.mark.shared_data
def test_the_real_sample_is_a_correction_without_an_original_and_becomes_a_first_version() -> None:
    data = SAMPLE.read_bytes()
    assert mapping_for("lab", lambda: [data], at=AT) == "hl7-oru"
    found = load_file(data, mapping="hl7-oru", at=datetime(2021, 6, 8, 19, 0, tzinfo=UTC))
    assert (found.received, found.accepted, found.positives, found.balances) == (1, 1, 1, True)
    result = TestResult.objects.get()
    assert (result.result, result.test_kind, result.symptomatic) == ("positive", "antigen", True)
    assert result.onset_on.isoformat() == "2021-06-06"
    assert Sender.objects.get().mapping == "hl7-oru"
