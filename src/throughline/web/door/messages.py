"""Files of any size, kept while they come in; and what became of a message, for its own sender alone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from throughline.core import clock
from throughline.core.context import acting, transaction_as
from throughline.core.errors import NotFound
from throughline.core.roles import Role
from throughline.intake.actions import store
from throughline.intake.actions.manifests import declare_count
from throughline.intake.parsing.fhir.issues import Refused
from throughline.intake.queries.keys import KnownKey
from throughline.intake.queries.mappings import mapping_of_format
from throughline.intake.queries.own import own_receipt
from throughline.web.door.answers import JSON, answer
from throughline.web.door.bodies import (
    check_media_type,
    manifest_of,
    media_type,
    message_id,
    pieces,
    small,
)
from throughline.web.door.denied import denied
from throughline.web.door.guard import for_senders

HL7 = ("x-application/hl7-v2+er7", "application/hl7-v2")
TABLES = (
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/zip",
    "application/gzip",
)
MEDIA = (*TABLES, *HL7)
HL7_MAPPING = "hl7-oru"


@for_senders("POST")
def messages(request: HttpRequest, key: KnownKey) -> HttpResponse:
    """Take a file: CSV, XLSX, HL7 v2, or CSV in ZIP or gzip. It is stored whole or not at all."""
    check_media_type(request, MEDIA)
    at = clock.now()
    mapping = key.mapping
    if media_type(request) in HL7:
        mapping = mapping_of_format(key.mapping, "hl7", otherwise=HL7_MAPPING).id
    manifest = manifest_of(request)
    stored = store(
        sender_code=key.sender,
        chunks=pieces(request),
        message_id=message_id(request),
        name="",
        mapping=mapping,
        manifest=manifest,
        by=key.id,
        at=at,
    )
    location = {"Location": f"/messages/{stored.message_ref}"}
    if stored.state == "conflict":
        refusal = denied(
            409,
            "conflict",
            f"The same id came before with other content. This one is kept aside as message {stored.message_ref} "
            "until a person decides; send other content under an id of its own.",
        )
        refusal.headers = location
        raise refusal
    if stored.state == "refused":
        refusal = denied(
            422, "invariant", f"{stored.refused} It is kept as message {stored.message_ref}."
        )
        refusal.headers = location
        raise refusal
    told = {
        "message": str(stored.message_ref),
        "already": stored.already,
        "state": stored.state,
        "receipt": location["Location"],
    }
    return answer(told, status=200 if stored.already else 202, headers=location)


@for_senders("POST")
def declared(request: HttpRequest, key: KnownKey) -> HttpResponse:
    """Take a count of what the caller sent in a day or an hour, to be compared with what arrived."""
    check_media_type(request, (JSON,))
    try:
        told = Count.model_validate_json(small(request))
    except (Refused, ValidationError):
        raise denied(
            422,
            "structure",
            'The body is no count: send {"day": "2020-10-02", "hour": 9, "rows": 1200}, without hour for a whole day.',
        ) from None
    with transaction_as(Role.INTAKE):
        declare_count(
            sender_code=key.sender,
            day=told.day,
            hour=told.hour,
            rows=told.rows,
            by=key.id,
            at=clock.now(),
        )
    return answer(told.model_dump(mode="json"), status=202)


class Count(BaseModel):
    """How many rows a sender says it sent in a local day, or in one hour of it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    day: Annotated[date, Field(strict=False)]
    hour: Annotated[int, Field(ge=0, le=23)] | None = None
    rows: Annotated[int, Field(ge=0)]


@for_senders("GET")
def receipt(request: HttpRequest, key: KnownKey, ref: UUID) -> HttpResponse:
    """Say what became of a message of the caller's own; another's and one that is not there look the same."""
    with transaction_as(Role.INTAKE), acting(Role.INTAKE, sender=key.sender_id):
        found = own_receipt(ref, sender_id=key.sender_id)
    if found is None:
        raise NotFound
    return answer(asdict(found))
