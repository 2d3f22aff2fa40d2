"""The ways in which a measure tells its rows. Pure: declarations in, aggregates out; numbers in, figures out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from throughline.measures.aggregates import (
    ALL,
    Aggregate,
    Count,
    Largest,
    PercentileCont,
    Total,
    both,
)
from throughline.measures.answers import Number, Pair
from throughline.measures.declared import Figure, Measure, Values

BANDS = ("le24h", "24_48h", "48_72h", "gt72h")
BESIDE_BANDS = ("unknown", "fault")

HOUR = 3_600_000_000
"""In microseconds"""

# Later than anything that was reached, in hours. Every percentile told is one whose rank engines compute exactly
# (their points are 50, 75, 90 and 95), so that this is never mixed into one that falls among the reached.
NEVER = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Leg:
    """The elapsed hours from one moment to another. A date stands for its local noon."""

    start: str
    end: str

    @property
    def hours(self) -> str:
        """The hours as SQL, below 0 when the moments are out of order."""
        return f"hours({self.start}, {self.end})"

    @property
    def micros(self) -> str:
        """The microseconds as SQL, a whole number: what tells whether it is below 0 or beyond the last band."""
        return f"micros({self.start}, {self.end})"

    @property
    def is_fault(self) -> str:
        """The condition that the moments are out of order."""
        return f"(moment({self.end}) < moment({self.start}))"


@dataclass(frozen=True, slots=True)
class Simple:
    """A count, or a rate."""

    def terms(self) -> Mapping[str, str]:
        """Return none."""
        return {}

    def parts(self, measure: Measure) -> Mapping[str, Aggregate]:
        """Return numerator and denominator."""
        numerator, denominator = measure.numerator, measure.denominator
        if isinstance(numerator, Count) and denominator is not None:
            numerator = Count(both(denominator.where, numerator.where))
        told = {"numerator": numerator, "denominator": denominator}
        return {name: one for name, one in told.items() if one is not None}

    def figures(self, measure: Measure, values: Values) -> list[Figure]:
        """Return the one figure."""
        numerator = _per(measure.numerator, values.get("numerator"))
        denominator = _per(measure.denominator, values.get("denominator"))
        if measure.denominator is None:
            value = None if numerator is None else float(numerator)
        else:
            value = ratio(numerator, denominator)
        return [Figure(numerator=numerator, denominator=denominator, value=value)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Bands:
    """The numerator's rows split by how long a leg took, with conditions that stand apart from time.

    The bands are closed at the top: exactly 24 hours is in the first. A share is over the rows with both times
    in order; `unknown` (a time is missing) and `fault` (they are out of order) are counted beside it.
    """

    leg: Leg
    apart: Mapping[str, str] = field(default_factory=dict)
    unit: int = 24
    """How many hours the steps last in which a row's time is counted once; bands and whatever is told finer end with one"""

    @property
    def took(self) -> str:
        """The name of the expression that counts the steps: -1 where the moments are out of order."""
        return f"took{self.unit}_{self.leg.start}_{self.leg.end}"

    @property
    def term(self) -> str:
        """The name of the expression that says in which band a row is."""
        return "_".join(["band", self.leg.start, self.leg.end, *self.apart])

    @property
    def names(self) -> tuple[str, ...]:
        """The bands in order."""
        return (*BANDS, *BESIDE_BANDS, *self.apart)

    def terms(self) -> Mapping[str, str]:
        """Return the steps that a row took, what sets it apart, and from these its band."""
        # A whole number first: of the few numbers that there are, the words are worked out later.
        took, last = self.leg.micros, 72 // self.unit + 1
        steps = (
            f"CASE WHEN {took} < 0 THEN -1 WHEN {took} > {72 * HOUR} THEN {last}"
            f" ELSE CAST(ceil({self.leg.hours} / {self.unit}) AS INTEGER) END"
        )
        bands = [
            *(f"WHEN is_{name} THEN '{name}'" for name in self.apart),
            f"WHEN {self.took} IS NULL THEN 'unknown'",
            f"WHEN {self.took} = -1 THEN 'fault'",
            f"WHEN {self.took} <= {24 // self.unit} THEN 'le24h'",
            f"WHEN {self.took} <= {48 // self.unit} THEN '24_48h'",
            f"WHEN {self.took} <= {72 // self.unit} THEN '48_72h'",
        ]
        return {
            **{f"is_{name}": condition for name, condition in self.apart.items()},
            self.took: steps,
            self.term: f"CASE {' '.join(bands)} ELSE 'gt72h' END",
        }

    def parts(self, measure: Measure) -> Mapping[str, Aggregate]:
        """Return the count of each band."""
        return {
            name: Count(both(measure.base.where, f"{self.term} = '{name}'")) for name in self.names
        }

    def figures(self, measure: Measure, values: Values) -> list[Figure]:
        """Return a share for each band of time, and a count for each of the others."""
        in_order = _sum(values, BANDS)
        beside = {name: values.get(name) for name in self.names if name not in BANDS}
        return [
            Figure(
                band=name,
                numerator=values.get(name),
                denominator=in_order if name in BANDS else None,
                value=ratio(values.get(name), in_order) if name in BANDS else None,
                beside=beside if name in BANDS else {},
            )
            for name in self.names
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Split:
    """The numerator's rows split by conditions of which each row fulfils exactly one."""

    among: Mapping[str, str]

    def terms(self) -> Mapping[str, str]:
        """Return none."""
        return {}

    def parts(self, measure: Measure) -> Mapping[str, Aggregate]:
        """Return the count of each, and of all."""
        told = {name: Count(both(measure.base.where, one)) for name, one in self.among.items()}
        return {**told, "denominator": measure.base}

    def figures(self, measure: Measure, values: Values) -> list[Figure]:
        """Return a share for each."""
        of = values.get("denominator")
        return [
            Figure(
                band=name,
                numerator=values.get(name),
                denominator=of,
                value=ratio(values.get(name), of),
            )
            for name in self.among
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Percentiles:
    """Percentiles of a value over the rows that have it and fulfil `known`, with their number `n` beside.

    With `never`, the rows that fulfil it rank later than any other, and a percentile that falls among them is
    null. `largest` tells the largest value too.
    """

    of: str
    known: str = ALL
    never: str | None = None
    points: tuple[int, ...] = (50, 75, 90, 95)
    largest: bool = False

    @property
    def term(self) -> str:
        """The name of the value."""
        return self.of if self.of.isidentifier() else "_".join(re.findall(r"\w+", self.of))

    def terms(self) -> Mapping[str, str]:
        """Return the value, worked out once a row."""
        return {} if self.of.isidentifier() else {self.term: self.of}

    def parts(self, measure: Measure) -> Mapping[str, Aggregate]:
        """Return the percentiles, how many rows have a value, and how many never will."""
        base = measure.base.where
        known = both(base, self.known)
        told: dict[str, Aggregate] = {"n": Count(both(known, f"{self.term} IS NOT NULL"))}
        if self.largest:
            told["largest"] = Largest(self.term, known)
        if self.never is None:
            return told | {"p": PercentileCont(self.points, self.term, known)}
        value = f"CASE WHEN {self.never} THEN {NEVER} WHEN {self.known} THEN {self.term} END"
        return told | {
            "never": Count(both(base, self.never)),
            "p": PercentileCont(self.points, value, base),
        }

    def figures(self, measure: Measure, values: Values) -> list[Figure]:
        """Return a figure for each percentile."""
        n, never = values.get("n"), values.get("never", 0)
        beside = {"n": n} if self.never is None else {"n": n, "never": never}
        told = [
            Figure(
                band=f"p{point}",
                value=None if _falls_among(point, n, never) else _float(values.get(f"p{index}")),
                beside=beside,
            )
            for index, point in enumerate(self.points)
        ]
        if self.largest:
            told.append(Figure(band="max", value=_float(values.get("largest")), beside=beside))
        return told


@dataclass(frozen=True, kw_only=True, slots=True)
class Kpi:
    """What was done in time, of what should have been.

    `limit` is the moment by which. A row whose limit lies after the cut is immature: outside the denominator, and
    counted. So is one for which `outside` holds. What is unknown or out of order is in the denominator only.
    """

    limit: str
    success: str
    outside: Mapping[str, str] = field(default_factory=dict)

    def terms(self) -> Mapping[str, str]:
        """Return none."""
        return {}

    def parts(self, measure: Measure) -> Mapping[str, Aggregate]:
        """Return numerator, denominator, and what is outside."""
        # One after another, so that a row is outside for one reason.
        outside: dict[str, Aggregate] = {}
        counted = measure.base.where
        for name, condition in {**self.outside, "immature": f"{self.limit} > cut_at"}.items():
            outside[name] = Count(both(counted, condition))
            counted = both(counted, f"NOT coalesce({condition}, FALSE)")
        return {
            "numerator": Count(both(counted, self.success)),
            "denominator": Count(counted),
            **outside,
        }

    def figures(self, measure: Measure, values: Values) -> list[Figure]:
        """Return the one rate."""
        numerator, denominator = values.get("numerator"), values.get("denominator")
        return [
            Figure(
                numerator=numerator,
                denominator=denominator,
                value=ratio(numerator, denominator),
                beside={name: values.get(name) for name in ("immature", *self.outside)},
            )
        ]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mix:
    """A rate as it would be had every period the mix of strata of a standard one: direct standardisation."""

    strata: Mapping[str, str]

    def terms(self) -> Mapping[str, str]:
        """Return none."""
        return {}

    def parts(self, measure: Measure) -> Mapping[str, Aggregate]:
        """Return the pair of each stratum."""
        return {
            f"{name}_{part}": Count(both(condition, where))
            for name, condition in self.strata.items()
            for part, where in (("numerator", measure.base.where), ("denominator", ALL))
        }

    def figures(self, measure: Measure, values: Values) -> list[Figure]:
        """Return the adjusted rate; `standard_…` among the values has how many each stratum had in the standard."""
        pairs = {
            name: Pair(
                numerator=values.get(f"{name}_numerator"),
                denominator=values.get(f"{name}_denominator"),
            )
            for name in self.strata
        }
        weights = {name: values.get(f"standard_{name}") for name in self.strata}
        beside = {f"standard_{name}": weight for name, weight in weights.items()}
        return [Figure(value=standardised(pairs, weights), components=pairs, beside=beside)]


def standardised(pairs: Mapping[str, Pair], weights: Mapping[str, Number | None]) -> float | None:
    """Return the rate that the strata would have together with these weights; None if a weighted one is empty."""
    if any(weight is None for weight in weights.values()):
        return None
    told = {name: weight for name, weight in weights.items() if weight}
    rates = {name: ratio(pairs[name].numerator, pairs[name].denominator) for name in told}
    if not told or any(rate is None for rate in rates.values()):
        return None
    return sum(weight * (rates[name] or 0) for name, weight in told.items()) / sum(told.values())


def ratio(numerator: Number | None, denominator: Number | None) -> float | None:
    """Return the unrounded fraction; None when the denominator is 0 or either is unknown."""
    if numerator is None or not denominator:
        return None
    return numerator / denominator


def _falls_among(point: int, n: Number | None, never: Number | None) -> bool:
    """Say whether a percentile of n values and some later ones touches those, or there is none at all."""
    if n is None or not n:
        return True
    highest = -(-point * (int(n) + int(never or 0) - 1) // 100)
    return highest > n - 1


def _per(one: Aggregate | None, value: Number | None) -> Number | None:
    if isinstance(one, Total) and one.per != 1 and value is not None:
        return value / one.per
    return value


def _sum(values: Values, names: tuple[str, ...]) -> Number | None:
    told = [value for name in names if (value := values.get(name)) is not None]
    return sum(told) if len(told) == len(names) else None


def _float(value: Number | None) -> float | None:
    return None if value is None else float(value)
