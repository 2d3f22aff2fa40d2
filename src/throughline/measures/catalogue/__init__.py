"""Every measure, by id, in the order in which a reader meets them."""

from __future__ import annotations

from throughline.measures.catalogue import cases, contacts, coverage
from throughline.measures.declared import Measure

MEASURES: dict[str, Measure] = {
    measure.id: measure for module in (cases, contacts, coverage) for measure in module.MEASURES
}
