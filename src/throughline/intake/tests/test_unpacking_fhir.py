"""FHIR messages as rows of the shipped mapping: what belongs together, what is none, and what is refused whole."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.definitions import load
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.parsing import FileRefused
from throughline.intake.parsing.fhir.issues import Refused
from throughline.intake.parsing.writing import UNREADABLE
from throughline.intake.rules.compiled import compile_mapping
from throughline.intake.rules.record import Fault, Record
from throughline.intake.tests.fhir import (
    CATEGORY,
    LOINC,
    NHS,
    SNOMED,
    Json,
    alone,
    answer,
    as_bytes,
    bundle,
    observation,
    one_and,
    patient,
)
from throughline.intake.unpacking import fhir

AT = datetime(2020, 10, 3, 10, 0, tzinfo=UTC)
FORM = cast(Mapping, [one for one in load.shipped() if one.id == "fhir-r4"][-1].form)


def said(sent: Json) -> list[Record | Fault]:
    """What the worker reads of a message."""
    header, *rows = fhir.flat([as_bytes(sent)], FORM)
    read = compile_mapping(FORM, header, received_at=AT, allow_drama_numbers=True)
    return [read(row) for row in rows]


def record(sent: Json) -> Record:
    (found,) = said(sent)
    assert isinstance(found, Record), found
    return found


def unreadable(sent: Json) -> list[str]:
    header, *rows = fhir.flat([as_bytes(sent)], FORM)
    return [row[header.index(UNREADABLE)] for row in rows]


def test_an_observation_and_its_patient_are_one_row() -> None:
    found = record(one_and(observation()))
    assert (found.report_id, found.disease, found.result, found.status, found.test_kind) == (
        "r1", "covid", "positive", "final", "pcr",
    )  # fmt: skip
    assert (found.given_name, found.family_name) == ("Ada May", "Family1")
    assert (found.address_line_1, found.address_line_2, found.postcode) == (
        "Flat 1", "4 Larkspindle Way", "ZX1 2AB",
    )  # fmt: skip
    assert found.phone == "+447700900001"
    assert found.taken_at == datetime(2020, 10, 1, 8, 0, tzinfo=UTC)
    assert found.reported_at == datetime(2020, 10, 2, 9, 0, tzinfo=UTC)


def in_a_report() -> Json:
    return {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "Virology"},
        "subject": {"reference": "#p1"},
        "specimen": [{"reference": "#s1"}],
        "result": [{"reference": "#o1"}],
        "contained": [
            patient(id="p1"),
            {
                "resourceType": "Specimen",
                "id": "s1",
                "collection": {"collectedDateTime": "2020-10-01T08:00:00Z"},
            },
            {k: v for k, v in observation(id="o1").items() if k != "subject"},
        ],
    }


def by_type_and_id() -> Json:
    sent = bundle(patient(id="7"), observation(subject="Patient/7"), type="collection")
    for entry in sent["entry"]:
        del entry["fullUrl"]
    return sent


def by_address() -> Json:
    home = "https://lab.example/fhir/Patient/7"
    return bundle(patient(id="7"), observation(subject=home), type="message", urls={0: home})


def by_version() -> Json:
    return bundle(patient(id="7"), observation(subject="Patient/7/_history/3"))


def listed_by_a_report() -> Json:
    report = {
        "resourceType": "DiagnosticReport",
        "status": "final",
        "code": {"text": "Virology"},
        "subject": {"reference": "urn:uuid:p1"},
        "result": [{"reference": "urn:uuid:x1"}],
    }
    told = {k: v for k, v in observation().items() if k != "subject"}
    return one_and(told, report)


@pytest.mark.parametrize(
    "sent",
    [alone(), in_a_report(), by_type_and_id(), by_address(), by_version(), listed_by_a_report()],
    ids=["contained", "in a report", "type and id", "address", "version", "listed by a report"],
)
def test_whichever_way_the_patient_is_referred_to_it_is_found(sent: Json) -> None:
    found = record(sent)
    assert (found.family_name, found.given_name) == ("Family1", "Ada May")


def test_the_specimens_time_goes_before_the_observations() -> None:
    assert record(in_a_report()).taken_at == datetime(2020, 10, 1, 8, 0, tzinfo=UTC)


def test_each_result_has_its_own_person() -> None:
    sent = bundle(
        patient(1),
        patient(2),
        observation(1, subject="urn:uuid:x0"),
        observation(2, subject="urn:uuid:x1"),
    )
    assert [one.family_name for one in said(sent)] == ["Family1", "Family2"]  # type: ignore[union-attr]


def test_a_name_that_two_have_is_nobodys() -> None:
    sent = bundle(
        patient(1, id="7"), patient(2, id="7"), observation(subject="Patient/7"), type="batch"
    )
    assert "points at somebody who is not in this message" in unreadable(sent)[0]


def test_an_address_elsewhere_is_not_taken_for_somebody_here_of_the_same_number() -> None:
    sent = bundle(
        patient(id="7"), observation(subject="https://other.example/Patient/7"), type="batch"
    )
    assert "not in this message" in unreadable(sent)[0]


def test_answers_belong_to_the_person_asked_and_are_no_results() -> None:
    sent = bundle(
        patient(1),
        patient(2),
        observation(1, subject="urn:uuid:x0"),
        observation(2, subject="urn:uuid:x1"),
        answer("65222-2", {"valueDateTime": "2020-09-28"}, subject="urn:uuid:x1"),
        answer("95419-8", {"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "373066001"}]}}, subject="urn:uuid:x1"),
        answer("95421-4", {"valueBoolean": True}, subject="urn:uuid:x1"),
    )  # fmt: skip
    first, second = said(sent)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.onset_on, first.symptomatic, first.setting_kind) == (None, None, None)
    assert str(second.onset_on) == "2020-09-28"
    assert (second.symptomatic, second.setting_kind) == ("yes", "care_home")


def test_an_answer_about_nobody_tested_is_told() -> None:
    sent = one_and(
        observation(),
        patient(2),
        answer("65222-2", {"valueDateTime": "2020-09-28"}, subject="urn:uuid:x2"),
        type="batch",
    )
    assert [bool(one) for one in unreadable(sent)] == [False, True]
    assert "holds no result" in unreadable(sent)[1]


@pytest.mark.parametrize(
    ("status", "ours"),
    [
        ("preliminary", "preliminary"), ("final", "final"), ("amended", "corrected"),
        ("corrected", "corrected"), ("cancelled", "withdrawn"), ("entered-in-error", "withdrawn"),
    ],
)  # fmt: skip
def test_every_status_is_one_of_ours(status: str, ours: str) -> None:
    assert record(one_and(observation(status=status))).status == ours


@pytest.mark.parametrize("status", ["cancelled", "entered-in-error"])
def test_what_is_withdrawn_needs_no_value(status: str) -> None:
    sent = observation(status=status)
    del sent["valueCodeableConcept"]
    assert record(one_and(sent)).result == "void"


@pytest.mark.parametrize(
    ("value", "ours"),
    [
        ({"coding": [{"system": SNOMED, "code": "260415000"}]}, "negative"),
        ({"coding": [{"code": "local"}, {"system": SNOMED, "code": "419984006"}]}, "void"),
        ({"text": "Not detected"}, "negative"),
        ("Detected", "positive"),
    ],
)
def test_the_outcome_is_read_from_its_code_or_its_text(value: Any, ours: str) -> None:
    sent = observation()
    del sent["valueCodeableConcept"]
    sent["valueString" if isinstance(value, str) else "valueCodeableConcept"] = value
    assert record(one_and(sent)).result == ours


@pytest.mark.parametrize(
    ("more", "column", "reason"),
    [
        ({"code": {"coding": [{"system": LOINC, "code": "718-7"}]}}, "code", "unknown_code"),
        ({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "1"}]}}, "value", "unknown_code"),
        ({"identifier": []}, "identifier", "missing"),
    ],
)  # fmt: skip
def test_what_no_map_knows_is_a_fault_and_never_a_guess(
    more: Json, column: str, reason: str
) -> None:
    (found,) = said(one_and({k: v for k, v in observation(**more).items() if v}))
    assert isinstance(found, Fault)
    assert column in found.column
    assert found.reason == reason


def test_the_nhs_number_is_known_by_its_system_and_no_other_number_is() -> None:
    numbers = [
        {"system": "https://other.example", "value": "4010232137"},
        {"system": NHS, "value": "9434765919"},
    ]
    sent = one_and(observation())
    sent["entry"][0]["resource"]["identifier"] = numbers
    assert record(sent).nhs_number == "9434765919"
    sent["entry"][0]["resource"]["identifier"] = numbers[:1]
    assert record(sent).nhs_number is None


def test_what_only_gathers_others_or_is_no_laboratorys_is_no_row() -> None:
    panel = observation(5, hasMember=[{"reference": "urn:uuid:x1"}])
    del panel["valueCodeableConcept"]
    vital = observation(6, category=[{"coding": [{"system": CATEGORY, "code": "vital-signs"}]}])
    assert len(said(one_and(observation(), panel, vital))) == 1


SABOTAGES: dict[str, Json] = {
    "a status of no kind": {"status": "banana"},
    "no status": {"status": None},
    "an element of no kind": {"colour": "red"},
    "a moment without zone": {"issued": "2020-10-02T09:00:00"},
    "two values": {"valueString": "Detected"},
    "a text for a list": {"identifier": "r1"},
    "a text for an object": {"code": "94500-6"},
    "nobody known": {"subject": {"reference": "urn:uuid:p9"}},
}


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_fault_of_shape_takes_the_entry_alone_in_a_batch_and_all_of_a_transaction(
    name: str,
) -> None:
    told = {k: v for k, v in observation(2, **SABOTAGES[name]).items() if v is not None}
    first, second = unreadable(one_and(observation(1), told, type="batch"))
    assert first == ""
    assert second.startswith("Bundle.entry[2].resource")
    with pytest.raises(FileRefused, match="taken whole or not at all"):
        list(fhir.flat([as_bytes(one_and(observation(1), told))], FORM))


def test_a_patient_at_fault_takes_each_of_their_results() -> None:
    sent = one_and(observation(1), observation(2), type="batch")
    sent["entry"][0]["resource"]["birthDate"] = "06/05/1950"
    assert all("Bundle.entry[0].resource.birthDate" in one for one in unreadable(sent))
    assert len(unreadable(sent)) == 2


@pytest.mark.parametrize(
    ("stray", "sentence"),
    [
        ({"resourceType": "Immunization"}, "Bundle.entry[2].resource"),
        ({"resourceType": "Banana"}, "FHIR R4 does not know"),
        ({"resourceType": 5}, "name the resource's type"),
        (
            {"resourceType": "DiagnosticReport", "status": "final", "code": {"text": "x"}, "result": [{"reference": "Observation/9"}]},
            "points at an Observation that is not in this message",
        ),
    ],
)  # fmt: skip
def test_whatever_else_is_in_a_batch_is_told_and_holds_up_nothing(
    stray: Json, sentence: str
) -> None:
    first, second = unreadable(one_and(observation(), stray, type="batch"))
    assert first == ""
    assert sentence in second


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"resourceType": "Patient"}, "The message is a Patient"),
        ({}, "of no type that is said"),
        ({"resourceType": "Bundle", "type": "searchset", "entry": [{}]}, "'searchset'"),
        ({"resourceType": "Bundle", "type": "batch"}, "Bundle.entry holds nothing"),
        (bundle(patient()), "holds no laboratory Observation"),
    ],
)
def test_a_message_with_nothing_to_take_is_refused(sent: Json, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        list(fhir.flat([as_bytes(sent)], FORM))


def test_what_the_door_says_of_a_message_is_what_the_worker_finds() -> None:
    sent = one_and(
        observation(1),
        observation(2, status="banana"),
        observation(3, valueCodeableConcept={"coding": [{"system": SNOMED, "code": "1"}]}),
        type="batch",
    )
    found = fhir.judged(as_bytes(sent), FORM, received_at=AT, allow_drama_numbers=True)
    assert [(entry, [one.code for one in issues]) for entry, issues in found.rows] == [
        (1, []), (2, ["code-invalid"]), (3, ["code-invalid"]),
    ]  # fmt: skip
    assert found.issues[1].expression.startswith("Bundle.entry[3].resource.value")
    assert [isinstance(one, Fault) for one in said(sent)] == [False, True, True]


PLACES = st.lists(st.sampled_from([0, 1, "entry", "resource", "code", "coding", "status", "subject", "name",
                                   "contained", "result", "value", "reference", "request", "id"]), max_size=7)  # fmt: skip
SPANNERS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text(max_size=5),
    st.just([]), st.just({}), st.just([None]), st.just([[]]), st.just({"reference": "#p1"}),
    st.just({"resourceType": "Observation"}), st.just([{"resourceType": "Patient", "id": 5}]),
)  # fmt: skip


@settings(max_examples=150)
@given(
    sent=st.sampled_from([one_and(observation(), type="batch"), alone(), in_a_report(), listed_by_a_report()]),
    changes=st.lists(st.tuples(PLACES, st.text(max_size=4), SPANNERS), min_size=1, max_size=4),
)  # fmt: skip
def test_whatever_is_thrown_into_a_message_it_is_read_or_refused_and_each_row_has_its_width(
    sent: Json, changes: list[tuple[list[Any], str, Any]]
) -> None:
    sent = copy.deepcopy(sent)
    for place, name, spanner in changes:
        node: Any = sent
        for step in place:
            inner = node[step] if isinstance(node, dict) and step in node else None
            if isinstance(node, list) and isinstance(step, int) and step < len(node):
                inner = node[step]
            if not isinstance(inner, dict | list):
                break
            node = inner
        if isinstance(node, dict):
            keys = sorted(node, key=str)
            node[keys[len(name) % len(keys)] if keys and name else name] = copy.deepcopy(spanner)
    try:
        found = fhir.judged(as_bytes(sent), FORM, received_at=AT, allow_drama_numbers=True)
    except Refused:
        with pytest.raises(FileRefused):
            list(fhir.flat([as_bytes(sent)], FORM))
        return
    if found.parcel.is_whole and found.issues:
        return
    header, *rows = fhir.flat([as_bytes(sent)], FORM)
    assert {len(row) for row in rows} == {len(header)}
    assert len(rows) == len(found.rows)
