"""What follows from what: the numbers behind each answer, and the sums that hold among them.

It is read off the declarations. Measures that count the rows of one condition tell one number, so whoever hides
it in one of them sees where else it stands. A row has one outcome, one band and one answer to a test on a column; and a
wider group is the sum of the narrower ones.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from throughline.measures.answers import Answer
from throughline.measures.catalogue import MEASURES
from throughline.measures.compile import BANDS, band_names, parts
from throughline.measures.declared import ALL, Aggregate, Count, Distinct, Measure

Group = frozenset[tuple[str, str | None]]

MAIN = "main"
REACHED, NOT_REACHED = "is_reached", "is_not_reached"
OUTCOMES = frozenset({REACHED, NOT_REACHED, "is_no_details", "is_open"})
"""A case or contact is exactly one of these, whichever definition judges it."""

TESTS = (
    ("", " IS NOT NULL", " IS NULL"),
    (" IS NOT NULL", " > 0", " = 0"),
)
"""Tests on a column that share out the rows of the first between the others."""


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


@dataclass(frozen=True, slots=True)
class _Names:
    """What the numbers of one answer count."""

    numerator: Counted
    denominator: Counted | None
    is_share: bool
    beside: Mapping[str, Counted]
    components: Mapping[str, tuple[Counted, Counted]]


def numbers(answer: Answer, *, previous: bool = False) -> Iterator[Told]:
    """Yield every whole number of an answer, with what it counts; None where it is suppressed."""
    names = _names(answer)

    def told(part: str, counted: Counted, value: float | None) -> Told:
        return Told(part, _quantity(answer, counted, previous=previous), _whole(value))

    if answer.suppressed or answer.numerator is not None:
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
    if names.denominator and names.is_share and there:
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
    for quantity in told:
        found += _split(quantity)
    return [*dict.fromkeys(found), *_groups(told)]


def _names(answer: Answer) -> _Names:
    measure = MEASURES.get(answer.measure)
    if measure is None or (answer.band is not None and measure.bands is None):
        is_share = answer.band is None
        return _Names(_own(answer, "counted"), _own(answer, ""), is_share, {}, {})
    told = {name: _counted(measure, one) for name, one in parts(measure, since=None).items()}
    beside = {key.removeprefix("beside_"): one for key, one in told.items()}
    pairs = {key: _pair(MEASURES[id_]) for key, id_ in measure.product.items()}
    is_share = isinstance(measure.numerator, Count)
    if measure.bands and answer.band is not None:
        over = told[answer.band]
        timed = _in_order(over) if answer.band in BANDS else None
        return _Names(over, timed, is_share, beside, {})
    over = told.get("numerator") or _own(answer, "counted")
    return _Names(over, told.get("denominator"), is_share, beside, pairs)


def _pair(measure: Measure) -> tuple[Counted, Counted]:
    told = parts(measure, since=None)
    return _counted(measure, told["numerator"]), _counted(measure, told["denominator"])


def _own(answer: Answer, what: str) -> Counted:
    return Counted(f"{answer.measure} {answer.band or ''} {what}".strip())


def _counted(measure: Measure, one: Aggregate) -> Counted:
    """What an aggregate counts, in one spelling."""
    table = f"{measure.table} by {measure.period}"
    if not isinstance(one, Count):
        return Counted(f"{measure.id} total", people=isinstance(one, Distinct))
    outcomes, tests = OUTCOMES, set[str]()
    for test in _conjuncts(one.where):
        if (either := frozenset(test.split(" OR "))) <= OUTCOMES:
            outcomes &= either
        elif test != ALL:
            tests.add(test)
    for test in [*tests]:
        for _, *implying in TESTS[1:]:
            column = next((test.removesuffix(i) for i in implying if test.endswith(i)), None)
            tests.discard(f"{column} IS NOT NULL")
    return Counted(table, outcomes, frozenset(tests))


def _conjuncts(where: str) -> list[str]:
    found = [one.strip("() ") for one in re.split(r" AND ", where)]
    mixed = any(" OR " in one and not set(one.split(" OR ")) <= OUTCOMES for one in found)
    return [where] if mixed else found


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


def _split(one: Quantity) -> Iterator[Sum]:
    """The ways in which the rows of a number fall into parts, as far as it says itself."""
    counted = one.counted

    def at(each: Counted) -> Quantity:
        return one._replace(counted=each, definition=one.definition if _is_judged(each) else None)

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
            names = _bands_of(column)
            every = [base.with_test(f"{column} = '{name}'") for name in names]
            in_order = base.with_test(f"{column} in order")
            yield share_out(in_order, every[: len(BANDS)])
            yield share_out(base, [in_order, *every[len(BANDS) :]])
        if any(test == column + each for _, *rest in TESTS for each in rest):
            for whole, *rest in TESTS:
                within = base.with_test(column + whole) if whole else base
                yield share_out(within, [base.with_test(column + each) for each in rest])


def _bands_of(term: str) -> tuple[str, ...]:
    for measure in MEASURES.values():
        if measure.bands and term == f"band_{measure.bands.leg.start}_{measure.bands.leg.end}":
            return band_names(measure.bands)
    return BANDS


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
