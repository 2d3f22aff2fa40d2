"""Whether a resource has the shape that FHIR R4 gives it, and the codes that every reader must know.

The library checks shapes alone (`status: "banana"` passes it), so that required codes are checked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from throughline.intake.parsing.fhir.document import Json
from throughline.intake.parsing.fhir.issues import Code, Issue

# Required bindings of FHIR R4 (4.0.1) on elements that are read.
STATUS = {
    "Observation": (
        "registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error",
        "unknown",
    ),
    "DiagnosticReport": (
        "registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled",
        "entered-in-error", "unknown",
    ),
    "Specimen": ("available", "unavailable", "unsatisfactory", "entered-in-error"),
}  # fmt: skip
GENDER = ("male", "female", "other", "unknown")
MOST_TOLD = 20
"""Issues of one resource; whoever mends these finds the others."""

# What the library says is said again in words of ours: its own may quote the value, or speak of Python.
_SAID: dict[str, tuple[Code, str]] = {
    "missing": ("required", "is required and not there: give it"),
    "model_field_validation.missing": ("required", "is required and not there: give it"),
    "extra_forbidden": ("structure", "is no element here: correct its name or leave it out"),
    "list_type": ("structure", "is a list in FHIR R4: put it in [ ]"),
    "string_type": ("value", "is a text in FHIR R4: put it in quotes"),
    "string_pattern_mismatch": ("value", "has not the form of its kind in FHIR R4: correct it"),
    "model_validation_format": ("structure", "is an object in FHIR R4: put it in { }"),
    "json_invalid": ("structure", "is an object in FHIR R4: put it in { }"),
}
_OTHERWISE: tuple[Code, str] = (
    "value",
    "has not the form of its kind in FHIR R4 (a moment has a zone, as in 2020-10-02T09:00:00Z): correct it",
)


def check(resource: Json, at: str) -> list[Issue]:
    """Return what is wrong with a resource that stands at a place of its message (a FHIRPath)."""
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not kind.isalpha():
        return [
            Issue(
                code="structure",
                expression=at,
                sentence=f"{at}.resourceType is not there or no word: name the resource's type.",
            )
        ]
    return [*_shape(kind, resource, at), *_codes(kind, resource, at)][:MOST_TOLD]


def _shape(kind: str, resource: Json, at: str) -> Iterator[Issue]:
    model = _model(kind)
    if model is None:
        yield Issue(
            code="not-supported",
            expression=at,
            sentence=f"{at} is a {kind[:40]}, which FHIR R4 does not know: correct its resourceType.",
        )
        return
    try:
        model.model_validate(resource)
    except (
        Exception
    ) as problem:  # the library raises other kinds too, for types that it does not know
        errors = getattr(problem, "errors", None)
        if errors is None:
            yield Issue(
                code="structure",
                expression=at,
                sentence=f"{at} holds something that FHIR R4 does not know: correct it.",
            )
            return
        for error in errors(include_input=False, include_url=False, include_context=False):
            yield _told(error["loc"], error["type"], at)


def _told(place: tuple[str | int, ...], kind: str, at: str) -> Issue:
    code, what = _SAID.get(kind, _OTHERWISE)
    expression = at
    for step in place:
        if isinstance(step, int):
            expression += f"[{step}]"
        elif step != "root":
            expression += f".{step[:60]}"
    return Issue(code=code, expression=expression, sentence=f"{expression} {what}.")


def _codes(kind: str, resource: Json, at: str) -> Iterator[Issue]:
    yield from _code(resource, "status", STATUS.get(kind), at)
    if kind == "Patient":
        yield from _code(resource, "gender", GENDER, at)
    contained = resource.get("contained")
    for number, one in enumerate(contained if isinstance(contained, list) else ()):
        if isinstance(one, dict):
            yield from _codes(str(one.get("resourceType")), one, f"{at}.contained[{number}]")


def _code(
    resource: Json, element: str, allowed: tuple[str, ...] | None, at: str
) -> Iterator[Issue]:
    value = resource.get(element)
    if allowed and isinstance(value, str) and value not in allowed:
        yield Issue(
            code="code-invalid",
            expression=f"{at}.{element}",
            sentence=f"{at}.{element} is {value[:40]!r}; {', '.join(allowed)} are allowed.",
        )


@lru_cache(maxsize=256)
def _model(kind: str) -> Any:
    # Loaded when the first message comes: half a second that no other process need spend.
    from fhir.resources.R4B import get_fhir_model_class

    try:
        return get_fhir_model_class(kind)
    except (ValueError, LookupError):
        return None
