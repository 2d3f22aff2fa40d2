"""What follows from what: the numbers behind each answer, by name, and the sums that hold among them.

Two measures that speak of the same rows name the same number, so whoever hides it in one of them sees
where else it stands. Sums over groups, and over the bands of a measure, need no naming.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import NamedTuple

from throughline.measures.answers import Answer

Group = frozenset[tuple[str, str | None]]


class Quantity(NamedTuple):
    """One count of rows: what is counted, in which group, by which definition, in which release."""

    name: str
    group: Group
    definition: str | None = None
    previous: bool = False


class Told(NamedTuple):
    """A number of an answer: where it stands (`main`, or a key of `beside`), and what it counts."""

    part: str
    quantity: Quantity
    value: int | None


class Sum(NamedTuple):
    """A whole that is the sum of its parts."""

    whole: Quantity
    parts: tuple[Quantity, ...]


MAIN = "main"
REST = " rest"

NAMES: dict[str, tuple[str, str | None]] = {
    "cases.transferred": ("cases", None),
    "cases.reached": ("cases.reached", "cases"),
    "cases.not_reached": ("cases.not_reached", "cases"),
    "cases.open": ("cases.open", "cases"),
    "cases.no_details": ("cases.no_details", "cases"),
    "cases.gave_contacts": ("cases.gave_contacts", "cases.reached"),
    "contacts.identified": ("contacts", None),
    "contacts.people": ("contacts.people", None),
    "contacts.reached": ("contacts.reached", "contacts"),
    "contacts.not_reached": ("contacts.not_reached", "contacts"),
    "contacts.open": ("contacts.open", "contacts"),
    "contacts.no_details": ("contacts.no_details", "contacts"),
    "contacts.reached_with_details": ("contacts.reached", "contacts.with_details"),
}
"""The numerator and the denominator of a measure; one that is not here shares its numbers with no other."""

COMPONENTS: dict[str, dict[str, tuple[str, str]]] = {
    "coverage.case_by_contact": {
        "cases": ("cases.reached", "cases"),
        "contacts": ("contacts.reached", "contacts"),
    },
}
"""The pairs of a measure that is made of several."""

SUMS: dict[str, tuple[tuple[str, ...], ...]] = {
    "cases": (("cases.reached", "cases.not_reached", "cases.no_details"),),
    "cases.not_reached": (("cases.open", "cases.given_up"),),
    "cases.reached": (
        ("cases.reached_within", "cases.reached_within:unknown", "cases.reached_within:fault"),
    ),
    "contacts": (("contacts.with_details", "contacts.no_details"),),
    "contacts.with_details": (("contacts.reached", "contacts.not_reached"),),
    "contacts.not_reached": (("contacts.open", "contacts.given_up"),),
    "contacts.reached": tuple(
        (within, f"{within}:unknown", f"{within}:fault")
        for within in ("contacts.reached_within", "contacts.reached_within_of_case")
    ),
}
"""Each whole, and the ways in which it falls into parts."""

ANY_DEFINITION = {"cases", "cases.no_details", "contacts", "contacts.no_details", "contacts.people"}
"""What is counted alike whichever manners of reaching count."""

NO_SHARE = {"contacts.per_case"}
"""Rates whose numerator is no part of the denominator."""

OUTSIDE_BANDS = {"unknown", "fault"}


def numbers(answer: Answer, *, previous: bool = False) -> Iterator[Told]:
    """Yield every whole number of an answer, with what it counts; None where it is suppressed."""

    def told(part: str, name: str, value: float | None) -> Told:
        return Told(part, _quantity(answer, name, previous=previous), _whole(value))

    numerator, denominator = names(answer)
    counted = answer.suppressed or answer.numerator is not None
    if counted:
        yield told(MAIN, numerator, answer.numerator)
    if denominator and (answer.suppressed or answer.denominator is not None):
        yield told(MAIN, denominator, answer.denominator)
    for key, (over, under) in _pairs(answer):
        pair = answer.components.get(key)
        yield told(MAIN, over, pair.numerator if pair else None)
        yield told(MAIN, under, pair.denominator if pair else None)
    for key, value in answer.beside.items():
        yield told(key, f"{answer.measure}:{key}", value)


def names(answer: Answer) -> tuple[str, str | None]:
    """Return the names of what the numerator and the denominator count."""
    numerator, denominator = NAMES.get(
        answer.measure, (f"{answer.measure}.counted", answer.measure)
    )
    if answer.band is None:
        return numerator, denominator
    return f"{answer.measure}:{answer.band}", denominator


def complement(answer: Answer) -> Sum | None:
    """Return the denominator of a share as its numerator and the rest."""
    numerator, denominator = names(answer)
    if denominator is None or answer.measure in NO_SHARE:
        return None
    if not answer.suppressed and (answer.numerator is None or answer.denominator is None):
        return None
    parts = (numerator, f"{denominator} without {numerator}")
    return Sum(_quantity(answer, denominator), tuple(_quantity(answer, one) for one in parts))


def sums(answers: Sequence[Answer], *, previous: bool = False) -> list[Sum]:
    """Return every sum that holds among the numbers of one release."""
    known = {told.quantity: None for one in answers for told in numbers(one, previous=previous)}
    found = [*_named(known), *_bands(answers, previous=previous)]
    shares = [share for one in answers if (share := complement(one))]
    found += [_of(share, previous=previous) for share in shares]
    return [*dict.fromkeys(found), *_groups(known)]


def _quantity(answer: Answer, name: str, *, previous: bool = False) -> Quantity:
    definition = None if name in ANY_DEFINITION else answer.definition
    return Quantity(name, frozenset(answer.group.items()), definition, previous)


def _whole(value: float | None) -> int | None:
    # Hours and miles are no counts of people.
    return value if isinstance(value, int) else None


def _pairs(answer: Answer) -> Iterator[tuple[str, tuple[str, str]]]:
    named = COMPONENTS.get(answer.measure, {})
    yield from named.items()
    for key in answer.components:
        if key not in named:
            yield key, (f"{answer.measure}:{key} counted", f"{answer.measure}:{key}")


def _of(one: Sum, *, previous: bool) -> Sum:
    return Sum(
        one.whole._replace(previous=previous),
        tuple(part._replace(previous=previous) for part in one.parts),
    )


def _named(known: Mapping[Quantity, None]) -> Iterator[Sum]:
    """The sums of SUMS in every group where they say something of two numbers or more."""
    contexts = dict.fromkeys(one._replace(name="") for one in known)
    defined: dict[tuple[Group, bool], list[str | None]] = defaultdict(list)
    for context in contexts:
        defined[context.group, context.previous].append(context.definition)
    for context in contexts:
        if context.definition is None and len(defined[context.group, context.previous]) > 1:
            continue
        yield from _named_in(context, known)


def _named_in(context: Quantity, known: Mapping[Quantity, None]) -> Iterator[Sum]:
    def at(name: str) -> Quantity:
        definition = None if name in ANY_DEFINITION else context.definition
        return context._replace(name=name, definition=definition)

    there = {at(whole) for whole in SUMS} | {
        at(part) for ways in SUMS.values() for parts in ways for part in parts
    }
    there &= known.keys()
    # A whole that nobody tells still joins its parts to the whole above it.
    for whole, ways in SUMS.items():
        for parts in ways:
            told = [at(one) for one in (whole, *parts) if at(one) in there]
            if len(told) >= 2 or (len(told) == 1 and whole == "contacts.with_details"):
                yield Sum(at(whole), tuple(at(part) for part in parts))


def _bands(answers: Iterable[Answer], *, previous: bool) -> Iterator[Sum]:
    found: dict[Quantity, dict[Quantity, None]] = defaultdict(dict)
    for one in answers:
        numerator, denominator = names(one)
        if one.band is not None and one.band not in OUTSIDE_BANDS and denominator:
            whole = _quantity(one, denominator, previous=previous)
            found[whole][_quantity(one, numerator, previous=previous)] = None
    for whole, parts in found.items():
        yield Sum(whole, tuple(parts))


def _groups(known: Mapping[Quantity, None]) -> Iterator[Sum]:
    """Each number of a wider group is the sum of those of the next narrower groups."""
    families: dict[Quantity, dict[frozenset[str], list[Quantity]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for one in known:
        keys = frozenset(key for key, _ in one.group)
        families[one._replace(group=frozenset())][keys].append(one)
    for kinds in families.values():
        for wide, narrow in combinations(sorted(kinds, key=len), 2):
            if wide < narrow and not any(wide < between < narrow for between in kinds):
                yield from _within(kinds[wide], kinds[narrow], wide)


def _within(wholes: list[Quantity], parts: list[Quantity], wide: frozenset[str]) -> Iterator[Sum]:
    found: dict[Group, list[Quantity]] = defaultdict(list)
    for part in parts:
        found[frozenset(item for item in part.group if item[0] in wide)].append(part)
    for whole in wholes:
        if inside := found.get(whole.group):
            yield Sum(whole, tuple(inside))
