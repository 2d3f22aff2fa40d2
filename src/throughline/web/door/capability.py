"""The capability statement of the FHIR address, from what the door offers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from throughline.web.door.answers import FHIR
from throughline.web.door.operation import Operation

# The day from which what is said here holds.
DATE = "2026-11-25"


def capability_statement(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return a CapabilityStatement of FHIR R4."""
    offered = [one for one in operations if one.gives == FHIR]
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": DATE,
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": [FHIR, "json"],
        "software": {"name": "Throughline"},
        "implementation": {
            "description": "Takes laboratory results for contact tracing; gives none out."
        },
        "rest": [
            {
                "mode": "server",
                "documentation": "Results are sent and never read here. Send a Bundle to the base address, or one "
                "resource to its own. A result is taken back by sending it again as entered-in-error, "
                "and all results of a report by sending its DiagnosticReport so with them.",
                "security": {
                    "cors": False,
                    "description": "A key for each sender, in the header Authorization: Bearer.",
                },
                "resource": [
                    {
                        "type": one.resource,
                        "interaction": [{"code": "create", "documentation": one.summary}],
                        "conditionalCreate": False,
                        "versioning": "no-version",
                    }
                    for one in offered
                    if one.resource
                ],
                "interaction": [{"code": code} for one in offered for code in one.interactions],
            }
        ],
    }
