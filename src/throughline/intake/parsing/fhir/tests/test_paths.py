"""The path language of mappings, a case for each line of its table."""

from __future__ import annotations

import pytest

from throughline.intake.parsing.fhir.paths import (
    BadPath,
    as_fhirpath,
    question_of,
    reader,
    steps_of,
)
from throughline.intake.parsing.fhir.results import Result
from throughline.intake.tests.fhir import LOINC, observation, patient

PERSON = patient(
    telecom=[{"system": "email", "value": "a@b.example"}, {"system": "phone", "use": "mobile", "value": "1"}],
    extension=[{"url": "https://x.example/ward", "valueString": "Seven"}],
)  # fmt: skip
RESULT = Result(
    entry=None,
    place="Observation",
    roots={
        "Patient": PERSON,
        "Observation": observation(
            effectivePeriod={"start": "2020-10-01"},
            component=[
                {"code": {"coding": [{"code": "A"}]}, "valueQuantity": {"value": 3.5, "unit": "x"}},
                {"code": {"coding": [{"system": LOINC, "code": "B"}]}, "valueBoolean": False},
            ],
        ),
    },
    answers={"65222-2": {"valueDateTime": "2020-09-28"}},
)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Patient.name.family", "Formerly"),
        ("Patient.name[official].family", "Family1"),
        ("Patient.name.given", "Ada May"),
        ("Patient.address.line[1]", "4 Larkspindle Way"),
        ("Patient.address.line[2]", ""),
        ("Patient.telecom[phone].value", "1"),
        ("Patient.telecom[mobile].value", "1"),
        ("Patient.telecom.value", "a@b.example"),
        ("Patient.extension[https://x.example/ward].value", "Seven"),
        ("Observation.code.coding[http://loinc.org].code", "94500-6"),
        ("Observation.code", "94500-6"),
        ("Observation.value", "260373001"),
        ("Observation.identifier", "r1"),
        ("Observation.component[A].value", "3.5"),
        ("Observation.component[B].value", "false"),
        ("Observation[65222-2].value", "2020-09-28"),
        ("Observation[95419-8].value", ""),
        ("Specimen.collection.collected", ""),
        ("Patient.birthDate.year", ""),
        ("Patient.colour", ""),
    ],
)
def test_a_path_reads(path: str, value: str) -> None:
    assert reader(path)(RESULT) == value


@pytest.mark.parametrize(
    "path",
    ["", "Patient.", ".Patient", "Person.name", "Patient..name", "Patient.name[", "Patient name", "report_id", "Patient.name[]"],
)  # fmt: skip
def test_what_is_no_path_says_so(path: str) -> None:
    with pytest.raises(BadPath, match="is no path into a FHIR message"):
        steps_of(path)


def test_a_question_is_told_by_its_code() -> None:
    assert question_of("Observation[65222-2].value") == "65222-2"
    assert question_of("Observation.value") is None


def test_a_path_is_said_as_fhirpath_to_the_sender() -> None:
    assert as_fhirpath("Patient.identifier[https://x.example].value") == (
        "Patient.identifier.where(system='https://x.example').value"
    )
    assert (
        as_fhirpath("Patient.address[home].line[0]") == "Patient.address.where(use='home').line[0]"
    )
    assert (
        as_fhirpath("Observation[65222-2].value")
        == "Observation.where(code.coding.code='65222-2').value"
    )
