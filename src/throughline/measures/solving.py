"""HiGHS, through scipy: numbers that may move, each at its price, while the sums that they are in keep holding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array

Equation = Mapping[int, int]
"""Coefficient by number, 1 or -1; the products add up to 0."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moves:
    """Which numbers may move, up (1) or down (-1), at what price a unit, and how far; all of one length."""

    number: Ints
    sign: Floats
    price: Floats
    low: Floats
    high: Floats

    @classmethod
    def of(
        cls,
        number: Ints,
        *,
        sign: float = 1.0,
        price: Floats | float = 0.0,
        low: Floats | float = 0.0,
        high: Floats | float = np.inf,
    ) -> Moves:
        """Return the moves of these numbers; what is said once holds for all of them."""
        size = len(number)
        return cls(
            number,
            np.full(size, sign),
            np.broadcast_to(price, size),
            np.broadcast_to(low, size),
            np.broadcast_to(high, size),
        )

    @classmethod
    def together(cls, *some: Moves) -> Moves:
        """Return moves as one, in the order of their numbers: the same question has the same answer."""
        number = np.concatenate([one.number for one in some])
        order = np.argsort(number, kind="stable")
        return cls(
            number[order],
            np.concatenate([one.sign for one in some])[order],
            np.concatenate([one.price for one in some])[order],
            np.concatenate([one.low for one in some])[order],
            np.concatenate([one.high for one in some])[order],
        )


class Sums:
    """Equations, laid out by number, so that those of a few numbers are gathered without a look at the others."""

    def __init__(self, equations: Sequence[Equation], count: int) -> None:
        entries = [
            (number, place, by)
            for place, equation in enumerate(equations)
            for number, by in equation.items()
        ]
        number, place, by = np.array(entries or np.empty((0, 3)), dtype=np.int64).T
        order = np.argsort(number, kind="stable")
        self.place, self.by = place[order], by[order].astype(np.float64)
        self.begin = np.zeros(count + 1, dtype=np.int64)
        np.cumsum(np.bincount(number, minlength=count), out=self.begin[1:])

    def cheapest(self, moves: Moves, *, whole: bool = False) -> dict[int, float] | None:
        """Return by how much each number moves at the least price, if it does; None when there is no way."""
        begin = self.begin[moves.number]
        sizes = self.begin[moves.number + 1] - begin
        ends = np.concatenate([[0], np.cumsum(sizes)])
        entries = np.repeat(begin - ends[:-1], sizes) + np.arange(ends[-1])
        touched, rows = np.unique(self.place[entries], return_inverse=True)
        by = self.by[entries] * np.repeat(moves.sign, sizes)
        matrix = csc_array((by, rows, ends), shape=(len(touched), len(sizes)))
        found = milp(
            moves.price,
            constraints=[LinearConstraint(matrix, 0, 0)] if len(touched) else [],
            bounds=Bounds(moves.low, moves.high),
            integrality=np.full(len(sizes), int(whole)),
        )
        if found.x is None:
            return None
        moved = np.bincount(moves.number, weights=moves.sign * found.x)
        (places,) = np.nonzero(moved)
        return dict(zip(places.tolist(), moved[places].tolist(), strict=True))


def solution(equations: Sequence[Equation], known: Mapping[int, int]) -> dict[int, int] | None:
    """Return the numbers that are not known, so that the equations hold; None when they cannot."""
    sought = dict.fromkeys(one for equation in equations for one in equation if one not in known)
    column = {one: place for place, one in enumerate(sought)}
    totals = [
        -sum(by * known[one] for one, by in equation.items() if one in known)
        for equation in equations
    ]
    if not column:
        return None if any(totals) else {}
    entries = [
        (by, row, column[one])
        for row, equation in enumerate(equations)
        for one, by in equation.items()
        if one in column
    ]
    values, rows, columns = zip(*entries, strict=True)
    matrix = csc_array((values, (rows, columns)), shape=(len(equations), len(column)), dtype=float)
    found = milp(
        np.zeros(len(column)),
        constraints=[LinearConstraint(matrix, totals, totals)],
        integrality=np.ones(len(column), dtype=int),
    )
    return None if found.x is None else {one: round(found.x[at]) for one, at in column.items()}
