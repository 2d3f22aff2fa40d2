"""One thing that senders' machines may ask of the door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

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
    # Of FHIR: the resource that is created here, or the interactions of the whole.
    resource: str = ""
    interactions: tuple[str, ...] = ()
    # The shape of a good answer that is no FHIR, by its name in the document.
    schema: str = ""
