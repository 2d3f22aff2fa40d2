"""Every measure, by id, in the order in which a reader meets them."""

from __future__ import annotations

from throughline.measures.catalogue import (
    attempts,
    cases,
    clock,
    contacts,
    coverage,
    curves,
    holdings,
    intake,
    quality,
    service,
    testing,
    workforce,
)
from throughline.measures.catalogue.history import with_history
from throughline.measures.declared import Measure
from throughline.measures.errors import DeclarationError

_MODULES = (
    cases,
    contacts,
    coverage,
    testing,
    clock,
    holdings,
    attempts,
    workforce,
    service,
    curves,
    intake,
    quality,
)
MEASURES: dict[str, Measure] = {}
for _measure in (one for module in _MODULES for one in module.MEASURES):
    if _measure.id in MEASURES:
        raise DeclarationError(f"Two measures are called {_measure.id}.")
    MEASURES[_measure.id] = with_history(_measure)
