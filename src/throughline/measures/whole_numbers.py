"""Whole numbers bound by sums, some of them known: which values could the others have?

Three ways, the quickest first: a look at the sums that hold a number, bounds carried from sum to sum, and a
solver (solving.py), which finds one solution that shows many numbers at the value asked for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from math import gcd, inf

import numpy as np

from throughline.measures.solving import Equation, Floats, Ints, Moves, Sums

TOLERANCE = 1e-6
ROUNDS = 20
EVERYWHERE = 10**6

SOON = range(10)
"""Values on the way of a number that are noted: those that are asked for are the smallest."""


class Numbers:
    """Numbers from 0 upwards, and the equations among them.

    `at` is one solution, from which the others are reached; `free` are those that nobody is told; `seen` are the
    values that a number has in some solution.
    """

    def __init__(
        self, at: Sequence[int], equations: Sequence[Equation], free: Iterable[int]
    ) -> None:
        self.at = list(at)
        self.levels = np.array(at, dtype=np.float64)
        self.equations = equations
        self.sums = Sums(equations, len(at))
        self.free = set(free)
        self.seen: dict[int, set[int]] = {place: {value} for place, value in enumerate(at)}
        self.of: dict[int, list[int]] = defaultdict(list)
        for place, equation in enumerate(equations):
            for number in equation:
                self.of[number].append(place)

    def ranges(self, number: int, *, upto: int) -> bool:
        """Say, without a solver, whether a free number could be anything from 0 to `upto`.

        True is certain: it is bound to nothing, or to others in one and the same way, which add up to
        enough. False says only that one has to look closer.
        """
        room = max(upto, self.at[number])
        bound = self._bound(number, room)
        if not bound:
            return True
        others = self._free_in(bound[0][0]) - {number}
        alike = [one for one in others if self._bound(one, room) == bound]
        return bool(alike) and sum(self.at[one] for one in (number, *alike)) >= upto

    def look(self, numbers: Collection[int], values: Iterable[int]) -> None:
        """Look for solutions that show many of these free numbers at each of these values at once."""
        for value in values:
            left = [one for one in numbers if value not in self.seen[one]]
            while left:
                moved = self._whole_parts(self.sums.cheapest(self._together(left, value)))
                self._see(moved)
                still = [one for one in left if value not in self.seen[one]]
                if len(still) == len(left):
                    break
                left = still

    def could_be(
        self, number: int, values: Iterable[int], *, prices: Mapping[int, float] | None = None
    ) -> bool:
        """Say whether a free number could have each of these values, moving others as `move` does."""
        return all(
            value in self.seen[number] or self.move(number, value, prices=prices)
            for value in values
        )

    def move(self, number: int, to: int, *, prices: Mapping[int, float] | None = None) -> bool:
        """Give a number another value, and move others at the least price; say whether it can be done.

        Free numbers move for nothing, those in `prices` at so much a unit, and are free from then on.
        """
        size = 0
        for hops in (3, EVERYWHERE):
            inside = self._near([number], prices or {}, hops)
            if len(inside) == size:
                return False
            size = len(inside)
            moves = self._moving(number, to, inside, prices or {})
            if (moved := self._cheapest(moves)) is not None:
                self.free.update(moved)
                self._see(moved)
                return True
        return False

    def extent(self, number: int) -> tuple[int, float]:
        """Return the least and the greatest value that a free number could have."""
        inside = np.array(self._near([number], {}, EVERYWHERE))
        found = []
        for sign in (1.0, -1.0):
            moves = Moves.of(inside, price=sign * (inside == number), low=-self._at(inside))
            best = self._cheapest(moves)
            found.append(inf if best is None else self.at[number] + best.get(number, 0))
        return int(found[0]), found[1]

    def bounds(self) -> list[tuple[float, float]]:
        """Return, for each number, a value that it does not fall below and one that it does not exceed.

        They are true but need not be reached: they are carried from sum to sum, a few times over.
        """
        low = [0.0 if one in self.free else float(at) for one, at in enumerate(self.at)]
        high = [inf if one in self.free else float(at) for one, at in enumerate(self.at)]
        waiting = [e for e in self.equations if not self.free.isdisjoint(e)]
        for _ in range(ROUNDS):
            if not sum([_tighten(equation, low, high) for equation in waiting]):
                break
        return list(zip(low, high, strict=True))

    def _free_in(self, place: int) -> set[int]:
        return {one for one in self.equations[place] if one in self.free}

    def _bound(self, number: int, room: int) -> list[tuple[int, int]]:
        """The equations that hold a number, but for those in which a number of no other use gives way."""
        found = []
        for place in self.of[number]:
            sign = self.equations[place][number]
            gives_way = any(
                len(self.of[other]) == 1
                and other != number
                # One of the other sign goes the same way, so it must have as far to fall.
                and self.at[other]
                >= (room if self.equations[place][other] == sign else min(room, self.at[number]))
                for other in self._free_in(place)
            )
            if not gives_way:
                found.append((place, sign))
        return found

    def _near(self, numbers: Collection[int], prices: Mapping[int, float], hops: int) -> list[int]:
        """These numbers and those that may move within so many equations of one, in order."""
        found, edge, seen = set(numbers), list(numbers), set[int]()
        while edge and hops > 0:
            hops -= 1
            fresh: list[int] = []
            for place in {place for one in edge for place in self.of[one]} - seen:
                seen.add(place)
                fresh += [
                    one
                    for one in self.equations[place]
                    if one not in found and (one in self.free or one in prices)
                ]
                found.update(fresh)
            edge = fresh
        return sorted(found)

    def _at(self, numbers: Ints) -> Floats:
        levels: Floats = self.levels[numbers]
        return levels

    def _moving(
        self, number: int, to: int, inside: Sequence[int], prices: Mapping[int, float]
    ) -> Moves:
        free = np.array([one for one in inside if one in self.free and one != number], dtype=int)
        told = np.array(
            [one for one in inside if one not in self.free and one != number], dtype=int
        )
        lost = np.array([prices[one] for one in told.tolist()])
        step = float(to - self.at[number])
        return Moves.together(
            Moves.of(np.array([number]), low=step, high=step),
            Moves.of(free, low=-self._at(free)),
            Moves.of(told, price=lost),
            Moves.of(told, sign=-1.0, price=lost, high=self._at(told)),
        )

    def _together(self, numbers: Collection[int], value: int) -> Moves:
        """The free numbers that these hang together with, and a price on how far each of these stays from the value."""
        near = self._near(numbers, {}, EVERYWHERE)
        others = np.array(sorted(set(near).difference(numbers)), dtype=int)
        these = np.array(sorted(numbers), dtype=int)
        steps = value - self._at(these)
        return Moves.together(
            Moves.of(others, low=-self._at(others)),
            Moves.of(these, low=steps, high=steps),
            Moves.of(these, price=1.0),
            Moves.of(these, sign=-1.0, price=1.0, high=float(value)),
        )

    def _cheapest(self, moves: Moves) -> dict[int, int] | None:
        """By how much each number moves, in whole numbers: mostly they come out whole by themselves."""
        found = self.sums.cheapest(moves)
        if found is not None and not all(map(_is_whole, found.values())):
            found = self.sums.cheapest(moves, whole=True)
        if found is None:
            return None
        return {one: round(by) for one, by in found.items() if round(by)}

    def _whole_parts(self, found: Mapping[int, float] | None) -> dict[int, int]:
        """The pieces of a solution that hang together and are of whole numbers."""
        if found is None:
            return {}
        broken = {one for one, by in found.items() if not _is_whole(by)}
        while (
            edge := {
                one
                for number in broken
                for place in self.of[number]
                for one in self._free_in(place)
            }
            - broken
        ):
            broken |= edge
        return {one: round(by) for one, by in found.items() if one not in broken}

    def _see(self, moved: Mapping[int, int]) -> None:
        """Note the values met on the way: a move made of equal steps may stop after each of them."""
        steps = max(gcd(*moved.values()), 1)
        for one, by in moved.items():
            at, step = self.at[one], by // steps
            way = range(at, at + by + step, step) if step else ()
            self.seen[one].add(at + by)
            self.seen[one].update(value for value in SOON if value in way)


def _tighten(equation: Equation, low: list[float], high: list[float]) -> bool:
    """Carry bounds over one sum; say whether any moved."""
    # The sum of all but one is what that one must make up for.
    least = [by * (low[one] if by > 0 else high[one]) for one, by in equation.items()]
    most = [by * (high[one] if by > 0 else low[one]) for one, by in equation.items()]
    lows, highs = sum(one for one in least if one > -inf), sum(one for one in most if one < inf)
    unlow, unhigh = least.count(-inf), most.count(inf)
    moved = False
    for place, (one, by) in enumerate(equation.items()):
        others_low = -inf if unlow - (least[place] == -inf) else lows - _finite(least[place])
        others_high = inf if unhigh - (most[place] == inf) else highs - _finite(most[place])
        ends = sorted((-others_low * by, -others_high * by))
        if ends[0] > low[one] or ends[1] < high[one]:
            low[one], high[one] = max(low[one], ends[0]), min(high[one], ends[1])
            moved = True
    return moved


def _is_whole(by: float) -> bool:
    return abs(by - round(by)) < TOLERANCE


def _finite(value: float) -> float:
    return value if -inf < value < inf else 0.0


def components(equations: Sequence[Equation], among: Collection[int]) -> list[list[int]]:
    """Return the places of equations that hang together through some of their numbers."""
    root = list(range(len(equations)))

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    first: dict[int, int] = {}
    for place, equation in enumerate(equations):
        for number in equation:
            if number in among:
                root[top(place)] = top(first.setdefault(number, place))
    found: dict[int, list[int]] = defaultdict(list)
    for place in range(len(equations)):
        found[top(place)].append(place)
    return list(found.values())
