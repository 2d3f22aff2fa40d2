"""What the door answers: an OperationOutcome to who speaks FHIR, problem details (RFC 9457) to others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from django.http import HttpResponse

from throughline.intake.parsing.fhir.issues import Issue

FHIR = "application/fhir+json"
JSON = "application/json"
PROBLEM = "application/problem+json"
MOST_ISSUES = 50


def answer(
    body: Mapping[str, Any],
    *,
    status: int = 200,
    media: str = JSON,
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a JSON answer."""
    return HttpResponse(
        orjson.dumps(body, option=orjson.OPT_UTC_Z),
        status=status,
        content_type=f"{media}; charset=utf-8",
        headers=dict(headers or {}),
    )


def outcome(issues: Iterable[Issue], *, severity: str = "error") -> dict[str, Any]:
    """Return an OperationOutcome of FHIR R4."""
    told = [_issue(issue, severity) for issue in list(issues)[:MOST_ISSUES]]
    return {"resourceType": "OperationOutcome", "issue": told}


def problem(status: int, issues: Iterable[Issue]) -> dict[str, Any]:
    """Return problem details."""
    first, *_ = issues
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": first.code,
        "detail": first.sentence,
    }


def _issue(issue: Issue, severity: str) -> dict[str, Any]:
    told: dict[str, Any] = {
        "severity": severity,
        "code": issue.code,
        "details": {"text": issue.sentence},
        "diagnostics": issue.sentence,
    }
    if issue.expression:
        told["expression"] = [issue.expression]
    return told
