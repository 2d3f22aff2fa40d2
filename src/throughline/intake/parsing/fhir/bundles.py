"""A message's resources, each with its place, and the way from a reference to what it means."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from throughline.intake.parsing.fhir.document import Json
from throughline.intake.parsing.fhir.issues import Issue, Refused

WHOLE = ("transaction", "message", "collection")
"""Bundles that are taken whole or not at all."""

ONE_BY_ONE = "batch"
METHODS = ("POST", "PUT")
ALONE = ("Observation", "DiagnosticReport")
"""What may be sent without a Bundle; the persons are then contained in it."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One resource: its number in its Bundle (or None), its place as a FHIRPath, and what else is wrong with it."""

    number: int | None
    place: str
    resource: Json
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A message: the type of its Bundle (empty for a resource alone), its entries, and what references mean."""

    type: str
    entries: tuple[Entry, ...]
    known: dict[str, Json]

    @property
    def is_whole(self) -> bool:
        """Whether one fault refuses all of it."""
        return self.type in WHOLE

    def find(self, reference: Any, within: Json) -> Json | None:
        """Return what a Reference of a resource points at, within this message; None when it is not there."""
        target = reference.get("reference") if isinstance(reference, dict) else None
        if not isinstance(target, str):
            return None
        if target.startswith("#"):
            named = [one for one in contained(within) if one.get("id") == target[1:]]
            return named[0] if len(named) == 1 else None
        return self.known.get(target.split("/_history/", 1)[0])


def contained(resource: Json) -> list[Json]:
    """Return the resources within a resource."""
    found = resource.get("contained")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def parcel(document: Json) -> Parcel:
    """Take a message apart. Raises Refused for one that holds no entries that could be taken."""
    kind = document.get("resourceType")
    if kind in ALONE:
        entry = Entry(number=None, place=str(kind), resource=document)
        return Parcel(type="", entries=(entry,), known={})
    if kind != "Bundle":
        told = f"a {kind[:40]}" if isinstance(kind, str) else "of no type that is said"
        raise Refused(
            Issue(
                code="not-supported",
                expression="resourceType",
                sentence=f"The message is {told}; a Bundle, an {ALONE[0]} and a {ALONE[1]} are taken.",
            )
        )
    type_, entries = document.get("type"), document.get("entry")
    if type_ not in (*WHOLE, ONE_BY_ONE):
        allowed = ", ".join((*WHOLE, ONE_BY_ONE))
        raise Refused(
            Issue(
                code="code-invalid",
                expression="Bundle.type",
                sentence=f"Bundle.type is {str(type_)[:40]!r}; {allowed} are taken.",
            )
        )
    if not isinstance(entries, list) or not entries:
        raise Refused(
            Issue(
                code="required",
                expression="Bundle.entry",
                sentence="Bundle.entry holds nothing: send at least one Observation with its Patient.",
            )
        )
    found = tuple(_entries(entries, type_))
    return Parcel(type=type_, entries=found, known=_known(entries))


def _entries(entries: list[Any], type_: str) -> Iterator[Entry]:
    for number, entry in enumerate(entries):
        place = f"Bundle.entry[{number}].resource"
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            issue = Issue(
                code="required",
                expression=place,
                sentence=f"{place} is no resource: give it, or leave the entry out.",
            )
            yield Entry(number=number, place=place, resource={}, issues=(issue,))
            continue
        yield Entry(
            number=number,
            place=place,
            resource=resource,
            issues=tuple(_request(entry, type_, number)),
        )


def _request(entry: Json, type_: str, number: int) -> Iterator[Issue]:
    """A transaction and a batch say what is to be done with each entry."""
    if type_ not in ("transaction", ONE_BY_ONE):
        return
    request = entry.get("request")
    method = request.get("method") if isinstance(request, dict) else None
    if method not in METHODS:
        place = f"Bundle.entry[{number}].request.method"
        yield Issue(
            code="not-supported" if method else "required",
            expression=place,
            sentence=f"{place} is {str(method)[:20]!r}; POST and PUT are taken. A result is taken back by "
            "sending it again with status entered-in-error.",
        )


def _known(entries: list[Any]) -> dict[str, Json]:
    """Each resource under its full address and under Type/id. A name that two have is nobody's."""
    found: dict[str, Json] = {}
    twice: set[str] = set()
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict):
            continue
        for name in _names(entry, resource):
            if found.setdefault(name, resource) is not resource:
                twice.add(name)
    return {name: resource for name, resource in found.items() if name not in twice}


def _names(entry: Json, resource: Json) -> set[str]:
    kind, given, full = resource.get("resourceType"), resource.get("id"), entry.get("fullUrl")
    names = {f"{kind}/{given}"} if isinstance(given, str) else set()
    if isinstance(full, str):
        names.add(full)
        if not full.startswith("urn:"):
            names.add("/".join(full.rsplit("/", 2)[-2:]))
    return names
