"""The OpenAPI document, from what the door offers and from the very classes that it answers with."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from pydantic import TypeAdapter

from throughline.intake.queries.own import OwnReceipt
from throughline.web.door.answers import FHIR, PROBLEM
from throughline.web.door.messages import Count
from throughline.web.door.operation import Operation

_PARAMETER = re.compile(r"<(\w+):(\w+)>")
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Your own id of the message: sent again with it, the same message is stored once. Without one "
    "the content is the id.",
    "schema": {"type": "string", "maxLength": 200},
}
_STORED = {
    "type": "object",
    "required": ["message", "already", "state", "receipt"],
    "properties": {
        "message": {"type": "string", "format": "uuid"},
        "already": {"type": "boolean", "description": "The same message had been stored before."},
        "state": {"type": "string", "enum": ["stored", "parsing", "parsed", "refused"]},
        "receipt": {"type": "string", "description": "Where to ask what became of it."},
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "FHIR's code of the kind of issue."},
        "detail": {"type": "string", "description": "What happened, what is allowed, what to do."},
    },
}
_RESOURCE = {
    "type": "object",
    "required": ["resourceType"],
    "properties": {"resourceType": {"type": "string"}},
    "description": "A resource of FHIR R4 (4.0.1), as JSON.",
}


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return an OpenAPI 3.1 document."""
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        address = _PARAMETER.sub(r"{\2}", one.address)
        paths.setdefault(address, {})[one.method.lower()] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Throughline, the senders' door",
            "version": "1",
            "description": "Results of laboratories and others. A message is stored whole and committed before it is "
            "acknowledged; it is read after that, and its receipt says where each row is.",
        },
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "OwnReceipt": TypeAdapter(OwnReceipt).json_schema(mode="serialization"),
                "Stored": _STORED,
                "Count": Count.model_json_schema(),
                "Problem": _PROBLEM,
                "Resource": _RESOURCE,
            },
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    schema: dict[str, str]
    told: dict[str, Any] = {
        "operationId": one.name,
        "summary": one.summary,
        "parameters": [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": {"type": "string", "format": kind},
            }
            for kind, name in _PARAMETER.findall(one.address)
        ],
        "responses": {
            str(status): _response(one, status, words)
            for status, words in sorted(one.answers.items())
        },
    }
    if one.takes:
        if one.gives == FHIR or one.asks:
            schema = _ref(one.asks or "Resource")
        else:
            schema = {"type": "string", "format": "binary"}
        if not one.asks:
            told["parameters"].append(_KEY)
        told["parameters"] += [
            {
                "name": name,
                "in": "header",
                "required": False,
                "description": words,
                "schema": {"type": "string"},
            }
            for name, words in one.headers.items()
        ]
        told["requestBody"] = {
            "required": True,
            "content": {media: {"schema": schema} for media in one.takes},
        }
    return told


def _response(one: Operation, status: int, words: str) -> dict[str, Any]:
    if one.gives == FHIR:
        media, schema = FHIR, "Resource"
    elif status < HTTPStatus.BAD_REQUEST:
        media, schema = one.gives, one.schema
    else:
        media, schema = PROBLEM, "Problem"
    return {"description": words, "content": {media: {"schema": _ref(schema)}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
