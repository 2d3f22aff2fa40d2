"""What the door says of itself is what it does."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from throughline.web.door.operations import OPERATIONS
from throughline.web.door.tests.conftest import Machine

pytestmark = pytest.mark.django_db


def test_the_capability_statement_is_fhir_and_names_what_is_taken(lab: Machine) -> None:
    from fhir.resources.R4B.capabilitystatement import CapabilityStatement

    found = Client().get("/fhir/metadata")
    assert found["Content-Type"].startswith("application/fhir+json")
    told = CapabilityStatement.model_validate(found.json())
    assert {one.type for one in told.rest[0].resource} == {"Observation", "DiagnosticReport"}
    assert {one.code for one in told.rest[0].interaction} == {"transaction", "batch"}


def test_an_outcome_is_fhir(lab: Machine) -> None:
    from fhir.resources.R4B.operationoutcome import OperationOutcome

    OperationOutcome.model_validate(lab.post("/fhir", {}).json())


def test_the_openapi_document_has_every_address_with_its_types_and_answers(lab: Machine) -> None:
    told = Client().get("/openapi.json").json()
    assert told["openapi"] == "3.1.0"
    for one in OPERATIONS:
        operation = told["paths"][re.sub(r"<\w+:(\w+)>", r"{\1}", one.address)][one.method.lower()]
        assert set(operation["responses"]) == {str(status) for status in one.answers}
        assert set(operation.get("requestBody", {}).get("content", {})) == set(one.takes)
    named = set(re.findall(r"#/components/schemas/(\w+)", str(told)))
    assert named <= set(told["components"]["schemas"])
    assert {"places", "faults", "state"} <= set(
        told["components"]["schemas"]["OwnReceipt"]["properties"]
    )


def test_a_receipt_has_the_shape_that_the_document_says(lab: Machine) -> None:
    from throughline.intake.tests.world import as_csv, row

    sent = lab.post("/messages", as_csv([row(1)]), media="text/csv")
    shape = Client().get("/openapi.json").json()["components"]["schemas"]
    assert set(lab.get(sent["Location"]).json()) == set(shape["OwnReceipt"]["properties"])
    assert set(sent.json()) == set(shape["Stored"]["properties"])
