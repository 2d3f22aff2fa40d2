"""What may leave for the public: small counts are suppressed, and so is whatever would give them away.

The rule. A count from 1 to 4 is suppressed, and a share whose numerator or complement is one; 0 is shown. Then
others are suppressed beside them until nobody who has this release and the one before can say more of a
small number than that it is something from 0 to 5. A count that follows from those shown by one subtraction is as good
as printed, so it is guarded alike. What is assumed of a reader: that they know every sum in relations.py,
and hold that from one release to the next a number stays or grows.

A percentile over 1 to 4 rows is one person's time, or lies between two, so it goes with its `n`. One over
more rows still says something of single rows: a maximum is the value of one, and a percentile lies between two
neighbours, which at the 95th of fewer than 20 rows are the greatest two. Of n rows it says no count but n.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import inf, log2

from throughline.measures.answers import Answer, Pair
from throughline.measures.relations import (
    MAIN,
    Counted,
    Group,
    Quantity,
    Sum,
    complements,
    numbers,
    sums,
)
from throughline.measures.solving import Equation, solution
from throughline.measures.whole_numbers import Numbers, components

SMALL = range(1, 5)
MOST = 5
COULD_BE = range(MOST + 1)
DEAR = 1000.0
"""A zero is shown, so it is suppressed only where nothing else would do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Recovered:
    """A suppressed number of which a reader can say too much: it lies from `low` to `high`."""

    answer: Answer
    counted: str
    low: int
    high: float


Cell = tuple[int, str]
"""An answer's place and the part of it that stands or falls together."""


def suppress(answers: Sequence[Answer], *, previous: Sequence[Answer] = ()) -> list[Answer]:
    """Return the answers as they may be published: the same ones in the same order.

    `answers` is everything that is published together, with every number; `previous` is the release before, as
    published. A suppressed answer carries no number; a small count beside a figure is None on its own.

    Raises ValueError when an answer is suppressed already: what hides behind it is not known.

    >>> from throughline.measures.answers import Answer
    >>> week = [Answer(measure="cases.transferred", group={"region": region}, numerator=n, value=n)
    ...     for region, n in [("North", 3), ("South", 40), ("West", 900)]]
    >>> total = Answer(measure="cases.transferred", group={}, numerator=943, value=943)
    >>> [one.numerator for one in suppress(week)]
    [None, 40, 900]
    >>> [one.numerator for one in suppress([*week, total])]
    [None, None, 900, 943]
    """
    if any(one.suppressed for one in answers):
        raise ValueError(
            "An answer is suppressed already; suppress takes answers with their numbers, all at once."
        )
    return _Suppressor(answers, previous).published()


def recover(published: Sequence[Answer], previous: Sequence[Answer] = ()) -> list[Recovered]:
    """Return the suppressed numbers of both releases of which a reader can say too much.

    That is a number that could be small, and yet not anything from 0 to 5; and one that can only be one number.
    Shape: one for each such number, with the bounds, both included, that a reader can give it.

    >>> shown = [Answer(measure="cases.transferred", group={"region": region}, numerator=n, value=n)
    ...     for region, n in [("South", 40), ("West", 900)]]
    >>> hidden = Answer(measure="cases.transferred", group={"region": "North"}, suppressed=True)
    >>> total = Answer(measure="cases.transferred", group={}, numerator=943, value=943)
    >>> recover([*shown, hidden])
    []
    >>> [(one.low, one.high) for one in recover([*shown, hidden, total])]
    [(3, 3)]
    """
    board = _Board(published, previous)
    numbers = board.numbers(board.unknown())
    hidden = [
        (answer, str(one.counted), board.index[one])
        for answer, one in board.hidden
        if not board.is_told(board.index[one])
    ]
    check = _Check(numbers, {place for _, _, place in hidden})
    found = []
    for answer, counted, place in hidden:
        if place in numbers.free and not check.is_safe(place):
            low, high = numbers.extent(place)
            found.append(Recovered(answer=answer, counted=counted, low=low, high=high))
    return found


class _Check:
    """Whether what is hidden is safe: it could be anything from 0 to 5, or is neither small nor known."""

    def __init__(self, numbers: Numbers, hidden: Iterable[int]) -> None:
        self.numbers = numbers
        self.bounds = numbers.bounds()
        could_be_small = [
            one
            for one in sorted(numbers.free.intersection(hidden))
            if self.bounds[one][0] < MOST and not numbers.ranges(one, upto=MOST)
        ]
        numbers.look(could_be_small, COULD_BE)

    def is_safe(self, place: int) -> bool:
        numbers, (least, most) = self.numbers, self.bounds[place]
        if least < MOST <= most and (
            numbers.ranges(place, upto=MOST)
            or numbers.seen[place].issuperset(COULD_BE)
            or (least == 0 and numbers.could_be(place, COULD_BE))
        ):
            return True
        # What cannot be small is safe as long as it is not known.
        if least >= MOST and len(numbers.seen[place]) > 1:
            return True
        low, high = numbers.extent(place)
        return low >= MOST and high > low


class _Board:
    """Every number of two releases in one system, as far as it is told."""

    def __init__(self, answers: Sequence[Answer], previous: Sequence[Answer]) -> None:
        self.index: dict[Quantity, int] = {}
        self.known: dict[int, int] = {}
        self.equations: list[Equation] = []
        self.hidden: list[tuple[Answer, Quantity]] = []
        self.rests: dict[int, tuple[int, int]] = {}
        for one in answers:
            self._read(one, previous=False)
        for one in previous:
            self._read(one, previous=True)
        for bound in (*sums(answers), *sums(previous, previous=True)):
            self._bind(bound)
        self.certain = len(self.equations)
        self._link()

    def place(self, quantity: Quantity) -> int:
        return self.index.setdefault(quantity, len(self.index))

    def unknown(self) -> set[int]:
        return {place for place in self.index.values() if place not in self.known}

    def numbers(self, free: Iterable[int]) -> Numbers:
        """The system at one of its solutions."""
        at, kept = dict(self.known), list[Equation]()
        for places in components(self.equations, self.unknown()):
            together = [self.equations[place] for place in places]
            certain = [self.equations[place] for place in places if place < self.certain]
            # What a reader believes may be refuted by what is shown; then they drop it.
            for tried in (together, certain):
                if (found := solution(tried, self.known)) is not None:
                    kept += tried
                    at.update(found)
                    break
        return Numbers([at.get(place, 0) for place in range(len(self.index))], kept, free)

    def is_told(self, place: int) -> bool:
        """Say whether a number is the rest, no small one, of a whole and a part that both stand elsewhere.

        A product goes for one of its rates, and the other is printed beside it: nothing of that one is hidden.
        """
        whole, part = (self.known.get(one) for one in self.rests.get(place, (-1, -1)))
        return whole is not None and part is not None and whole - part not in SMALL

    def derive(self) -> None:
        """Work out what follows from the numbers told by one subtraction after another."""
        waiting, before = self.equations, 0
        while len(waiting) != before:
            before, left = len(waiting), list[Equation]()
            for equation in waiting:
                sought = [place for place in equation if place not in self.known]
                if len(sought) > 1:
                    left.append(equation)
                elif sought:
                    total = sum(by * self.known.get(place, 0) for place, by in equation.items())
                    if (value := -total * equation[sought[0]]) >= 0:
                        self.known[sought[0]] = value
            waiting = left

    def _read(self, answer: Answer, *, previous: bool) -> None:
        for told in numbers(answer, previous=previous):
            if told.value is not None:
                self.known[self.place(told.quantity)] = told.value
            else:
                self.place(told.quantity)
                self.hidden.append((answer, told.quantity))
        for share in complements(answer, previous=previous):
            whole, part, rest = map(self.place, (share.whole, *share.parts))
            self.rests[rest] = (whole, part)
            if answer.suppressed:
                self.hidden.append((answer, share.parts[1]))

    def _bind(self, one: Sum) -> None:
        """Add a sum, with a number for what its parts lack, or have in common, where they show it."""
        whole, parts = self.place(one.whole), [self.place(part) for part in one.parts]
        equation = {whole: 1, **dict.fromkeys(parts, -1)}
        over = self.known.get(whole, 0) - sum(self.known.get(part, 0) for part in parts)
        is_told = all(place in self.known for place in equation)
        if one.overlap or (whole in self.known and over < 0):
            equation[self._beside(one, "in several")] = 1
        elif is_told and over > 0:
            equation[self._beside(one, "in none")] = -1
        self.equations.append(equation)

    def _beside(self, one: Sum, where: str) -> int:
        told = f"{one.whole.counted}, {where} of {len(one.parts)}: {one.parts[0].counted}"
        return self.place(one.whole._replace(counted=Counted(told)))

    def _link(self) -> None:
        """Add that a number stays or grows, except where a group is seen to have lost some."""
        pairs = [
            (self.index[one._replace(previous=False)], then, one)
            for one, then in self.index.items()
            if one.previous and one._replace(previous=False) in self.index
        ]
        lost = {
            _scope(one)
            for now, then, one in pairs
            if self.known.get(now, 0) not in SMALL
            and self.known.get(now, inf) < self.known.get(then, 0)
        }
        for now, then, one in pairs:
            grew = self.known.get(now, inf) >= self.known.get(then, 0)
            if grew and _scope(one) not in lost:
                growth = self.place(
                    one._replace(counted=Counted(f"{one.counted} more than before"))
                )
                self.equations.append({now: 1, then: -1, growth: -1})


def _scope(one: Quantity) -> tuple[str, Group]:
    return one.counted.table, one.group


class _Suppressor:
    """Hides what the rule says, and then what gives it away, at the least loss."""

    def __init__(self, answers: Sequence[Answer], previous: Sequence[Answer]) -> None:
        self.answers = answers
        self.board = _Board(answers, previous)
        self.cells: dict[Cell, list[int]] = defaultdict(list)
        self.shown: dict[int, set[Cell]] = defaultdict(set)
        self.rests: dict[int, list[int]] = defaultdict(list)
        for number, answer in enumerate(answers):
            for told in numbers(answer):
                place = self.board.index[told.quantity]
                self.cells[number, told.part].append(place)
                self.shown[place].add((number, told.part))
            for share in complements(answer):
                self.rests[number].append(self.board.index[share.parts[1]])
        before = {
            self.board.index[told.quantity]
            for one in previous
            for told in numbers(one, previous=True)
            if told.value is not None
        }
        self.gone: set[Cell] = set()
        self.board.derive()
        every = set(self.board.index.values())
        self.numbers = self.board.numbers(every - before - set(self.shown))
        self.prices = {place: self._price(place) for place in self.shown}

    def published(self) -> list[Answer]:
        for number, answer in enumerate(self.answers):
            for part in _small_parts(answer):
                self._hide((number, part))
        self._guard()
        return [self._as_published(number, answer) for number, answer in enumerate(self.answers)]

    def _guard(self) -> None:
        """Go through what is hidden, the small first, until nothing says too much."""
        # What more is hidden leaves a small number safe, but may let a greater one be small.
        hidden = -1
        while len(self.gone) != hidden:
            hidden = len(self.gone)
            waiting = self._to_guard()
            check = _Check(self.numbers, waiting)
            for place in sorted(waiting, key=lambda one: (self.numbers.at[one], one)):
                self._guard_one(place, check)

    def _to_guard(self) -> set[int]:
        """What is hidden, here or in the release before, and small numbers that follow from what is shown."""
        at, free = self.numbers.at, self.numbers.free
        hidden = {place for cell in self.gone for place in self.cells.get(cell, ())}
        hidden |= {
            rest
            for number, part in self.gone
            if part == MAIN
            for rest in self.rests[number]
            if not free.isdisjoint(self.board.rests[rest]) or at[rest] in SMALL
        }
        hidden |= {
            place
            for _, one in self.board.hidden
            if not self.board.is_told(place := self.board.index[one])
        }
        return {
            place
            for place in free
            if place in hidden or (at[place] in SMALL and place in self.board.known)
        }

    def _guard_one(self, place: int, check: _Check) -> None:
        numbers = self.numbers
        if check.is_safe(place):
            return
        is_small = numbers.at[place] < MOST or numbers.extent(place)[0] < MOST
        wanted = (MOST, 0, 1, 2, 3, 4) if is_small else (numbers.at[place] + MOST,)
        for value in wanted:
            if numbers.could_be(place, [value], prices=self.prices):
                for one in [one for one in self.prices if one in numbers.free]:
                    for cell in [*self.shown[one]]:
                        self._hide(cell)

    def _hide(self, cell: Cell) -> None:
        number, part = cell
        parts = (MAIN, *self.answers[number].beside) if part == MAIN else (part,)
        for one in parts:
            gone = (number, one)
            if gone in self.gone:
                continue
            self.gone.add(gone)
            for place in self.cells.get(gone, ()):
                self.shown[place].discard(gone)
                if self.shown[place]:
                    self.prices[place] = self._price(place)
                else:
                    self.prices.pop(place, None)
                    self.numbers.free.add(place)

    def _price(self, place: int) -> float:
        """What is lost with a number: every figure that tells it, the more so the more people it is about."""
        lost = sum(
            1 + log2(1 + max(self.numbers.at[one] for one in self.cells[cell]))
            for cell in self.shown[place]
        )
        return lost if self.numbers.at[place] else DEAR * lost

    def _as_published(self, number: int, answer: Answer) -> Answer:
        kept = {
            key: None if (number, key) in self.gone else value
            for key, value in answer.beside.items()
        }
        if (number, MAIN) not in self.gone:
            return replace(answer, beside=kept) if kept != answer.beside else answer
        return replace(
            answer,
            numerator=None,
            denominator=None,
            value=None,
            suppressed=True,
            components=dict.fromkeys(answer.components, Pair(numerator=None, denominator=None)),
            beside=kept,
        )


def _small_parts(answer: Answer) -> Iterable[str]:
    """The parts of an answer that the rule itself suppresses."""
    told = list(numbers(answer))
    known = {one.quantity: one.value for one in told}
    rests = [
        whole - part
        for share in complements(answer)
        if (whole := known.get(share.whole)) is not None
        and (part := known.get(share.parts[0])) is not None
    ]
    is_percentile = answer.numerator is None and not answer.components
    main = [one.value for one in told if one.part == MAIN or (is_percentile and one.part == "n")]
    if any(value in SMALL for value in (*main, *rests)):
        return [MAIN]
    return [one.part for one in told if one.value in SMALL]
