"""The few marks that all charts are made of, as Vega-Lite's own data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import polars as pl

Spec: TypeAlias = dict[str, Any]
"""A piece of a Vega-Lite description."""

PERCENT_TICKS = (0, 0.2, 0.4, 0.6, 0.8, 1)


def layer(
    mark: str, encoding: Spec, rows: pl.DataFrame | Iterable[Mapping[str, Any]], **look: Any
) -> Spec:
    """Return a mark drawn for each row; `look` holds the mark's own properties."""
    values = rows.to_dicts() if isinstance(rows, pl.DataFrame) else [dict(row) for row in rows]
    return {"data": {"values": values}, "mark": {"type": mark, **look}, "encoding": encoding}


def plot(layers: Sequence[Spec], *, width: float, height: float, **more: Any) -> Spec:
    """Lay marks over each other."""
    return {"layer": list(layers), "width": width, "height": height, **more}


def stacked(plots: Sequence[Spec], *, spacing: int) -> Spec:
    """Set plots under each other."""
    return {"vconcat": list(plots), "spacing": spacing}


def words(text: str, *, x: float, y: float, **look: Any) -> Spec:
    """Write a text, which may hold line breaks, at a place in pixels."""
    return layer(
        "text",
        {"x": {"value": x}, "y": {"value": y}, "text": {"field": "text", "type": "nominal"}},
        [{"text": text}],
        **{"align": "left", "baseline": "middle", "lineBreak": "\n", **look},
    )


def share_axis(field: str, values: Sequence[float] = PERCENT_TICKS) -> Spec:
    """Return an upright axis of shares from 0 to 100 %."""
    return {
        "field": field,
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [0, 1]},
        "axis": {"format": "%", "values": list(values), "domain": False, "ticks": False},
    }


def place(field: str, domain: Sequence[float]) -> Spec:
    """Return a position in pixels or parts of the width, without an axis."""
    return {
        "field": field,
        "type": "quantitative",
        "axis": None,
        "scale": {"domain": list(domain), "nice": False, "zero": False},
    }
