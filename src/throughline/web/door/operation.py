"""One thing that senders' machines may ask of the door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from django.http import HttpResponse


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An address with a method: what it takes, what it gives, and every status that it answers."""

    name: str
    method: str
    # As Django writes it: /messages/<uuid:ref>
    address: str
    view: Callable[..., HttpResponse]
    summary: str
    gives: str
    answers: Mapping[int, str]
    takes: tuple[str, ...] = ()
    # Headers of its own, and what each says.
    headers: Mapping[str, str] = field(default_factory=dict)
    # Of FHIR: the resource that is created here, or the interactions of the whole.
    resource: str = ""
    interactions: tuple[str, ...] = ()
    # The shape of a good answer that is no FHIR, by its name in the document.
    schema: str = ""
    # The shape of what is sent, where it is one of the document's.
    asks: str = ""
