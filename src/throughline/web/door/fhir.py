"""Results as FHIR R4: judged as the worker will read them, kept whatever they are, and answered once they are kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.http import HttpRequest, HttpResponse

from throughline.core import clock
from throughline.definitions.forms.mapping import Mapping
from throughline.definitions.queries import Stored as Definition
from throughline.intake.actions import Stored, store
from throughline.intake.parsing.fhir.bundles import ONE_BY_ONE
from throughline.intake.parsing.fhir.issues import Issue, Refused
from throughline.intake.queries.keys import KnownKey
from throughline.intake.queries.mappings import mapping_of_format
from throughline.intake.unpacking.fhir import Judged, judged
from throughline.web.door.answers import FHIR, JSON, answer, outcome
from throughline.web.door.bodies import check_media_type, message_id, small
from throughline.web.door.denied import Denied, denied
from throughline.web.door.guard import for_senders

MEDIA = (FHIR, JSON)
MAPPING = "fhir-r4"


@for_senders("POST", speaks_fhir=True)
def bundles(request: HttpRequest, key: KnownKey) -> HttpResponse:
    """Take a Bundle: `transaction`, `message` and `collection` whole or not at all, `batch` entry by entry."""
    return _take(request, key, kind="Bundle")


@for_senders("POST", speaks_fhir=True)
def observation(request: HttpRequest, key: KnownKey) -> HttpResponse:
    """Take one Observation with its Patient contained."""
    return _take(request, key, kind="Observation")


@for_senders("POST", speaks_fhir=True)
def report(request: HttpRequest, key: KnownKey) -> HttpResponse:
    """Take one DiagnosticReport with its Observations and its Patient contained."""
    return _take(request, key, kind="DiagnosticReport")


def _take(request: HttpRequest, key: KnownKey, *, kind: str) -> HttpResponse:
    check_media_type(request, MEDIA)
    own_id = message_id(request)
    try:
        data = small(request)
    except Refused as refused:
        raise Denied(413, *refused.issues) from None
    mapping = mapping_of_format(key.mapping, "fhir", otherwise=MAPPING)
    at = clock.now()
    found: Judged | None = None
    refusal: tuple[Issue, ...] = ()
    try:
        found = judged(
            data,
            cast(Mapping, mapping.form),
            received_at=at,
            allow_drama_numbers=key.accepts_drama_numbers,
        )
        refusal = _whole_refusal(found, kind)
    except Refused as refused:
        refusal = refused.issues
    stored = store(
        sender_code=key.sender,
        chunks=[data],
        message_id=own_id,
        name=f"{kind}.json",
        mapping=_name(mapping),
        refused=refusal[0].sentence if refusal else "",
        by=key.id,
        at=at,
    )
    if stored.state == "conflict":
        raise _conflict(stored)
    if refusal or found is None:
        raise Denied(422, *refusal, _kept(stored), headers=_location(stored))
    if found.parcel.type in ("transaction", ONE_BY_ONE):
        return _of_entries(found, stored)
    if found.issues:
        raise Denied(422, *found.issues, _quarantined(stored), headers=_location(stored))
    return answer(
        outcome([_accepted(stored)], severity="information"),
        status=200 if stored.already else 202,
        media=FHIR,
        headers=_location(stored),
    )


def _whole_refusal(found: Judged, kind: str) -> tuple[Issue, ...]:
    """Why all of a message is refused; nothing when its faults are those of single rows."""
    is_bundle = bool(found.parcel.type)
    sent = "Bundle" if is_bundle else str(found.parcel.entries[0].resource["resourceType"])
    if sent != kind:
        return (
            Issue(
                code="invalid",
                expression="resourceType",
                sentence=f"This address is for resources of type {kind}, and one of type {sent} came: send it to "
                f"/fhir{'' if is_bundle else f'/{sent}'}.",
            ),
        )
    return found.issues if found.parcel.is_whole else ()


def _of_entries(found: Judged, stored: Stored) -> HttpResponse:
    """Answer a transaction or a batch with a Bundle that says of each entry what became of it."""
    wrong: dict[int | None, list[Issue]] = {}
    for entry, issues in found.rows:
        wrong.setdefault(entry, []).extend(issues)
    entries = [_entry(wrong.get(entry.number, ()), stored) for entry in found.parcel.entries]
    bundle = {
        "resourceType": "Bundle",
        "type": f"{found.parcel.type}-response",
        "entry": entries,
    }
    return answer(bundle, media=FHIR, headers=_location(stored))


def _entry(issues: Iterable[Issue], stored: Stored) -> dict[str, Any]:
    told = tuple(issues)
    if told:
        return {
            "response": {
                "status": "422 Unprocessable Entity",
                "outcome": outcome([*told, _quarantined(stored)]),
            }
        }
    return {"response": {"status": "200 OK" if stored.already else "202 Accepted"}}


def _name(mapping: Definition) -> str:
    return mapping.id


def _location(stored: Stored) -> dict[str, str]:
    return {"Location": f"/messages/{stored.message_ref}"}


def _accepted(stored: Stored) -> Issue:
    before = "It had been stored before" if stored.already else "It is stored"
    return Issue(
        code="informational",
        sentence=f"{before} as message {stored.message_ref}; /messages/{stored.message_ref} says what became of it.",
    )


def _quarantined(stored: Stored) -> Issue:
    return Issue(
        code="processing",
        sentence=f"It is kept in quarantine, in message {stored.message_ref}, where a person sees it; send it again "
        "when it is mended.",
    )


def _kept(stored: Stored) -> Issue:
    return Issue(
        code="processing",
        sentence=f"Nothing of it was taken. It is kept as message {stored.message_ref}; send it again when it is "
        "mended.",
    )


def _conflict(stored: Stored) -> Denied:
    refusal = denied(
        409,
        "conflict",
        f"The same id came before with other content. This one is kept aside as message {stored.message_ref} until "
        "a person decides; a corrected result is sent under an id of its own.",
    )
    refusal.headers = _location(stored)
    return refusal
