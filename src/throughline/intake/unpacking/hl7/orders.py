"""A message's segments by patient and order, as ORU^R01 nests them, whatever is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from throughline.intake.parsing.hl7 import Segment
from throughline.intake.unpacking.hl7.plan import Observed, Plan

LEFT_OUT = frozenset({"NTE", "DSC", "FT1", "CTI", "SFT"})
"""Segments with nothing in them that a mapping could want: remarks, prices, software."""


Seen = tuple[Segment, Observed]
"""An observation and what it is of."""


@dataclass(slots=True)
class Order:
    """One order: its segments by name, the first of each, and its observations in order."""

    first: dict[str, Segment]
    observations: list[Seen]


@dataclass(slots=True)
class Patient:
    """One patient of a message: segments by name, the first of each, and the orders."""

    first: dict[str, Segment]
    orders: list[Order]


def patients(segments: list[Segment], plan: Plan) -> Iterator[Patient]:
    """Yield the patients of a message; one without PID where observations come without it."""
    header, known = {"MSH": segments[0]}, plan.known
    patient = Patient(header.copy(), [])
    order: Order | None = None
    for segment in segments:
        name = segment[0]
        if name == "OBX":
            if order is None:
                order = Order({}, [])
                patient.orders.append(order)
            # What an observation is of is known mostly.
            observed = known.get(segment[3]) if len(segment) > 3 else None
            order.observations.append((segment, observed or plan.observed(segment)))
        elif name in LEFT_OUT:
            continue
        elif name == "PID":
            if "PID" in patient.first or patient.orders:
                yield patient
                patient = Patient(header.copy(), [])
            patient.first["PID"] = segment
            order = None
        elif name in ("ORC", "OBR"):
            # ORC comes before its OBR, and may be left out.
            if order is None or name in order.first or "OBR" in order.first or order.observations:
                order = Order({}, [])
                patient.orders.append(order)
            order.first[name] = segment
        else:
            (patient.first if order is None else order.first).setdefault(name, segment)
    if "PID" in patient.first or patient.orders:
        yield patient
