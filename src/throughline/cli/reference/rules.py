"""Kinds of definition with their keys, and the shipped outcomes and protocols in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from throughline.cli.reference.pages import table
from throughline.definitions import load
from throughline.definitions.words import in_words

WORDS: dict[Any, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
    date: "date",
}


def kind_lines() -> Iterator[str]:
    """Yield a section for each kind: its keys, and the definitions that are shipped."""
    yield "A definition is a TOML file. Its head, `[definition]`:"
    yield ""
    yield from _keys(load.Head)
    shipped = load.shipped()
    for kind in load.KINDS:
        form = load.form_of(kind)
        yield f"## {kind}"
        yield ""
        yield (form.__doc__ or "").strip()
        yield ""
        for part in _parts(form):
            yield f"### {kind}: {part.__name__}"
            yield ""
            yield (part.__doc__ or "").strip()
            yield ""
            yield from _keys(part)
        yield "Shipped:"
        yield ""
        yield from table(
            ("id", "version", "from", "title"),
            [
                (one.id, str(one.version), one.valid_from.isoformat(), one.title)
                for one in shipped
                if one.kind == kind
            ],
        )


def outcome_lines() -> Iterator[str]:
    """Yield each shipped list of outcomes."""
    return _words("outcomes", ("outcome", "what it does"))


def protocol_lines() -> Iterator[str]:
    """Yield each shipped protocol, version by version."""
    return _words("protocol", ("asked", "ruled"))


def _words(kind: str, head: tuple[str, str]) -> Iterator[str]:
    for one in load.shipped():
        if one.kind != kind:
            continue
        yield f"## {one.title} ({one.id}, version {one.version})"
        yield ""
        opened = "cases opened from then on" if one.applies_to == "new" else "open cases too"
        yield f"In force from {one.valid_from.isoformat()}, for {opened}. {one.reason}"
        yield ""
        yield from table(head, in_words(one.form))


def _parts(form: type[BaseModel]) -> list[type[BaseModel]]:
    """Return the form and every form inside it, each once."""
    found: list[type[BaseModel]] = []
    waiting: list[type[BaseModel]] = [form]
    while waiting:
        one = waiting.pop(0)
        if one in found:
            continue
        found.append(one)
        for field in one.model_fields.values():
            waiting.extend(_forms_in(field.annotation))
    return found


def _forms_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [form for inner in get_args(annotation) for form in _forms_in(inner)]


def _keys(form: type[BaseModel]) -> list[str]:
    return table(
        ("key", "kind of value", "when left out"),
        [
            (f"`{name}`", _type(field), _left_out(field))
            for name, field in form.model_fields.items()
        ],
    )


def _left_out(field: FieldInfo) -> str:
    if field.is_required():
        return "needed"
    default = field.get_default(call_default_factory=True)
    if default is None or default in ("", (), {}):
        return "nothing"
    return ", ".join(map(str, default)) if isinstance(default, tuple) else str(default).lower()


def _type(field: FieldInfo) -> str:
    return _named(field.annotation)


def _named(annotation: Any) -> str:
    """Name a type as a reader would: forms by their own name, which has a section."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _named(inner[0])
    if origin is Literal:
        return " or ".join(str(one) for one in inner)
    if origin in (Union, UnionType):
        return " or ".join(_named(one) for one in inner if one is not type(None))
    if origin is tuple:
        return f"list of {_named(inner[0])}"
    if origin is not None and issubclass(origin, Mapping):
        return f"table of {_named(inner[1])}"
    return WORDS.get(annotation, getattr(annotation, "__name__", str(annotation)))
