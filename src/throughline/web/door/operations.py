"""What the door offers, said once: its addresses, its OpenAPI document and its capability statement come from here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from throughline.web.door import fhir, messages
from throughline.web.door.answers import FHIR, JSON, answer
from throughline.web.door.capability import capability_statement
from throughline.web.door.openapi import document
from throughline.web.door.operation import Operation

_ALWAYS = {
    401: "No key, or one that opens nothing (any more).",
    429: "More requests than the key may make in a minute; Retry-After says when to send it again.",
    500: "A fault of the service's.",
    503: "Nothing was kept; Retry-After says when to send it again.",
}
_BODY = {
    **_ALWAYS,
    400: "The body did not come whole, and nothing of it is kept; or a header holds what it cannot.",
    408: "The body came too slowly: 64 KB are given 30 seconds. Nothing of it is kept.",
    409: "The same id came with other content before. It is kept aside until a person decides.",
    411: "The request says nothing of its body's length, or is chunked without a Content-Digest.",
    415: "A body of another type.",
}
_RESOURCE = {
    **_BODY,
    200: "The same had been stored before.",
    202: "Stored and committed. What became of it is at the address in Location.",
    413: "Larger than a message may be.",
    422: "Something is wrong with it, and the outcome says what and where. It is kept, and seen by a person.",
}

OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="door-bundle",
        method="POST",
        address="/fhir",
        view=fhir.bundles,
        summary="Send a Bundle of results",
        takes=fhir.MEDIA,
        gives=FHIR,
        interactions=("transaction", "batch"),
        answers={
            **_RESOURCE,
            200: "A transaction or batch: a response Bundle that says of each entry what became of it. "
            "Of a message or collection: the same had been stored before.",
        },
    ),
    Operation(
        name="door-observation",
        method="POST",
        address="/fhir/Observation",
        view=fhir.observation,
        summary="Send one Observation, its Patient contained",
        takes=fhir.MEDIA,
        gives=FHIR,
        resource="Observation",
        answers=_RESOURCE,
    ),
    Operation(
        name="door-report",
        method="POST",
        address="/fhir/DiagnosticReport",
        view=fhir.report,
        summary="Send one DiagnosticReport, its Observations and Patient contained",
        takes=fhir.MEDIA,
        gives=FHIR,
        resource="DiagnosticReport",
        answers=_RESOURCE,
    ),
    Operation(
        name="door-messages",
        method="POST",
        address="/messages",
        view=messages.messages,
        summary="Send a file of any size: CSV, XLSX, HL7 v2, or CSV in ZIP or gzip",
        takes=messages.MEDIA,
        gives=JSON,
        answers={
            **_BODY,
            200: "The same had been stored before.",
            202: "Stored and committed.",
            422: "Its bytes are not those of its Content-Digest. It is kept, and nothing of it is taken.",
        },
        schema="Stored",
        headers={
            "Declared-Rows": "How many rows are in it; it is refused whole when there are others.",
            "Content-Digest": "The SHA-256 of its bytes (RFC 9530), as sha-256=:BASE64:; a chunked body needs it.",
        },
    ),
    Operation(
        name="door-declared",
        method="POST",
        address="/declared",
        view=messages.declared,
        summary="Say how many rows you sent in a day or an hour, to be compared with what arrived",
        takes=(JSON,),
        gives=JSON,
        answers={
            **{status: words for status, words in _BODY.items() if status != 409},
            202: "Kept. Said again, it is said anew.",
            422: "No count, or of a day that is too long ago or still to come.",
        },
        schema="Count",
        asks="Count",
    ),
    Operation(
        name="door-receipt",
        method="GET",
        address="/messages/<uuid:ref>",
        view=messages.receipt,
        summary="Ask what became of a message of your own",
        gives=JSON,
        answers={**_ALWAYS, 200: "Where its rows are, and what is wrong with those in quarantine.", 404: "None of yours."},
        schema="OwnReceipt",
    ),
)  # fmt: skip


@require_safe
def metadata(request: HttpRequest) -> HttpResponse:
    """Say in FHIR what is taken here."""
    return answer(capability_statement(OPERATIONS), media=FHIR)


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe every address, for people and for the programs that make clients."""
    return answer(document(OPERATIONS))


def addresses() -> Iterator[URLPattern]:
    """Yield the door's addresses."""
    for one in OPERATIONS:
        yield path(one.address.removeprefix("/"), one.view, name=one.name)
    open_to_all: tuple[tuple[str, Callable[..., HttpResponseBase], str], ...] = (
        ("fhir/metadata", metadata, "door-metadata"),
        ("openapi.json", openapi, "door-openapi"),
    )
    for address, view, name in open_to_all:
        yield path(address, view, name=name)
