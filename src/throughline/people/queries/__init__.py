"""Reads of people that leave the room: whom a batch of claims may be speaking of."""

from __future__ import annotations

from throughline.people.queries.candidates import MOST, Known, Place, candidates, places
from throughline.people.queries.numbered import NEIGHBOURS, Numbered, persons_numbered, standing
from throughline.people.queries.wanted import FEW, Wanted, wanted

__all__ = [
    "FEW",
    "MOST",
    "NEIGHBOURS",
    "Known",
    "Numbered",
    "Place",
    "Wanted",
    "candidates",
    "persons_numbered",
    "places",
    "standing",
    "wanted",
]
