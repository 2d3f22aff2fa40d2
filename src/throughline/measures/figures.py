"""What was computed of a measure, to its answers. Pure: numbers in, answers out."""

from __future__ import annotations

from collections.abc import Mapping

from throughline.measures.answers import Answer, Pair
from throughline.measures.compile import JUDGED, UNJUDGED, shape_of
from throughline.measures.declared import Measure, Values

Group = Mapping[str, str | None]


def answers(measure: Measure, group: Group, values: Values, definition: str | None) -> list[Answer]:
    """Return the answers of one measure for one group; `definition` is the one that they depend on, if on any."""
    unjudged = values.get(UNJUDGED) if not values.get(JUDGED) else 0
    if unjudged:
        # Nobody noted how anyone was reached: the figure under this definition is not known, nor estimated.
        values = {}
    beside = {name: values.get(f"beside_{name}") for name in measure.beside}
    if unjudged:
        beside[UNJUDGED] = unjudged
    return [
        Answer(
            measure=measure.id,
            group=group,
            band=one.band,
            definition=definition,
            numerator=one.numerator,
            denominator=one.denominator,
            value=one.value,
            components=one.components,
            beside={**one.beside, **beside},
        )
        for one in shape_of(measure).figures(measure, values)
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
