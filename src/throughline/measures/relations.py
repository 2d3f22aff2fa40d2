"""What follows from what: the numbers behind each answer, and the sums that hold among them.

It is read off the declarations. Measures that count the rows of one condition tell one number, so whoever hides
it in one of them sees where else it stands. A row has one outcome, one band and one answer to a test on a column; and a
wider group is the sum of the narrower ones.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from throughline.measures.aggregates import ALL, Aggregate, Count, Distinct
from throughline.measures.answers import Answer
from throughline.measures.catalogue import MEASURES
from throughline.measures.compile import shape_of
from throughline.measures.declared import Measure
from throughline.measures.shapes import BANDS, Bands, Mix, Percentiles, Split
from throughline.measures.terms import DEFINITIONS

Group = frozenset[tuple[str, str | None]]

MAIN = "main"
REACHED, NOT_REACHED = "is_reached", "is_not_reached"
OUTCOMES = frozenset({REACHED, NOT_REACHED, "is_no_details", "is_open"})
"""A case or contact is exactly one of these, whichever definition judges it."""

WITH_OUTCOMES = {"cases", "contacts"}
_EQUALS = re.compile(r"(?:coalesce\()?\"?(\w+)\"? = '([^']*)'(?:, FALSE)?")
_FAULT = re.compile(r"moment\((\w+)\) < moment\((\w+)")

TESTS = (
    ("", " IS NOT NULL", " IS NULL"),
    (" IS NOT NULL", " > 0", " = 0"),
)
"""Tests on a column that share out the rows of the first between the others."""


_BANDS = {one.shape.term: one.shape for one in MEASURES.values() if isinstance(one.shape, Bands)}


class Counted(NamedTuple):
    """Which rows are counted: of a table by a moment, with any of some outcomes, that pass some tests."""

    table: str
    outcomes: frozenset[str] = frozenset()
    tests: frozenset[str] = frozenset()
    people: bool = False

    def with_test(self, test: str) -> Counted:
        return self._replace(tests=self.tests | {test})

    def without(self, test: str) -> Counted:
        return self._replace(tests=self.tests - {test})

    def __str__(self) -> str:
        told = [] if self.outcomes == OUTCOMES else [" or ".join(sorted(self.outcomes))]
        return ", ".join([self.table, *filter(None, told), *sorted(self.tests)])


class Quantity(NamedTuple):
    """One number: what is counted, in which group, by which definition, in which release."""

    counted: Counted
    group: Group
    definition: str | None = None
    previous: bool = False


class Told(NamedTuple):
    """A number of an answer: where it stands (`main`, or a key of `beside`), and what it counts."""

    part: str
    quantity: Quantity
    value: int | None


class Sum(NamedTuple):
    """A whole that is the sum of its parts, or less where they overlap."""

    whole: Quantity
    parts: tuple[Quantity, ...]
    overlap: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Names:
    """What the numbers of one answer count."""

    numerator: Counted | None = None
    denominator: Counted | None = None
    is_share: bool = True
    beside: Mapping[str, Counted] = field(default_factory=dict)
    components: Mapping[str, tuple[Counted, Counted]] = field(default_factory=dict)
    shared_out: Sequence[tuple[Counted, Sequence[Counted]]] = ()
    """Wholes and the parts into which the measure itself splits them."""


def numbers(answer: Answer, *, previous: bool = False) -> Iterator[Told]:
    """Yield every whole number of an answer, with what it counts; None where it is suppressed."""
    names = _names(answer)

    def told(part: str, counted: Counted, value: float | None) -> Told:
        return Told(part, _quantity(answer, counted, previous=previous), _whole(value))

    if names.numerator and (answer.suppressed or answer.numerator is not None):
        yield told(MAIN, names.numerator, answer.numerator)
    if names.denominator and (answer.suppressed or answer.denominator is not None):
        yield told(MAIN, names.denominator, answer.denominator)
    for key, pair in answer.components.items():
        over, under = names.components.get(key) or (
            _own(answer, f"{key} counted"),
            _own(answer, key),
        )
        yield told(MAIN, over, pair.numerator)
        yield told(MAIN, under, pair.denominator)
    for key, value in answer.beside.items():
        yield told(key, names.beside.get(key) or _own(answer, key), value)


def complements(answer: Answer, *, previous: bool = False) -> list[Sum]:
    """Return each denominator of an answer's shares as its numerator and the rest."""
    names = _names(answer)
    pairs = [names.components[key] for key in answer.components if key in names.components]
    there = answer.suppressed or None not in (answer.numerator, answer.denominator)
    if names.numerator and names.denominator and names.is_share and there:
        pairs.append((names.numerator, names.denominator))
    return [
        Sum(
            _quantity(answer, under, previous=previous),
            (
                _quantity(answer, over, previous=previous),
                _quantity(answer, under.with_test(f"not ({over})"), previous=previous),
            ),
        )
        for over, under in pairs
    ]


def sums(answers: Sequence[Answer], *, previous: bool = False) -> list[Sum]:
    """Return every sum that holds among the numbers of one release."""
    told = dict.fromkeys(
        told.quantity for one in answers for told in numbers(one, previous=previous)
    )
    found = [one for answer in answers for one in complements(answer, previous=previous)]
    for answer in answers:
        for whole, parts in _names(answer).shared_out:
            several = (_quantity(answer, part, previous=previous) for part in parts)
            found.append(Sum(_quantity(answer, whole, previous=previous), tuple(several)))
    definitions = sorted({one.definition for one in told if one.definition})
    for quantity in told:
        found += _split(quantity, definitions)
        found += _moved(quantity, told)
        found += [Sum(quantity, (twin,)) for twin in _grouped(quantity) if twin in told]
    return [*dict.fromkeys(found), *_groups(told)]


def _moved(one: Quantity, told: Container[Quantity]) -> Iterator[Sum]:
    """The same rows judged by a definition that counts more manners: whom it alone calls reached makes the difference."""
    outcomes, tests = one.counted.outcomes, one.counted.tests
    # Of the rest of a share the definition decides twice, in the share and in what is left of it.
    if len(outcomes & {REACHED, NOT_REACHED}) != 1 or any(
        test.startswith("not ") for test in tests
    ):
        return
    narrow = DEFINITIONS.get(one.definition or "")
    for wide in DEFINITIONS.values():
        twin = one._replace(definition=wide.id)
        if narrow is None or twin not in told or not set(narrow.manners) < set(wide.manners):
            continue
        alone = one.counted._replace(
            outcomes=frozenset(), tests=tests | {f"reached by {wide.id} and not by {narrow.id}"}
        )
        more, less = (twin, one) if REACHED in outcomes else (one, twin)
        yield Sum(more, (less, one._replace(counted=alone, definition=None)))


def _grouped(one: Quantity) -> Iterator[Quantity]:
    """The same rows as a group of their own, for rows of which a column has one value."""
    for test in sorted(one.counted.tests):
        if is_value := _EQUALS.fullmatch(test):
            column, value = is_value.groups()
            group = one.group | {(column, value)}
            yield one._replace(counted=one.counted.without(test), group=group)


def _names(answer: Answer) -> _Names:
    if answer.measure not in MEASURES:
        share = answer.band is None
        over, under = _own(answer, "counted"), _own(answer, "")
        return _Names(numerator=over, denominator=under, is_share=share)
    return _names_of(answer.measure, answer.band)


@lru_cache(maxsize=1024)
def _names_of(id_: str, band: str | None) -> _Names:
    measure = MEASURES[id_]
    shape = shape_of(measure)
    told = {name: _counted(measure, one) for name, one in shape.parts(measure).items()}
    beside = told | {name: _counted(measure, one) for name, one in measure.beside.items()}
    match shape:
        case Percentiles():
            return _Names(beside=beside)
        case Bands() if band:
            timed = _in_order(told[band]) if band in BANDS else None
            return _Names(numerator=told[band], denominator=timed, beside=beside)
        case Split(among=among) if band:
            under = told["denominator"]
            parts = [told[name] for name in among]
            shared = [(under, parts), *_steps(parts)]
            return _Names(numerator=told[band], denominator=under, beside=beside, shared_out=shared)
        case Mix(strata=strata):
            pairs = {
                name: (told[f"{name}_numerator"], told[f"{name}_denominator"]) for name in strata
            }
            overs, unders = zip(*pairs.values(), strict=True)
            wholes = (_counted(measure, measure.base), _counted(measure, Count()))
            mixed = [(wholes[0], overs), (wholes[1], unders)]
            return _Names(components=pairs, beside=beside, shared_out=mixed)
    pairs = {name: _pair(MEASURES[id_]) for name, id_ in measure.product.items()}
    return _Names(
        numerator=told.get("numerator"),
        denominator=told.get("denominator"),
        is_share=isinstance(measure.numerator or Count(), Count | Distinct),
        beside=beside,
        components=pairs,
    )


def _steps(parts: Sequence[Counted]) -> list[tuple[Counted, Sequence[Counted]]]:
    """Return each band of time that the parts of a split are steps within, and those parts."""
    found: dict[Counted, list[Counted]] = defaultdict(list)
    for part in parts:
        for test in part.tests:
            if test.startswith("band_") and len(part.tests) > 1:
                found[part._replace(tests=frozenset({test}))].append(part)
    return list(found.items())


def _pair(measure: Measure) -> tuple[Counted, Counted]:
    told = shape_of(measure).parts(measure)
    return _counted(measure, told["numerator"]), _counted(measure, told["denominator"])


def _own(answer: Answer, what: str) -> Counted:
    return Counted(f"{answer.measure} {answer.band or ''} {what}".strip())


def _counted(measure: Measure, one: Aggregate) -> Counted:
    """What an aggregate counts, in one spelling."""
    rows = f"{measure.table} {measure.rows}".strip()
    table = f"{rows} by {measure.period}" + (f" per {measure.per}" if measure.per else "")
    if not isinstance(one, Count):
        return Counted(f"{table}, {one}", people=isinstance(one, Distinct))
    outcomes = OUTCOMES if measure.table in WITH_OUTCOMES else frozenset[str]()
    tests = set[str]()
    for test in _conjuncts(one.where):
        if outcomes and (either := frozenset(test.split(" OR "))) <= OUTCOMES:
            outcomes &= either
        elif test != ALL:
            tests.add(test)
    for test in [*tests]:
        for _, *implying in TESTS[1:]:
            column = next((test.removesuffix(i) for i in implying if test.endswith(i)), None)
            tests.discard(f"{column} IS NOT NULL")
    return Counted(table, outcomes, frozenset(tests))


def _conjuncts(where: str) -> list[str]:
    found = [one.strip("() ") for one in where.split(" AND ")]
    if any(" OR " in one and not set(one.split(" OR ")) <= OUTCOMES for one in found):
        return [where]
    # Times out of order are a band of their own.
    return [_FAULT.sub(r"band_\2_\1 = 'fault'", one) for one in found]


def _quantity(answer: Answer, counted: Counted, *, previous: bool) -> Quantity:
    definition = answer.definition if _is_judged(counted) else None
    return Quantity(counted, frozenset(answer.group.items()), definition, previous)


def _is_judged(counted: Counted) -> bool:
    # Definitions move rows from reached to not reached: both together, or neither, are the same in all.
    alike = len(counted.outcomes & {REACHED, NOT_REACHED}) != 1 and not counted.tests
    return not counted.outcomes or not alike


def _whole(value: float | None) -> int | None:
    # Hours and miles are no counts of people.
    return value if isinstance(value, int) else None


def _in_order(band: Counted) -> Counted:
    test = next(one for one in band.tests if one.startswith("band_"))
    return band.without(test).with_test(f"{test.partition(' ')[0]} in order")


def _split(one: Quantity, definitions: Sequence[str]) -> Iterator[Sum]:
    """The ways in which the rows of a number fall into parts, as far as it says itself.

    What is the same by every definition falls into parts by each of them.
    """
    every: Sequence[str | None] = [one.definition] if one.definition else definitions or [None]
    for definition in every:
        yield from _split_by(one, definition)


def _split_by(one: Quantity, definition: str | None) -> Iterator[Sum]:
    counted = one.counted

    def at(each: Counted) -> Quantity:
        return one._replace(counted=each, definition=definition if _is_judged(each) else None)

    def share_out(whole: Counted, between: Iterable[Counted]) -> Sum:
        return Sum(at(whole), tuple(map(at, between)))

    if len(counted.outcomes) > 1:
        singles = [
            counted._replace(outcomes=frozenset({each})) for each in sorted(counted.outcomes)
        ]
        yield share_out(counted, singles)
    for test in sorted(counted.tests):
        base = counted.without(test)
        column, _, _ = test.partition(" ")
        if column.startswith("band_"):
            shape = _BANDS.get(column)
            names = shape.names if shape else BANDS
            every = [base.with_test(f"{column} = '{name}'") for name in names]
            in_order = base.with_test(f"{column} in order")
            yield share_out(in_order, every[: len(BANDS)])
            yield share_out(base, [in_order, *every[len(BANDS) :]])
            if shape and not shape.apart:
                timed = base.with_test(f"hours_{shape.leg.start}_{shape.leg.end} IS NOT NULL")
                yield share_out(timed, [in_order, base.with_test(f"{column} = 'fault'")])
        if any(test == column + each for _, *rest in TESTS for each in rest):
            for whole, *rest in TESTS:
                within = base.with_test(column + whole) if whole else base
                yield share_out(within, [base.with_test(column + each) for each in rest])


def _groups(told: Iterable[Quantity]) -> Iterator[Sum]:
    """Each number of a wider group is the sum of those of the next narrower groups."""
    families: dict[Quantity, dict[frozenset[str], list[Quantity]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in told:
        keys = frozenset(key for key, _ in one.group)
        families[one._replace(group=frozenset())][keys].append(one)
    for kinds in families.values():
        for wide, narrow in combinations(sorted(kinds, key=len), 2):
            if wide < narrow and not any(wide < between < narrow for between in kinds):
                yield from _within(kinds[wide], kinds[narrow], wide)


def _within(wholes: list[Quantity], narrow: list[Quantity], wide: frozenset[str]) -> Iterator[Sum]:
    found: dict[Group, list[Quantity]] = defaultdict(list)
    for part in narrow:
        found[frozenset(item for item in part.group if item[0] in wide)].append(part)
    for whole in wholes:
        if inside := found.get(whole.group):
            # One person may be in two regions, and counts once in the whole.
            yield Sum(whole, tuple(inside), overlap=whole.counted.people)
