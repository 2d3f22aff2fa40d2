"""The paths by which a mapping names what it takes from a result: `Patient.name[official].family`.

| written | means |
|---|---|
| `Observation`, `Patient`, `Specimen`, `DiagnosticReport` | the result itself, whose it is, what was tested, the report that lists it |
| `Observation[65222-2]` | another Observation of the same person in the same message, by a code of its `code`: an answer |
| `.family` | an element; of a list, the first item that has the rest of the path |
| `.value`, `.effective`, `.collected` | an element of several types, whichever was sent: `valueString`, `effectiveDateTime` … |
| `[http://loinc.org]`, `[phone]`, `[home]` | of a list, the items whose `system`, `use` or `url` this is, or one of whose codes it is |
| `[0]` | of a list, the item at that place |

At the path's end: a list of texts is put together with spaces; of a CodeableConcept comes the first code, else its text;
of a Quantity the number; of a Period its start; of an Identifier its value.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from throughline.intake.parsing.fhir.document import Json
from throughline.intake.parsing.fhir.results import Result

ROOTS = ("Observation", "Patient", "Specimen", "DiagnosticReport")
Read = Callable[[Result], str]

_STEP = re.compile(r"([A-Za-z][A-Za-z0-9]*)((?:\[[^\[\]]+\])*)(?:\.|$)")
_KEY = re.compile(r"\[([^\[\]]+)\]")


class BadPath(ValueError):
    """A path that says nothing."""


class Step(NamedTuple):
    """One element of a path and what picks among its items."""

    name: str
    keys: tuple[str, ...]


def steps_of(path: str) -> tuple[Step, ...]:
    """Return a path's steps, its root first. Raises BadPath, with a sentence, for what is no path."""
    found, at = [], 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            break
        found.append(Step(step[1], tuple(_KEY.findall(step[2]))))
        at = step.end()
    if at < len(path) or path.endswith(".") or not found or found[0].name not in ROOTS:
        raise BadPath(
            f"{path!r} is no path into a FHIR message; one is such as Patient.name.family, and begins with "
            f"{', '.join(ROOTS)}."
        )
    return tuple(found)


def question_of(path: str) -> str | None:
    """Return the code of the answer that a path reads, or None when it reads the result itself."""
    root = steps_of(path)[0]
    return root.keys[0] if root.name == "Observation" and root.keys else None


def reader(path: str) -> Read:
    """Return the function that reads a path from a result; empty where nothing is said."""
    (name, keys), *rest = steps_of(path)
    if name == "Observation" and keys:
        code = keys[0]
        return lambda result: _walk(result.answers.get(code), rest, 0)
    return lambda result: _walk(result.roots.get(name), rest, 0)


def as_fhirpath(path: str) -> str:
    """Return the path as FHIRPath says it, for an OperationOutcome: `coding.where(system='…')`."""
    said = []
    for name, keys in steps_of(path):
        said.append(name + "".join(f"[{key}]" if key.isdigit() else _where(key) for key in keys))
    return ".".join(said)


def _where(key: str) -> str:
    if ":" in key:
        return f".where(system='{key}')"
    return f".where(use='{key}')" if key.isalpha() else f".where(code.coding.code='{key}')"


def _walk(node: Any, steps: list[Step], at: int) -> str:
    if node is None:
        return ""
    if isinstance(node, list):
        if at == len(steps) and all(isinstance(one, str) for one in node):
            return " ".join(node)
        return next((found for one in node if (found := _walk(one, steps, at))), "")
    if at == len(steps):
        return _text(node)
    if not isinstance(node, dict):
        return ""
    name, keys = steps[at]
    value = node.get(name)
    if value is None:
        value = _of_any_type(node, name)
    for key in keys:
        value = _picked(value, key)
    return _walk(value, steps, at + 1)


def _of_any_type(node: Json, name: str) -> Any:
    long = len(name)
    return next(
        (v for k, v in node.items() if k.startswith(name) and k[long : long + 1].isupper()), None
    )


def _picked(value: Any, key: str) -> Any:
    items = value if isinstance(value, list) else [value]
    if key.isdigit():
        return items[int(key)] if int(key) < len(items) else None
    return [one for one in items if isinstance(one, dict) and _fits(one, key)]


def _fits(item: Json, key: str) -> bool:
    if key in (item.get("system"), item.get("use"), item.get("url")):
        return True
    code = item.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    return isinstance(codings, list) and any(
        isinstance(one, dict) and one.get("code") == key for one in codings
    )


def _text(node: Any) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, bool):
        return "true" if node else "false"
    if isinstance(node, (int, float)):
        return repr(node)
    if isinstance(node, dict):
        for key in ("coding", "code", "value", "start", "text", "display"):
            if found := _walk(node.get(key), [], 0):
                return found
    return ""
