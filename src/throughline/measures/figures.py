"""What was computed of a measure, to its answers. Pure: numbers in, answers out."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.measures.answers import Answer, Number, Pair
from throughline.measures.compile import BANDS, JUDGED, UNJUDGED, band_names, is_by_definition
from throughline.measures.declared import Bands, Measure, Total
from throughline.measures.terms import Definition

Group = Mapping[str, str | None]
Values = Mapping[str, Number | None]


def answers(measure: Measure, group: Group, values: Values, definition: Definition) -> list[Answer]:
    """Return the answers of one measure for one group; `values` has its parts by name, none where unknown."""
    unjudged = values.get(UNJUDGED) if not values.get(JUDGED) else 0
    if unjudged:
        # Nobody noted how anyone was reached: the figure under this definition is not known, nor estimated.
        values = dict.fromkeys(values)
    named = definition.id if is_by_definition(measure) else None
    beside = {name: values.get(f"beside_{name}") for name in measure.beside}
    if unjudged:
        beside[UNJUDGED] = unjudged
    if measure.bands:
        return _banded(measure, measure.bands, group, values, named, beside)
    numerator = _per(measure, values.get("numerator"))
    denominator = values.get("denominator")
    return [
        Answer(
            measure=measure.id,
            group=group,
            definition=named,
            numerator=numerator,
            denominator=denominator,
            value=_count(numerator)
            if measure.denominator is None
            else ratio(numerator, denominator),
            beside=beside,
        )
    ]


def product(measure: Measure, group: Group, factors: Mapping[str, Answer]) -> Answer:
    """Return the product of rates of one group: null when one of them is."""
    value: float | None = 1.0
    for factor in factors.values():
        value = None if value is None or factor.value is None else value * factor.value
    return Answer(
        measure=measure.id,
        group=group,
        definition=next((one.definition for one in factors.values() if one.definition), None),
        value=value,
        components={
            name: Pair(numerator=one.numerator, denominator=one.denominator)
            for name, one in factors.items()
        },
    )


def ratio(numerator: Number | None, denominator: Number | None) -> float | None:
    """Return the unrounded fraction; None when the denominator is 0 or either is unknown."""
    if numerator is None or not denominator:
        return None
    return numerator / denominator


def _banded(
    measure: Measure,
    bands: Bands,
    group: Group,
    values: Values,
    named: str | None,
    beside: Mapping[str, Number | None],
) -> list[Answer]:
    timed = [values.get(name) for name in BANDS]
    in_order = None if None in timed else sum(one for one in timed if one is not None)
    apart = [name for name in band_names(bands) if name not in BANDS]
    beside = {**beside, **{name: values.get(name) for name in apart}}
    return [
        Answer(
            measure=measure.id,
            group=group,
            band=name,
            definition=named,
            numerator=values.get(name),
            denominator=in_order if name in BANDS else None,
            value=ratio(values.get(name), in_order) if name in BANDS else None,
            beside=beside if name in BANDS else {},
        )
        for name in band_names(bands)
    ]


def _per(measure: Measure, value: Number | None) -> Number | None:
    if isinstance(measure.numerator, Total) and measure.numerator.per != 1 and value is not None:
        return value / measure.numerator.per
    return value


def _count(value: Number | None) -> float | None:
    return None if value is None else float(value)
