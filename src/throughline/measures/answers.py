"""What a measure says of one group and band: the same object on screen, in a file and in a notebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Number = int | float


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """A numerator over a denominator, for a measure that is made of several."""

    numerator: Number | None
    denominator: Number | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """One figure.

    A count has its number in `numerator` and `value`, and no denominator. A rate has both, and an unrounded
    fraction from 0 to 1 as `value`; it is None when the denominator is 0. A percentile has its value alone,
    in the unit of the measure, with the rows it is over as `beside["n"]`. A product of rates has neither;
    its pairs are in `components`. `beside` holds the counts that stand next to a figure (n, open, unknown,
    fault, immature). When `suppressed`, every number is None.
    """

    measure: str
    group: Mapping[str, str | None]
    band: str | None = None
    definition: str | None = None
    numerator: Number | None = None
    denominator: Number | None = None
    value: float | None = None
    suppressed: bool = False
    components: Mapping[str, Pair] = field(default_factory=dict)
    beside: Mapping[str, Number | None] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the object of the contract: `components` and `beside` only where there are any."""
        told: dict[str, Any] = {
            "measure": self.measure,
            "group": dict(self.group),
            "band": self.band,
            "definition": self.definition,
            "numerator": self.numerator,
            "denominator": self.denominator,
            "value": self.value,
            "suppressed": self.suppressed,
        }
        if self.components:
            told["components"] = {
                name: {"numerator": pair.numerator, "denominator": pair.denominator}
                for name, pair in self.components.items()
            }
        if self.beside:
            told["beside"] = dict(self.beside)
        return told
