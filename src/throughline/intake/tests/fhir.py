"""FHIR resources of an invented laboratory, as its system would send them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def patient(number: int = 1, **more: Any) -> Json:
    """A person with a name, a birth date, a telephone and an address."""
    return {
        "resourceType": "Patient",
        "name": [
            {"use": "old", "family": "Formerly"},
            {"use": "official", "family": f"Family{number}", "given": ["Ada", "May"]},
        ],
        "birthDate": f"19{50 + number % 50}-05-06",
        "gender": "female",
        "telecom": [{"system": "phone", "value": f"077009{number:05}"}],
        "address": [
            {"use": "home", "line": [f"Flat {number}", "4 Larkspindle Way"], "city": "Zexmouth", "postalCode": "ZX1 2AB"}
        ],
        **more,
    }  # fmt: skip


def observation(number: int = 1, *, subject: str = "urn:uuid:p1", **more: Any) -> Json:
    """A positive PCR."""
    return {
        "resourceType": "Observation",
        "identifier": [{"system": "https://lab.example/reports", "value": f"r{number}"}],
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "laboratory"}]}],
        "code": {"coding": [{"system": LOINC, "code": "94500-6"}]},
        "subject": {"reference": subject},
        "effectiveDateTime": "2020-10-01T09:00:00+01:00",
        "issued": "2020-10-02T09:00:00Z",
        "valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "260373001"}]},
        **more,
    }


def answer(code: str, value: Mapping[str, Any], *, subject: str = "urn:uuid:p1") -> Json:
    """An Observation that answers a question about somebody."""
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": subject},
        **value,
    }


def alone(number: int = 1, **more: Any) -> Json:
    """An Observation with its Patient contained."""
    return observation(number, contained=[patient(number, id="p1")]) | {
        "subject": {"reference": "#p1"},
        **more,
    }


def bundle(
    *resources: Json, type: str = "transaction", urls: Mapping[int, str] | None = None
) -> Json:
    """A Bundle; each resource has the address `urn:uuid:` and its id, or the one given by its place."""
    entries = []
    for number, one in enumerate(resources):
        entry: Json = {"resource": one}
        entry["fullUrl"] = (urls or {}).get(number) or f"urn:uuid:x{number}"
        if type in ("transaction", "batch"):
            entry["request"] = {"method": "POST", "url": one.get("resourceType", "Observation")}
        entries.append(entry)
    return {"resourceType": "Bundle", "type": type, "entry": entries}


def one_and(*resources: Json, type: str = "transaction") -> Json:
    """A Bundle of a Patient known as urn:uuid:p1 and what is said of them."""
    return bundle(patient(), *resources, type=type, urls={0: "urn:uuid:p1"})


def as_bytes(resource: Json) -> bytes:
    """Return what is sent."""
    return json.dumps(resource).encode()
